import { expect, test } from 'vitest'
import { StorageBench, type BenchDisk } from '../../testing/storage-bench.ts'
import { findLocalDisks } from './local-disks.ts'
import type { Verdict } from './block-devices.ts'

const PCI = 'pci0000:00/0000:00:1f.2'

const DISKS: readonly (Omit<BenchDisk, 'name'> & { note: string; verdict: Verdict })[] = [
  { note: 'SATA on the board', bus: `${PCI}/ata1`, verdict: 'local' },
  {
    note: 'SAS on a plain adapter',
    bus: PCI,
    port: 'port-0:0/end_device-0:0',
    driver: 'mpt3sas',
    vendor: 'SEAGATE',
    verdict: 'local',
  },
  {
    note: 'a disk of Huawei behind a plain adapter',
    bus: PCI,
    port: 'port-0:0/end_device-0:0',
    driver: 'mpt3sas',
    vendor: 'HUAWEI',
    model: 'HWE62ST3240L003N',
    verdict: 'local',
  },
  {
    note: 'a LUN over Fibre Channel',
    bus: PCI,
    port: 'rport-0:0-1',
    driver: 'qla2xxx',
    vendor: 'HUAWEI',
    model: 'XSG1',
    verdict: 'array',
  },
  {
    note: 'a LUN over Fibre Channel, of an adapter whose driver we do not know',
    bus: PCI,
    port: 'rport-0:0-1',
    driver: 'newhba',
    verdict: 'array',
  },
  {
    note: 'a LUN over iSCSI',
    bus: 'platform',
    port: 'session1',
    driver: 'iscsi_tcp',
    verdict: 'array',
  },
  {
    note: 'a LUN of a SAS array, by its handler',
    bus: PCI,
    port: 'port-0:0/end_device-0:0',
    driver: 'mpt3sas',
    vendor: 'ACME',
    files: { 'device/dh_state': 'alua\n' },
    verdict: 'array',
  },
  {
    note: 'a LUN of a SAS array, by its number',
    bus: PCI,
    port: 'port-0:0/end_device-0:0',
    address: [0, 0, 0, 3],
    driver: 'mpt3sas',
    vendor: 'ACME',
    verdict: 'array',
  },
  {
    note: 'a LUN of a SAS array, by its name',
    bus: PCI,
    port: 'port-0:0/end_device-0:0',
    driver: 'mpt3sas',
    vendor: 'HPE',
    model: 'MSA 2050 SAS',
    verdict: 'array',
  },
  {
    note: 'a virtual disk of MegaRAID',
    bus: PCI,
    address: [0, 2, 0, 0],
    driver: 'megaraid_sas',
    vendor: 'LSI',
    model: 'MR9361-8i',
    verdict: 'raid-volume',
  },
  {
    note: 'a disk that MegaRAID hands through',
    bus: PCI,
    address: [0, 0, 5, 0],
    driver: 'megaraid_sas',
    verdict: 'by-controller',
  },
  {
    note: 'a volume of an HPE controller',
    bus: PCI,
    address: [0, 1, 0, 0],
    driver: 'smartpqi',
    vendor: 'HPE',
    model: 'LOGICAL VOLUME',
    files: { 'device/raid_level': 'RAID-1(+0)\n' },
    verdict: 'raid-volume',
  },
  {
    note: 'a disk that an HPE controller hands through',
    bus: PCI,
    address: [0, 0, 1, 0],
    driver: 'smartpqi',
    vendor: 'ATA',
    files: { 'device/raid_level': 'N/A\n' },
    verdict: 'local',
  },
  { note: 'a USB stick', bus: `${PCI}/usb1/1-1`, driver: 'usb-storage', verdict: 'usb' },
  { note: 'removable', bus: `${PCI}/ata1`, files: { removable: '1\n' }, verdict: 'usb' },
  { note: "a guest's disk", bus: 'pci0000:00/virtio1', driver: 'virtio_scsi', verdict: 'virtual' },
  { note: "VMware's disk", bus: PCI, driver: 'vmw_pvscsi', verdict: 'virtual' },
  { note: 'something never seen', bus: PCI, driver: 'acme', vendor: 'ACME', verdict: 'unknown' },
]

test.each(DISKS)('$note is $verdict', async ({ verdict, ...disk }) => {
  await using bench = await StorageBench.open()
  await bench.addDisk({ name: 'sdb', ...disk })
  const { disks, verdicts } = findLocalDisks(bench.session.files, new Set())
  expect(verdicts).toEqual([{ device: 'sdb', verdict }])
  expect(disks).toHaveLength(verdict === 'local' ? 1 : 0)
})

test('a member of a multipath device is never asked, however local it looks', async () => {
  await using bench = await StorageBench.open()
  await bench.addDisk({ name: 'sda', bus: `${PCI}/ata1` })
  await bench.addDisk({ name: 'sdb', bus: `${PCI}/ata2`, address: [1, 0, 0, 0] })
  await bench.write({
    '/sys/block/dm-0/dm/uuid': 'mpath-35000c500a\n',
    '/sys/block/dm-1/dm/uuid': 'LVM-x\n',
    '/sys/block/sda/holders/dm-0': '',
    '/sys/block/sdb/holders/dm-1': '',
  })
  const { verdicts } = findLocalDisks(bench.session.files, new Set())
  expect(verdicts).toEqual([
    { device: 'sda', verdict: 'multipath' },
    { device: 'sdb', verdict: 'local' },
  ])
})

test('NVMe is local on the PCI bus alone; loop, zram, dm and partitions are not looked at', async () => {
  await using bench = await StorageBench.open()
  await bench.write({
    '/sys/class/nvme/nvme0/transport': 'pcie\n',
    '/sys/class/nvme/nvme1/transport': 'fc\n',
    '/sys/class/nvme/nvme2/transport': 'tcp\n',
    '/sys/class/nvme/nvme3/model': 'of an old kernel\n',
    '/sys/block/loop0/size': '1\n',
    '/sys/block/zram0/size': '1\n',
    '/sys/block/dm-3/size': '1\n',
    '/sys/block/vda/size': '1\n',
  })
  const { disks, verdicts } = findLocalDisks(bench.session.files, new Set(['nvme3']))
  expect(disks).toEqual([{ device: 'nvme0', path: '/dev/nvme0' }])
  expect(verdicts.map(({ verdict }) => verdict)).toEqual(['local', 'array', 'array', 'excluded'])
})

import type { LocalizedText } from '@wardround/protocol'
import type { HostFiles } from '../host-files.ts'

/** What sysfs says of a SCSI or ATA disk, without a command to it. */
export interface BlockDevice {
  /** As in /sys/block: sda. */
  readonly name: string
  /** Where the link of /sys/block leads: its place on the machine's buses. */
  readonly place: string
  readonly vendor: string
  readonly model: string
  /** Driver of its SCSI host, `proc_name`. */
  readonly driver: string
  readonly host: number | undefined
  readonly channel: number
  readonly lun: number
  readonly isRemovable: boolean
  /** A device handler of disk arrays is attached (ALUA, RDAC, …). */
  readonly isHandled: boolean
  readonly isMultipathMember: boolean
  /** Of HPE's and Microchip's drivers: `N/A` where it is a disk as such. */
  readonly raidLevel: string | undefined
}

/** Why a block device is asked for SMART, or not. */
export type Verdict = keyof typeof VERDICTS

export const VERDICTS = {
  local: { zh: '本地磁盘', en: 'a local disk' },
  'by-controller': {
    zh: '本地磁盘，经 RAID 控制器读取',
    en: 'a local disk, read through its RAID controller',
  },
  'raid-volume': { zh: 'RAID 控制器的虚拟磁盘', en: 'a virtual disk of a RAID controller' },
  array: { zh: '存储阵列的 LUN 或其路径', en: 'a LUN of a disk array, or a path to one' },
  multipath: { zh: '多路径设备的成员', en: 'a member of a multipath device' },
  usb: { zh: 'USB 或可移动介质', en: 'USB or removable' },
  virtual: { zh: '虚拟机的磁盘', en: 'a disk of a virtual machine' },
  unknown: { zh: '无法确认是本地磁盘', en: 'not known to be a local disk' },
  excluded: { zh: '配置中已排除', en: 'excluded by agent.yaml' },
} as const satisfies Record<string, LocalizedText>

/** Disks of the sd driver; NVMe stands elsewhere, and nothing else has SMART. */
export function readBlockDevices(files: HostFiles): BlockDevice[] {
  const names = files.listIfThere('/sys/block') ?? []
  return names.filter((name) => /^sd[a-z]{1,3}$/.test(name)).map((name) => readOne(files, name))
}

function readOne(files: HostFiles, name: string): BlockDevice {
  const at = `/sys/block/${name}`
  const place = files.readLink(at)
  const [, host, channel, lun] = /\/(\d+):(\d+):\d+:(\d+)\/block\//.exec(place) ?? []
  const handler = readText(files, `${at}/device/dh_state`) ?? 'detached'
  return {
    name,
    place,
    vendor: readText(files, `${at}/device/vendor`) ?? '',
    model: readText(files, `${at}/device/model`) ?? '',
    driver: readText(files, `/sys/class/scsi_host/host${host}/proc_name`) ?? '',
    host: host === undefined ? undefined : Number(host),
    channel: Number(channel ?? 0),
    lun: Number(lun ?? 0),
    isRemovable: readText(files, `${at}/removable`) === '1',
    isHandled: handler !== 'detached' && handler !== '',
    isMultipathMember: (files.listIfThere(`${at}/holders`) ?? []).some((holder) =>
      readText(files, `/sys/block/${holder}/dm/uuid`)?.startsWith('mpath-'),
    ),
    raidLevel: readText(files, `${at}/device/raid_level`),
  }
}

export function readText(files: HostFiles, path: string): string | undefined {
  return files.readOnceIfThere(path)?.toString('latin1').trim()
}

/** Fibre Channel (rport, vport), iSCSI (session) and other networks. */
const NETWORK_PLACE = /\/(rport|vport)-\d|\/session\d+\/|\/fcoe|\/srp_/
const VIRTUAL_DRIVERS =
  /^(virtio_scsi|vmw_pvscsi|storvsc|hv_storvsc|xen|mptspi|sym53c8xx|scsi_debug)/
const NETWORK_DRIVERS = /^(lpfc|qla|zfcp|iscsi|ib_srp|fnic|bfa|be2iscsi|qed|bnx2|cxgb|fcoe)/
const VOLUME = /logical volume|virtual|raid|perc|^mr\d|serveraid|^lsi.*volume/i
const ARRAY =
  /msa|p2000|md3\d|me4|me5|powervault|universal xport|hsv|open-|2145|1726|1746|1813|1814|1818|lun|luns|vraid|compellent|xtremapp|flasharray|flashcopy|eternus|de_series|inf-|xsg1|multi-flex/i
const ARRAY_VENDOR =
  /^(dgc|emc|netapp|huawei|pure|3pardata|compelnt|nimble|datacore|inftrend|nexsan|xiotech|equallog|hds|macrosan)/i

/** Huawei makes disks too: those are named HWE…. */
function isArrayName({ vendor, model }: BlockDevice): boolean {
  return ARRAY.test(model) || (ARRAY_VENDOR.test(vendor) && !/^hwe/i.test(model))
}

/** Whether a disk is asked: only what is surely a local one, by where it hangs and whose driver has it. */
export function judge(device: BlockDevice): Verdict {
  if (NETWORK_PLACE.test(device.place) || NETWORK_DRIVERS.test(device.driver)) return 'array'
  if (device.isMultipathMember) return 'multipath'
  if (device.isHandled) return 'array'
  if (device.place.includes('/usb') || device.isRemovable) return 'usb'
  if (VIRTUAL_DRIVERS.test(device.driver)) return 'virtual'
  if (device.driver === 'megaraid_sas') return device.channel >= 2 ? 'raid-volume' : 'by-controller'
  if (device.raidLevel !== undefined && device.raidLevel !== 'N/A') return 'raid-volume'
  if (/\/ata\d+\//.test(device.place)) return 'local'
  if (device.lun !== 0 || isArrayName(device)) return 'array'
  if (VOLUME.test(device.model)) return 'raid-volume'
  return device.place.includes('/end_device-') || device.raidLevel !== undefined
    ? 'local'
    : 'unknown'
}

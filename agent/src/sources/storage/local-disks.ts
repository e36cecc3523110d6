import type { HostFiles } from '../host-files.ts'
import {
  judge,
  readBlockDevices,
  readText,
  type BlockDevice,
  type Verdict,
} from './block-devices.ts'

/** A disk that may be asked. */
export interface LocalDisk {
  /** As in tags: sda, nvme0, bus0:megaraid8, sda:cciss3. */
  readonly device: string
  /** For smartctl: its device and, behind a RAID controller, its type. */
  readonly path: string
  readonly type?: string
}

/** The disks of this host, as sysfs tells them: nothing was sent to any. */
export interface FoundDisks {
  readonly disks: readonly LocalDisk[]
  /** A MegaRAID controller is there: its disks are found by asking it. */
  readonly hasMegaraid: boolean
  /** A volume of each HPE controller, through which its disks are asked by number. */
  readonly hpeVolumes: readonly string[]
  readonly verdicts: readonly { readonly device: string; readonly verdict: Verdict }[]
}

export function findLocalDisks(files: HostFiles, excluded: ReadonlySet<string>): FoundDisks {
  const blocks = readBlockDevices(files)
  const judged = [
    ...blocks.map((block) => ({ device: block.name, verdict: judge(block) })),
    ...readNvme(files),
  ].map(({ device, verdict }) => ({
    device,
    verdict: excluded.has(device) ? ('excluded' as const) : verdict,
  }))
  return {
    disks: judged
      .filter(({ verdict }) => verdict === 'local')
      .map(({ device }) => ({ device, path: `/dev/${device}` })),
    hasMegaraid: readDrivers(files).includes('megaraid_sas'),
    hpeVolumes: firstVolumes(blocks),
    verdicts: judged,
  }
}

/** Controllers of NVMe: those on the PCI bus are local, those by a network are an array's. */
function readNvme(files: HostFiles): { device: string; verdict: Verdict }[] {
  return (files.listIfThere('/sys/class/nvme') ?? [])
    .filter((name) => /^nvme\d{1,3}$/.test(name))
    .map((device) => {
      // Kernels that know no other transport do not name it.
      const transport = readText(files, `/sys/class/nvme/${device}/transport`) ?? 'pcie'
      return { device, verdict: transport === 'pcie' ? 'local' : 'array' }
    })
}

/** Drivers of all SCSI hosts. */
export function readDrivers(files: HostFiles): string[] {
  const hosts = files.listIfThere('/sys/class/scsi_host') ?? []
  const drivers = hosts.map((host) => readText(files, `/sys/class/scsi_host/${host}/proc_name`))
  return [...new Set(drivers.flatMap((driver) => (driver === undefined ? [] : [driver])))]
}

/** One volume for each controller that HPE's drivers have. */
function firstVolumes(blocks: readonly BlockDevice[]): string[] {
  const byHost = new Map<number, string>()
  for (const block of blocks) {
    const isHpe = /^hpe?$/i.test(block.vendor) && /^(hpsa|smartpqi)$/.test(block.driver)
    if (
      isHpe &&
      block.host !== undefined &&
      judge(block) === 'raid-volume' &&
      !byHost.has(block.host)
    )
      byHost.set(block.host, block.name)
  }
  return [...byHost.values()]
}

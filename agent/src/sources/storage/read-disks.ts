import { ProbeError } from '../../probe.ts'
import { listAt, parseProgramJson, textAt } from './json-value.ts'
import type { FoundDisks, LocalDisk } from './local-disks.ts'
import { parseSmart, type SmartReport } from './parse-smart.ts'
import type { ProgramRunner } from './privileged-programs.ts'

/** What became of one disk. */
export interface ReadDisk {
  readonly disk: LocalDisk
  readonly report?: SmartReport
  /** Why there is no report. */
  readonly error?: ProbeError
}

const MOST_DISKS = 128

/**
 * Asks the disks one after another, each with its own deadline: a controller serves their commands in turn anyway, and no two programs run at once.
 * Ends when the program hangs and can't be started for another disk.
 */
export async function* readDisks(
  programs: ProgramRunner,
  disks: readonly LocalDisk[],
  signal: AbortSignal,
): AsyncGenerator<ReadDisk> {
  for (const disk of disks.slice(0, MOST_DISKS)) {
    if (signal.aborted) return
    const read = await readDisk(programs, disk, signal)
    yield read
    if (read.error?.code === 'NOT_ANSWERING') return
  }
}

async function readDisk(
  programs: ProgramRunner,
  disk: LocalDisk,
  signal: AbortSignal,
): Promise<ReadDisk> {
  const { path: device, type } = disk
  try {
    const request = {
      command: 'smart-read',
      device,
      ...(type === undefined ? {} : { type }),
    } as const
    const { stdout, exitCode } = await programs.run(request, signal)
    return { disk, report: parseSmart(stdout, exitCode) }
  } catch (error) {
    if (error instanceof ProbeError) return { disk, error }
    throw error
  }
}

/** The disks behind MegaRAID controllers: the controllers are asked, no disk. */
export async function scanMegaraid(
  programs: ProgramRunner,
  signal: AbortSignal,
): Promise<LocalDisk[]> {
  const { stdout } = await programs.run({ command: 'smart-scan' }, signal)
  const devices = listAt(parseProgramJson(stdout, 'smartctl --scan'), 'devices')
  return devices.flatMap((device) => {
    const path = textAt(device, 'name') ?? ''
    const [, type, number] =
      /^((?:sat\+)?megaraid,(\d{1,3}))$/.exec(textAt(device, 'type') ?? '') ?? []
    const [, host] = /^\/dev\/bus\/(\d{1,3})$/.exec(path) ?? []
    if (type === undefined || host === undefined || Number(number) > 127) return []
    return [{ device: `bus${host}:megaraid${number}`, path, type }]
  })
}

/** The disks behind an HPE controller have numbers without a gap: they are asked until one is not there. */
export async function* readHpeDisks(
  programs: ProgramRunner,
  { hpeVolumes }: Pick<FoundDisks, 'hpeVolumes'>,
  excluded: ReadonlySet<string>,
  signal: AbortSignal,
): AsyncGenerator<ReadDisk> {
  for (const volume of hpeVolumes) {
    for (let number = 0; number < MOST_DISKS; number += 1) {
      const device = `${volume}:cciss${number}`
      if (excluded.has(device)) continue
      const disk = { device, path: `/dev/${volume}`, type: `cciss,${number}` }
      if (signal.aborted) return
      const read = await readDisk(programs, disk, signal)
      // The first must be there: that it can't be opened is no end of a list but a failure.
      if (number > 0 && isAbsent(read)) break
      yield read
      if (isAbsent(read)) break
      if (read.error?.code === 'NOT_ANSWERING') return
    }
  }
}

/** Bit 1 of the exit status: the device could not be opened. */
function isAbsent({ report }: ReadDisk): boolean {
  return (
    report?.problem !== undefined && (report.exitStatus & 0b10) !== 0 && report.serial === undefined
  )
}

export function describeRead({ disk, report, error }: ReadDisk): string {
  const why = error?.message ?? report?.problem
  return why === undefined ? disk.device : `${disk.device}: ${why}`
}

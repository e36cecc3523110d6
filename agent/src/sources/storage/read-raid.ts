import { ProbeError } from '../../probe.ts'
import { ProgramUnavailable } from '../program-unavailable.ts'
import { parseArcconf } from './parse-arcconf.ts'
import { parseSsacli } from './parse-ssacli.ts'
import { addDriveErrors, parseStorcli } from './parse-storcli.ts'
import type { ProgramRunner } from './privileged-programs.ts'
import type { RaidController } from './raid-controller.ts'

export type RaidTool = 'storcli' | 'ssacli' | 'arcconf'

/** Who makes the controllers of a driver. Microchip's (smartpqi) are HPE's, or Adaptec's: whose tool is there, that is asked. */
const TOOLS: Readonly<Record<string, readonly RaidTool[]>> = {
  megaraid_sas: ['storcli'],
  mpi3mr: ['storcli'],
  hpsa: ['ssacli'],
  cciss: ['ssacli'],
  smartpqi: ['ssacli', 'arcconf'],
  aacraid: ['arcconf'],
}

/** For each kind of controller that is there, the tools of which one is needed. */
export function raidToolsFor(drivers: readonly string[]): readonly (readonly RaidTool[])[] {
  const table = new Map(Object.entries(TOOLS))
  const wanted = drivers.flatMap((driver) => {
    const tools = table.get(driver)
    return tools === undefined ? [] : [tools]
  })
  return [...new Map(wanted.map((tools) => [tools.join(), tools])).values()]
}

export interface RaidReading {
  readonly controllers: readonly RaidController[]
  /** What has to be installed or granted. */
  readonly missing: readonly ProgramUnavailable[]
}

/** @throws ProbeError of the tools; ProgramUnavailable stands in `missing` */
export async function readRaid(
  programs: ProgramRunner,
  wanted: readonly (readonly RaidTool[])[],
  signal: AbortSignal,
): Promise<RaidReading> {
  const controllers: RaidController[] = []
  const missing: ProgramUnavailable[] = []
  for (const tools of wanted) {
    const absent: ProgramUnavailable[] = []
    for (const tool of tools) {
      try {
        controllers.push(...(await READERS[tool](programs, signal)))
        break
      } catch (error) {
        if (!(error instanceof ProgramUnavailable)) throw error
        absent.push(error)
      }
    }
    if (absent.length === tools.length) missing.push(...absent.slice(0, 1))
  }
  return { controllers, missing }
}

type Reader = (programs: ProgramRunner, signal: AbortSignal) => Promise<RaidController[]>

const READERS: Readonly<Record<RaidTool, Reader>> = {
  storcli: readStorcli,
  ssacli: async (programs, signal) =>
    parseSsacli((await programs.run({ command: 'ssacli-config' }, signal)).stdout),
  arcconf: readArcconf,
}

async function readStorcli(
  programs: ProgramRunner,
  signal: AbortSignal,
): Promise<RaidController[]> {
  const { stdout } = await programs.run({ command: 'storcli-controllers' }, signal)
  const controllers = parseStorcli(stdout)
  if (controllers.length === 0) return controllers
  try {
    const drives = await programs.run({ command: 'storcli-drives' }, signal)
    return addDriveErrors(controllers, drives.stdout)
  } catch (error) {
    // Drives without an enclosure, an old tool: the rest is worth having without their error counts.
    if (error instanceof ProbeError) return controllers
    throw error
  }
}

const MOST_CONTROLLERS = 4

async function readArcconf(
  programs: ProgramRunner,
  signal: AbortSignal,
): Promise<RaidController[]> {
  const controllers: RaidController[] = []
  for (let controller = 1; controller <= MOST_CONTROLLERS; controller += 1) {
    const { stdout } = await programs.run({ command: 'arcconf-config', controller }, signal)
    const found = parseArcconf(stdout, controller)
    if (found === undefined) break
    controllers.push(found)
  }
  return controllers
}

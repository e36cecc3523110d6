import { readFileSync } from 'node:fs'
import type { SourceReference } from '../probe.ts'
import type { Session, Source } from '../source.ts'
import { parseAuxiliaryVector } from './auxiliary-vector.ts'
import { Commands, type CommandRunner } from './commands.ts'
import { ControlGroups } from './control-groups.ts'
import { FileSpace } from './file-space.ts'
import { HostFiles } from './host-files.ts'
import { ROOT_OPTION } from './host-options.ts'
import type { InventoryDocuments } from './inventory-documents.ts'
import { readInventory } from './inventory.ts'
import type { PortableReadings } from './portable-readings.ts'
import { MemoryTable } from './memory-table.ts'
import { ProcessDetails } from './process-details.ts'
import { ProcessTable } from './process-table.ts'
import { SysteminformationReadings } from './systeminformation-readings.ts'
import { UserNames } from './user-names.ts'

/** What the probes of the host read through. */
export interface HostSession {
  /** Files of /proc and /sys (Linux). */
  readonly files: HostFiles
  /** /proc/meminfo, read once per tick (Linux). */
  readonly memory: MemoryTable
  /** All processes, read once per tick (Linux). */
  readonly processes: ProcessTable
  /** More about one process (Linux). */
  readonly processDetails: ProcessDetails
  /** Processes of systemd units (Linux). */
  readonly controlGroups: ControlGroups
  /** Names of the local users (Linux). */
  readonly users: UserNames
  /** Space of file systems, with a guard against those that hang (Linux). */
  readonly fileSpace: FileSpace
  /** Bytes of a memory page, and clock ticks per second, as /proc counts. */
  readonly pageBytes: number
  readonly ticksPerSecond: number
  /** Set on systems without /proc: to be read instead of `files`. */
  readonly portable: PortableReadings | undefined
  /** What this machine is, read by a child process; at most every few hours. */
  readInventory(signal: AbortSignal): Promise<InventoryDocuments>
  /** External programs; never in the 10-second path. */
  readonly commands: CommandRunner
}

/** For `source:` of a probe. */
export const host: SourceReference<HostSession> = { type: 'host' }

/** The machine on which the agent runs. Always there, with or without an entry in agent.yaml. */
export const hostSource: Source<HostSession> = {
  type: 'host',
  always: true,
  platforms: ['linux', 'darwin', 'win32'],
  options: {
    root: ROOT_OPTION,
  },
  async open({ options }) {
    return openHost({ root: typeof options['root'] === 'string' ? options['root'] : '/' })
  },
}

/** Opens a session on the file tree under `root`; tests give a directory of recorded files. */
export async function openHost({ root }: { root: string }): Promise<Session<HostSession>> {
  const files = new HostFiles(root)
  const fileSpace = new FileSpace(root)
  const commands = new Commands()
  const closed = new AbortController()
  const session: HostSession = {
    files,
    memory: new MemoryTable(files),
    processes: new ProcessTable(files),
    processDetails: new ProcessDetails(files),
    controlGroups: new ControlGroups(files),
    users: new UserNames(files),
    fileSpace,
    ...readMachineUnits(),
    portable: process.platform === 'linux' ? undefined : new SysteminformationReadings(),
    readInventory: (signal) => readInventory(AbortSignal.any([signal, closed.signal])),
    commands,
  }
  return {
    session,
    subject: '',
    async [Symbol.asyncDispose]() {
      files[Symbol.dispose]()
      commands[Symbol.dispose]()
      closed.abort()
      fileSpace[Symbol.dispose]()
    },
  }
}

/** Units of the running kernel, never of the tree under `root`. */
function readMachineUnits(): { pageBytes: number; ticksPerSecond: number } {
  if (process.platform !== 'linux') return { pageBytes: 4096, ticksPerSecond: 100 }
  return parseAuxiliaryVector(readFileSync('/proc/self/auxv'))
}

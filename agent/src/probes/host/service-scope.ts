import { NoDataError } from '../../probe.ts'
import type { HostSession } from '../../sources/host.ts'
import type { PidfileAnswer, PidfileReader } from './pidfile-reader.ts'

/** A service as agent.yaml names it: processes that meet everything that is given; with `name` alone, processes or programs of that name. */
export interface ServiceSelector {
  readonly name: string
  /** Regular expression on the whole command line. */
  readonly pattern?: string
  readonly systemdUnit?: string
  readonly pidfile?: string
  /** Name or number of the effective user. */
  readonly user?: string
}

/** Processes that a unit or pid file names; undefined = all. */
export interface Scope {
  readonly pids: ReadonlySet<number> | undefined
  readonly answered: boolean
  readonly countKnown: boolean
}

const EVERYTHING: Scope = { pids: undefined, answered: true, countKnown: true }
const NOTHING_NAMED: Scope = { pids: new Set(), answered: false, countKnown: true }
const NOT_KNOWN: Scope = { pids: new Set(), answered: false, countKnown: false }

/** What the search for services reads through. */
export type Readers = Pick<HostSession, 'files' | 'processDetails' | 'controlGroups' | 'users'>

/** Asks unit and pid file; the user is only looked up, processes are asked one by one. */
export function readScope(
  session: Readers,
  service: ServiceSelector,
  pidfiles: PidfileReader,
  timeMs: number,
): Scope {
  const { systemdUnit, pidfile, user } = service
  if (user !== undefined && session.users.idOf(user, timeMs) === undefined) return NOTHING_NAMED
  const unit = systemdUnit === undefined ? EVERYTHING : readUnit(session, systemdUnit, timeMs)
  if (pidfile === undefined || !unit.answered) return unit
  const file = toScope(pidfiles.read(session.files, pidfile, timeMs))
  const both = [...(file.pids ?? [])].filter((pid) => unit.pids?.has(pid) ?? true)
  return { ...file, pids: new Set(both) }
}

function toScope(answer: PidfileAnswer): Scope {
  if (answer === 'absent') return NOTHING_NAMED
  return answer === 'unreadable' ? NOT_KNOWN : { ...EVERYTHING, pids: new Set([answer]) }
}

function readUnit(session: Readers, unit: string, timeMs: number): Scope {
  const name = /\.(?:service|scope|slice)$/.test(unit) ? unit : `${unit}.service`
  try {
    return { ...EVERYTHING, pids: new Set(session.controlGroups.readUnitPids(name, timeMs)) }
  } catch (error) {
    if (error instanceof NoDataError) return NOT_KNOWN
    throw error
  }
}

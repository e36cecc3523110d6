import type { SnmpRow, SnmpSession } from '../snmp-session.ts'
import type { WatchedProcess } from '../snmp-settings.ts'
import { integerOf, textOf } from '../snmp-value.ts'

const RUN_ENTRY = '1.3.6.1.2.1.25.4.2.1'
const RUN = { name: 2, path: 4, parameters: 5, status: 7 } as const
const PERFORMANCE_ENTRY = '1.3.6.1.2.1.25.5.1.1'
const PERFORMANCE = { hundredths: 1, kilobytes: 2 } as const
/** hrSWRunStatus: loaded and in error. */
const INVALID = 4
const MAX_ROWS = 20_000

/** A program that runs on a host. */
export interface RunningProgram {
  readonly pid: string
  readonly name: string
  readonly path: string
  /** At most 128 characters of them, which is all that the MIB has. */
  readonly parameters: string
  readonly cpuMs: number | undefined
  readonly residentBytes: number | undefined
}

export async function readPrograms(
  session: SnmpSession,
  signal: AbortSignal,
): Promise<readonly RunningProgram[]> {
  const bounds = { maxRows: MAX_ROWS }
  const rows = await session.table(RUN_ENTRY, Object.values(RUN), signal, bounds)
  if (rows.size === 0) return []
  const used = await session.table(PERFORMANCE_ENTRY, Object.values(PERFORMANCE), signal, bounds)
  return [...rows]
    .filter(([, row]) => integerOf(row.get(RUN.status)) !== INVALID)
    .map(([pid, row]) => toProgram(pid, row, used.get(pid)))
}

function toProgram(pid: string, row: SnmpRow, used: SnmpRow | undefined): RunningProgram {
  const hundredths = integerOf(used?.get(PERFORMANCE.hundredths))
  const kilobytes = integerOf(used?.get(PERFORMANCE.kilobytes))
  return {
    pid,
    name: textOf(row.get(RUN.name)) ?? '',
    path: textOf(row.get(RUN.path)) ?? '',
    parameters: textOf(row.get(RUN.parameters)) ?? '',
    cpuMs: hundredths === undefined ? undefined : hundredths * 10,
    residentBytes: kilobytes === undefined ? undefined : kilobytes * 1024,
  }
}

/** By a pattern on path and parameters; else by the name of the program, on Windows with or without `.exe` and in any case. */
export function isOf({ name, pattern }: WatchedProcess, program: RunningProgram): boolean {
  if (pattern !== undefined)
    return pattern.test(
      `${program.path === '' ? program.name : program.path} ${program.parameters}`.trim(),
    )
  const file = program.path.slice(program.path.search(/[^/\\]*$/))
  return [program.name, file].some((called) => called === name || isSameOnWindows(called, name))
}

function isSameOnWindows(called: string, name: string): boolean {
  const lower = called.toLowerCase()
  return (
    lower.endsWith('.exe') &&
    (lower === name.toLowerCase() || lower === `${name.toLowerCase()}.exe`)
  )
}

import { toDocumentTable } from '@wardround/protocol'

import { defineProbe, NoDataError, remembers } from '../../probe.ts'
import { host, type HostSession } from '../../sources/host.ts'
import type { ProcessRow } from '../../sources/process-table.ts'
import { parseNumbers } from './parse-numbers.ts'

const LISTED = 10
const COLUMNS = [
  'pid',
  'user',
  'command',
  'cpuPercent',
  'rssBytes',
  'threads',
  'startedAtMs',
] as const

/** Null: not known yet. */
type ProcessDescription = Readonly<Record<(typeof COLUMNS)[number], string | number | null>>
const UPTIME = '/proc/uptime'

/** Processor time of all processes at one run. */
interface CpuMemory {
  readonly monotonicMs: number
  readonly byPid: ReadonlyMap<number, { startTicks: number; cpuTicks: number }>
}

/** A process and the percent of one core that it used since the run before. */
interface Rated {
  readonly row: ProcessRow
  readonly cpuPercent: number | undefined
}

/**
 * The processes that use most processor time and most memory, as a snapshot for people: no series, a pid
 * means nothing tomorrow. Source: /proc/[pid]/{stat,status,cmdline}. Needs: nothing. Command names alone:
 * arguments can hold passwords.
 */
export default defineProbe({
  name: 'host.top-processes',
  source: host,
  platforms: ['linux'],
  everySeconds: 60,
  cost: 'cheap',
  reads: '/proc/[pid]/{stat,status,cmdline}',
  needs: 'none',
  help: {
    zh: '占用 CPU 和内存最多的十个进程（快照）',
    en: 'The ten processes that use most CPU and most memory (a snapshot)',
  },
  measurements: {},
  remembers: remembers<CpuMemory>(),
  sample({ session, emitDocument, memory, timeMs, monotonicMs }) {
    const rows = session.processes.read(timeMs)
    const rated = rows.map((row) => ({ row, cpuPercent: rate(session, row, memory, monotonicMs) }))
    const [uptime = 0] = parseNumbers(session.files.read(UPTIME), UPTIME)
    const bootMs = timeMs - uptime * 1000
    const describe = (processes: readonly Rated[]) =>
      toDocumentTable(
        COLUMNS,
        processes
          .slice(0, LISTED)
          .flatMap((process) => describeProcess(session, process, timeMs, bootMs)),
      )
    emitDocument('top_processes', 'newest', {
      // Null in the first snapshot after the agent's start: what was used in an interval is not known yet.
      intervalSeconds: memory ? Math.round((monotonicMs - memory.monotonicMs) / 1000) : null,
      byCpu: describe(
        rated
          .filter(({ cpuPercent = 0 }) => cpuPercent > 0)
          .toSorted((a, b) => (b.cpuPercent ?? 0) - (a.cpuPercent ?? 0)),
      ),
      byMemory: describe(
        rated
          .filter(({ row }) => row.residentPages > 0)
          .toSorted((a, b) => b.row.residentPages - a.row.residentPages),
      ),
    })
    return {
      monotonicMs,
      byPid: new Map(rows.map(({ pid, startTicks, cpuTicks }) => [pid, { startTicks, cpuTicks }])),
    }
  },
})

/** A process that is not remembered has started since, and counts whole. */
function rate(
  session: HostSession,
  row: ProcessRow,
  memory: CpuMemory | undefined,
  monotonicMs: number,
): number | undefined {
  if (!memory) return undefined
  const known = memory.byPid.get(row.pid)
  const before = known?.startTicks === row.startTicks ? known.cpuTicks : 0
  const usedMs = (1000 * (row.cpuTicks - before)) / session.ticksPerSecond
  return (100 * usedMs) / (monotonicMs - memory.monotonicMs)
}

/**
 * The program as it was called, without directory and arguments; the kernel's name of the first thread where that can't be read (a runtime may
 * call that one "MainThread") or the process wrote something else there, as daemons do for a status line.
 */
function commandOf(session: HostSession, row: ProcessRow): string {
  const [program = ''] = session.processDetails.readCommandLine(row.pid).split(' ', 1)
  const name = program.slice(program.lastIndexOf('/') + 1)
  return /^[\w.+-]{1,64}$/.test(name) ? name : row.name
}

/** Empty for a process that has ended meanwhile. */
function describeProcess(
  session: HostSession,
  { row, cpuPercent }: Rated,
  timeMs: number,
  bootMs: number,
): ProcessDescription[] {
  try {
    const userId = session.processDetails.readUserId(row.pid)
    return [
      {
        pid: row.pid,
        user: session.users.nameOf(userId, timeMs),
        command: commandOf(session, row),
        cpuPercent: cpuPercent === undefined ? null : Math.round(cpuPercent * 100) / 100,
        rssBytes: row.residentPages * session.pageBytes,
        threads: row.threads,
        startedAtMs: Math.round(bootMs + (row.startTicks * 1000) / session.ticksPerSecond),
      },
    ]
  } catch (error) {
    if (error instanceof NoDataError) return []
    throw error
  }
}

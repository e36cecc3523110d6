import { NoDataError, ProbeError } from '../probe.ts'
import type { HostFiles } from './host-files.ts'

/** One process as /proc/[pid]/stat has it (proc(5)). Rows are reused: valid until the next tick. */
export interface ProcessRow {
  readonly pid: number
  /** The kernel's name of it, at most 15 bytes. */
  readonly name: string
  /** One letter: R, S, D, Z, T, t, X, I, … */
  readonly state: string
  readonly parentPid: number
  readonly threads: number
  /** User and system time in clock ticks, rising. */
  readonly cpuTicks: number
  /** Clock ticks from boot to its start; with `pid` it names a process for ever. */
  readonly startTicks: number
  readonly residentPages: number
}

type MutableRow = { -readonly [K in keyof ProcessRow]: ProcessRow[K] }

/** All processes, read once per tick however many probes ask. */
export class ProcessTable {
  readonly #files: HostFiles
  #byPid = new Map<number, MutableRow>()
  #rows: MutableRow[] = []
  #timeMs = -1

  constructor(files: HostFiles) {
    this.#files = files
  }

  /**
   * The processes at the tick `timeMs`. One that ends meanwhile is left out.
   * @throws NoDataError where there is no /proc
   */
  read(timeMs: number): readonly ProcessRow[] {
    if (timeMs === this.#timeMs) return this.#rows
    const before = this.#byPid
    const byPid = new Map<number, MutableRow>()
    const rows: MutableRow[] = []
    for (const name of this.#files.list('/proc')) {
      if (!isPid(name)) continue
      const pid = Number(name)
      const row = this.#readRow(pid, before.get(pid))
      if (row === undefined) continue
      byPid.set(pid, row)
      rows.push(row)
    }
    this.#byPid = byPid
    this.#rows = rows
    this.#timeMs = timeMs
    return rows
  }

  #readRow(pid: number, known: MutableRow | undefined): MutableRow | undefined {
    const file = `/proc/${pid}/stat`
    let bytes: Buffer
    try {
      bytes = this.#files.readSmall(file)
    } catch (error) {
      if (error instanceof NoDataError) return undefined
      if (error instanceof ProbeError && error.code === 'NOT_PERMITTED') return undefined
      throw error
    }
    return parseProcessStat(bytes, file, known)
  }
}

function isPid(name: string): boolean {
  const first = name.charCodeAt(0)
  return first >= 49 && first <= 57
}

/**
 * proc(5): pid (name) state ppid … utime(14) stime(15) … num_threads(20) … starttime(22) vsize rss(24). The name may hold blanks, newlines and
 * brackets: it ends at the last `)`. One expression, which runs as machine code: walking over the bytes of some hundred processes a tick costs
 * several times as much.
 */
const STAT =
  /^(\d+) \(([^]*)\) (\S) (-?\d+) (?:-?\d+ ){9}(\d+) (\d+) (?:-?\d+ ){4}(-?\d+) -?\d+ (\d+) \d+ (-?\d+)/

/** Anything beyond ASCII in what was read byte by byte. */
const BEYOND_ASCII = /[\u0080-\u00ff]/

/**
 * Parses /proc/[pid]/stat.
 * @param known the row of this pid at the last tick, which is overwritten and returned
 */
export function parseProcessStat(bytes: Buffer, file: string, known?: MutableRow): MutableRow {
  const match = STAT.exec(bytes.toString('latin1'))
  if (match === null) {
    throw new ProbeError('UNPARSABLE', {
      zh: `${file}:1：格式与 proc(5) 不符：应为 pid (名称) 状态 父进程 …`,
      en: `${file}:1: not as proc(5) has it: pid (name) state parent …`,
    })
  }
  const [, pid, name = '', state = '', parentPid, user, system, threads, start, resident] = match
  const row = known ?? { ...EMPTY_ROW }
  row.pid = Number(pid)
  if (row.name !== name) row.name = decodeName(name)
  row.state = state
  row.parentPid = Number(parentPid)
  row.cpuTicks = Number(user) + Number(system)
  row.threads = Number(threads)
  row.startTicks = Number(start)
  row.residentPages = Number(resident)
  return row
}

const EMPTY_ROW: ProcessRow = {
  pid: 0,
  name: '',
  state: '',
  parentPid: 0,
  threads: 0,
  cpuTicks: 0,
  startTicks: 0,
  residentPages: 0,
}

/** A string of its own, that does not keep the whole line in memory. */
function decodeName(latin1: string): string {
  const bytes = Buffer.from(latin1, 'latin1')
  return BEYOND_ASCII.test(latin1) ? bytes.toString('utf8') : bytes.toString('latin1')
}

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
    let bytes: Uint8Array
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

const OPENING = 40
const CLOSING = 41
const SPACE = 32
const LAST_FIELD = 24

/**
 * Parses /proc/[pid]/stat. The name may hold blanks, newlines and brackets: it ends at the last `)`.
 * @param known the row of this pid at the last tick, which is overwritten and returned
 */
export function parseProcessStat(bytes: Uint8Array, file: string, known?: MutableRow): MutableRow {
  const opening = bytes.indexOf(OPENING)
  const closing = bytes.lastIndexOf(CLOSING)
  if (opening < 1 || closing < opening) throw unparsable(file)
  const fields = numbersFrom(bytes, closing + 4, file)
  const name = nameIn(bytes, opening + 1, closing, known?.name)
  const row = known ?? { ...EMPTY_ROW }
  row.pid = integerIn(bytes, 0, opening - 1)
  row.name = name
  row.state = letter(bytes[closing + 2])
  // Numbered as in proc(5), where the state is field 3 and `fields` begins with 4.
  row.parentPid = fields[4 - 4] ?? 0
  row.cpuTicks = (fields[14 - 4] ?? 0) + (fields[15 - 4] ?? 0)
  row.threads = fields[20 - 4] ?? 0
  row.startTicks = fields[22 - 4] ?? 0
  row.residentPages = fields[24 - 4] ?? 0
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

/** Reused between calls: a table of a thousand processes would else make a thousand arrays a tick. */
const scratch = new Float64Array(LAST_FIELD - 3)

function numbersFrom(bytes: Uint8Array, start: number, file: string): Float64Array {
  let at = start
  for (let field = 0; field < scratch.length; field += 1) {
    let end = bytes.indexOf(SPACE, at)
    if (end === -1) end = bytes.length
    if (end <= at) throw unparsable(file)
    scratch[field] = integerIn(bytes, at, end)
    at = end + 1
  }
  return scratch
}

function integerIn(bytes: Uint8Array, start: number, end: number): number {
  let value = 0
  let sign = 1
  for (let i = start; i < end; i += 1) {
    const byte = bytes[i] ?? 0
    if (byte === 45 && i === start) sign = -1
    else if (byte >= 48 && byte <= 57) value = value * 10 + (byte - 48)
    else break
  }
  return sign * value
}

/** The name before, if it is the same: most processes keep theirs, and need no new string. */
function nameIn(bytes: Uint8Array, start: number, end: number, before: string | undefined): string {
  if (before !== undefined && before.length === end - start) {
    let same = true
    for (let i = start; same && i < end; i += 1) same = bytes[i] === before.charCodeAt(i - start)
    if (same) return before
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8')
}

/** One string per letter for ever. */
const letters = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code))

function letter(byte: number | undefined): string {
  return letters[byte ?? 0] ?? ''
}

function unparsable(file: string): ProbeError {
  return new ProbeError('UNPARSABLE', `${file}:1: not as proc(5) has it: pid (name) state parent …`)
}

import {
  closeSync,
  createReadStream,
  existsSync,
  fdatasyncSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'

/** An event as it is kept: one JSON line in the file of its UTC day. */
export interface EventRow {
  readonly atMs: number
  /** Host or device that it happened to; '' for the collector itself. */
  readonly subject: string
  readonly kind: string
  /** Storing an event again under its (subject, key) changes nothing. */
  readonly key: string
  /** JSON text. */
  readonly body: string
}

export interface EventQuery {
  readonly fromMs: number
  readonly toMs: number
  readonly subject?: string | undefined
  readonly kind?: string | undefined
  readonly limit: number
}

export interface EventFiles {
  /** Durable when it returns; the bytes that it wrote. */
  append(events: readonly EventRow[]): number
  /** Newest first. */
  query(query: EventQuery): Promise<EventRow[]>
  purge(beforeMs: number): void
}

const DAY_MS = 86_400_000
/** A day that is over may be packed; what comes late stands beside it. */
const FILE_NAME = /^(\d{4}-\d{2}-\d{2})\.jsonl(?:\.gz)?$/
/** Keys of the newest events are remembered, so that a replay of the journal doesn't fill the files; queries drop what slips through. */
const REMEMBERED_KEYS = 20_000

export function openEventFiles(directory: string): EventFiles {
  mkdirSync(directory, { recursive: true, mode: 0o750 })
  const remembered = new Set<string>()

  const remember = (event: EventRow) => {
    if (remembered.size >= REMEMBERED_KEYS) remembered.clear()
    remembered.add(identityOf(event))
  }

  return {
    append(events) {
      const fresh = events.filter((event) => !remembered.has(identityOf(event)))
      const lines = new Map<string, string>()
      for (const event of fresh) {
        const day = dayOf(event.atMs)
        lines.set(day, `${lines.get(day) ?? ''}${JSON.stringify(event)}\n`)
      }
      for (const [day, text] of lines) appendDurably(join(directory, `${day}.jsonl`), text)
      fresh.forEach(remember)
      return [...lines.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0)
    },
    async query(query) {
      const found: EventRow[] = []
      const days = daysIn(directory).filter(
        (day) => Date.parse(day) < query.toMs && Date.parse(day) + DAY_MS > query.fromMs,
      )
      for (const day of days.reverse()) {
        if (found.length >= query.limit) break
        found.push(...(await readDay(filesOf(directory, day), query)))
      }
      return found.slice(0, query.limit)
    },
    purge(beforeMs) {
      for (const day of daysIn(directory)) {
        if (Date.parse(day) + DAY_MS > beforeMs) continue
        for (const file of filesOf(directory, day)) rmSync(file, { force: true })
      }
    },
  }
}

function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10)
}

function daysIn(directory: string): string[] {
  const days = readdirSync(directory)
    .map((name) => FILE_NAME.exec(name)?.[1])
    .filter((day) => day !== undefined)
  return [...new Set(days)].sort()
}

/** The day's files, which may not be there: the packed one first. */
function filesOf(directory: string, day: string): string[] {
  return [join(directory, `${day}.jsonl.gz`), join(directory, `${day}.jsonl`)]
}

function identityOf(event: EventRow): string {
  return `${event.subject}\0${event.key}`
}

function appendDurably(file: string, text: string): void {
  const descriptor = openSync(file, 'a+', 0o640)
  try {
    // A line that a full disk or a crash cut short must not swallow the next one.
    writeFileSync(descriptor, endsInLine(descriptor) ? text : `\n${text}`)
    fdatasyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function endsInLine(descriptor: number): boolean {
  const { size } = fstatSync(descriptor)
  const last = Buffer.alloc(1)
  return size === 0 || (readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] === 0x0a)
}

/** The newest `limit` events of a day that match, newest first. */
async function readDay(files: readonly string[], query: EventQuery): Promise<EventRow[]> {
  let newest = new Map<string, EventRow>()
  for (const file of files) {
    if (!existsSync(file)) continue
    await readLines(file, (line) => {
      const event = parseLine(line)
      if (event === undefined || !matches(event, query)) return
      newest.set(identityOf(event), event)
      if (newest.size > 2 * query.limit + 1000) newest = cut(newest, query.limit)
    })
  }
  return [...cut(newest, query.limit).values()]
}

/** A packed file that a fault of the disk damaged ends where it can't be read any more; one that was deleted meanwhile has no lines. */
function readLines(file: string, onLine: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const bytes = createReadStream(file)
    const input = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes
    const fail = (error: Error) => (isDamaged(error) ? resolve() : reject(error))
    bytes.on('error', (error) => {
      input.destroy()
      fail(error)
    })
    input.on('error', fail)
    createInterface({ input }).on('line', onLine).on('error', fail).on('close', resolve)
  })
}

function isDamaged(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return code.startsWith('Z_') || code === 'ENOENT'
}

function cut(events: Map<string, EventRow>, limit: number): Map<string, EventRow> {
  return new Map([...events].sort(([, a], [, b]) => b.atMs - a.atMs).slice(0, limit))
}

function matches(event: EventRow, query: EventQuery): boolean {
  return (
    event.atMs >= query.fromMs &&
    event.atMs < query.toMs &&
    (query.subject === undefined || event.subject === query.subject) &&
    (query.kind === undefined || event.kind === query.kind)
  )
}

/** undefined for a line that a crash tore, or that a later one ran into. */
function parseLine(line: string): EventRow | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return isEventRow(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isEventRow(value: unknown): value is EventRow {
  return (
    typeof value === 'object' &&
    value !== null &&
    'atMs' in value &&
    typeof value.atMs === 'number' &&
    'subject' in value &&
    'kind' in value &&
    'key' in value &&
    'body' in value
  )
}

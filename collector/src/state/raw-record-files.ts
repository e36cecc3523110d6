import {
  closeSync,
  copyFileSync,
  createReadStream,
  createWriteStream,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { openEventFiles, type EventFiles, type EventRow } from './event-files.ts'

/** How long, and how much, is kept of what devices sent. */
export interface RawRecordBounds {
  readonly keepMs: number
  readonly maxBytes: number
}

export interface RawRecordStatus {
  readonly bytes: number
  /** Days before this one were deleted for the bound of bytes, though not yet as old as they may be; undefined where none was. */
  readonly cutUntilMs: number | undefined
}

export interface RawRecordFiles extends EventFiles {
  /** Packs days that are over, and deletes what is too old or too much. */
  tidy(bounds: RawRecordBounds, nowMs: number): Promise<void>
  status(): RawRecordStatus
}

const DAY_MS = 86_400_000
/** A day that was being packed when the process ended. */
const HALF_PACKED = /^\d{4}-\d{2}-\d{2}\.jsonl\.gz\.new$/
const DAY_FILE = /^(\d{4}-\d{2}-\d{2})\.jsonl(\.gz)?$/
/** Until the first tidy() says how much it may be. */
const DEFAULT_MAX_BYTES = 20e9
/** Remembers over a restart until when records were deleted for want of room. */
const CUT_FILE = 'deleted-for-size.json'

/**
 * Records as devices sent them (SNMP traps, syslog), which contract and law want kept for half a year: JSON lines in a file for each UTC day, packed once the
 * day is over, and never more bytes together than they may be: then the oldest go first.
 */
export function openRawRecordFiles(directory: string): RawRecordFiles {
  const files = openEventFiles(directory)
  for (const name of readdirSync(directory).filter((one) => HALF_PACKED.test(one)))
    rmSync(join(directory, name), { force: true })
  let maxBytes = DEFAULT_MAX_BYTES
  let bytes = totalOf(directory)

  return {
    append(events: readonly EventRow[]) {
      const written = files.append(events)
      bytes += written
      if (bytes > maxBytes) bytes = deleteOldest(directory, maxBytes)
      return written
    },
    query: (query) => files.query(query),
    purge: (beforeMs) => files.purge(beforeMs),
    async tidy(bounds, nowMs) {
      maxBytes = bounds.maxBytes
      files.purge(nowMs - bounds.keepMs)
      const failure = await packDays(directory, nowMs)
      bytes = deleteOldest(directory, maxBytes)
      const cut = readCut(directory)
      if (cut !== undefined && cut <= nowMs - bounds.keepMs)
        rmSync(join(directory, CUT_FILE), { force: true })
      if (failure !== undefined) throw failure
    },
    status: () => ({ bytes, cutUntilMs: readCut(directory) }),
  }
}

interface DayFile {
  readonly name: string
  readonly dayMs: number
  readonly isPacked: boolean
  readonly bytes: number
}

/** Oldest first, of a day the packed one. */
function dayFiles(directory: string): DayFile[] {
  return readdirSync(directory)
    .flatMap((name) => {
      const [, day, packed] = DAY_FILE.exec(name) ?? []
      if (day === undefined) return []
      const { size } = statSync(join(directory, name))
      return [{ name, dayMs: Date.parse(day), isPacked: packed !== undefined, bytes: size }]
    })
    .sort((a, b) => a.dayMs - b.dayMs || Number(b.isPacked) - Number(a.isPacked))
}

function totalOf(directory: string): number {
  return dayFiles(directory).reduce((sum, file) => sum + file.bytes, 0)
}

/** Returns the bytes that are left. */
function deleteOldest(directory: string, maxBytes: number): number {
  let total = totalOf(directory)
  for (const { name, dayMs, bytes } of dayFiles(directory)) {
    if (total <= maxBytes) break
    noteCut(directory, dayMs + DAY_MS)
    rmSync(join(directory, name), { force: true })
    total -= bytes
  }
  return total
}

/** All days that are over; one that can't be packed costs no other. Returns why the first of them couldn't. */
async function packDays(directory: string, nowMs: number): Promise<Error | undefined> {
  let failure: Error | undefined
  for (const { name, isPacked, dayMs } of dayFiles(directory)) {
    if (isPacked || dayMs + DAY_MS > nowMs) continue
    try {
      await pack(directory, name)
    } catch (error) {
      rmSync(join(directory, `${name}.gz.new`), { force: true })
      // a day that was deleted meanwhile, for its age or for want of room, is done
      if (existsSync(join(directory, name)))
        failure ??= error instanceof Error ? error : new Error(String(error))
    }
  }
  return failure
}

/**
 * Puts a day's lines behind what is packed of it already. Whatever moment a crash chooses, each line is there: at worst in both files, where a
 * query takes it once.
 */
async function pack(directory: string, name: string): Promise<void> {
  const [plain, packed] = [join(directory, name), join(directory, `${name}.gz`)]
  const fresh = `${packed}.new`
  rmSync(fresh, { force: true })
  const before = statSync(plain).size
  if (existsSync(packed)) copyFileSync(packed, fresh)
  // a gzip file may have several members, one behind the other
  await pipeline(
    createReadStream(plain),
    createGzip(),
    createWriteStream(fresh, { flags: 'a', mode: 0o640 }),
  )
  syncFile(fresh)
  if (!existsSync(plain)) return rmSync(fresh, { force: true }) // deleted meanwhile, for want of room
  // something came late while it was packed: it is packed next time, and what stands twice counts once
  const grew = statSync(plain).size > before
  renameSync(fresh, packed)
  syncFile(directory)
  if (!grew) rmSync(plain)
}

function syncFile(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function noteCut(directory: string, untilMs: number): void {
  const known = readCut(directory) ?? 0
  if (untilMs > known)
    writeFileSync(join(directory, CUT_FILE), `${JSON.stringify({ untilMs })}\n`, { mode: 0o640 })
}

function readCut(directory: string): number | undefined {
  try {
    const { untilMs }: { untilMs?: unknown } = Object(
      JSON.parse(readFileSync(join(directory, CUT_FILE), 'utf8')),
    )
    return typeof untilMs === 'number' ? untilMs : undefined
  } catch {
    return undefined // nothing was cut
  }
}

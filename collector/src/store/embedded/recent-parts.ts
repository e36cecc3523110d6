import type { Position } from '@wardround/journal'
import { join } from 'node:path'
import { ByteArena } from './byte-arena.ts'
import type { Registry } from './file-names.ts'
import type { PartCache } from './part-cache.ts'
import { PartFile, RECENT_USE } from './part-file.ts'
import type { OpenPart, PlacedPart } from './part-file.ts'
import { HOUR_MS } from './time-spans.ts'

export const RECENT_FILE = 'recent.db'

/** Parts of one subject and hour that are in no merged file yet. */
export interface RecentHour {
  readonly subject: number
  readonly hourMs: number
  /** When the first and the last part was added, by the store's clock. */
  readonly firstAtMs: number
  lastAtMs: number
}

/**
 * Sealed parts before they are merged, and the journal position that they cover. Parts wait in memory until the next commit (and are
 * found there), so that a commit is one sync for many; if it fails they stay and go with the next.
 */
export class RecentParts {
  readonly #file: PartFile
  readonly #cache: PartCache
  /** By subject, in the order of their writing. */
  readonly #waiting = new Map<number, PlacedPart[]>()
  /** Their data. */
  readonly #arena = new ByteArena()
  #waitingBytes = 0
  #merged: RecentHour[] = []
  #rawDeletedUntilMs = -Infinity
  readonly #hours = new Map<number, Map<number, RecentHour>>()

  /** Opens or makes the file. @throws StoreFileError */
  constructor(directory: string, registry: Registry, cache: PartCache, nowMs: number) {
    this.#cache = cache
    this.#file = new PartFile(join(directory, RECENT_FILE), registry, cache, RECENT_USE)
    for (const { subject, startMs } of this.#file.places()) this.#note(subject, startMs, nowMs)
    const until = this.#file.meta('rawDeletedUntilMs')
    if (typeof until === 'number') this.#rawDeletedUntilMs = until
  }

  get waitingBytes(): number {
    return this.#waitingBytes
  }

  get path(): string {
    return this.#file.path
  }

  get hasChanges(): boolean {
    return this.#waiting.size + this.#merged.length > 0
  }

  /** Journal records before this were in files at the last commit. */
  readCovered(): Position | undefined {
    const segment = this.#file.meta('coveredSegment')
    const offset = this.#file.meta('coveredOffset')
    return typeof segment === 'number' && typeof offset === 'number'
      ? { segment, offset }
      : undefined
  }

  /** Raw data before this were deleted because they were too old; what comes later for that time can't be merged any more. */
  get rawDeletedUntilMs(): number {
    return this.#rawDeletedUntilMs
  }

  /** @throws StoreFileError */
  markDeleted(untilMs: number): void {
    this.#file.write((transaction) => transaction.setMeta('rawDeletedUntilMs', untilMs))
    this.#rawDeletedUntilMs = untilMs
  }

  /** What a subject has here, by hour. */
  hoursOf(subject: number): ReadonlyMap<number, RecentHour> {
    return this.#hours.get(subject) ?? NO_HOURS
  }

  /** Subjects that have dirty hours here. */
  get subjects(): Iterable<number> {
    return this.#hours.keys()
  }

  *allHours(): Iterable<RecentHour> {
    for (const hours of this.#hours.values()) yield* hours.values()
  }

  /** Takes a copy of the part. */
  add({ data, ...place }: PlacedPart, nowMs: number): void {
    const part = { ...place, data: this.#arena.copy(data) }
    const waiting = this.#waiting.get(part.subject)
    if (waiting === undefined) this.#waiting.set(part.subject, [part])
    else waiting.push(part)
    this.#waitingBytes += data.length
    this.#note(part.subject, part.startMs, nowMs)
  }

  /** Parts of a subject in the hours that begin in [fromMs, toMs), by hour and then in the order of their writing. @throws StoreFileError */
  parts(
    subject: number,
    fromMs: number,
    toMs: number,
    sets: ReadonlySet<number> = this.setsOf(subject),
  ): OpenPart[] {
    const parts = this.#file.parts(subject, fromMs, toMs, sets)
    for (const { set, startMs, spanMs, data } of this.#waiting.get(subject) ?? []) {
      if (startMs < fromMs || startMs >= toMs || !sets.has(set)) continue
      const part = this.#cache.open(set, data)
      if (part !== undefined) parts.push({ startMs, spanMs, part })
    }
    return parts.sort((a, b) => a.startMs - b.startMs)
  }

  /** Sets that a subject has or had here. */
  setsOf(subject: number): Set<number> {
    const sets = new Set(this.#file.setsOf(subject))
    for (const part of this.#waiting.get(subject) ?? []) sets.add(part.set)
    return sets
  }

  /** Puts what waits into the file, takes out what is merged, and writes the position. @throws StoreFileError; all of it stays for the next */
  commit(covered: Position | undefined): void {
    this.#file.write((transaction) => {
      for (const { subject, hourMs } of this.#merged)
        transaction.removeSpan(subject, hourMs, HOUR_MS)
      for (const parts of this.#waiting.values()) for (const part of parts) transaction.insert(part)
      if (covered === undefined) return
      transaction.setMeta('coveredSegment', covered.segment)
      transaction.setMeta('coveredOffset', covered.offset)
    })
    this.#merged = []
    this.#waiting.clear()
    this.#arena.clear()
    this.#waitingBytes = 0
  }

  /** All that is here of this hour is in merged files now: it isn't looked at any more and goes with the next commit. */
  release(hour: RecentHour): void {
    const { subject, hourMs } = hour
    this.#merged.push(hour)
    const waiting: PlacedPart[] = []
    for (const part of this.#waiting.get(subject) ?? []) {
      if (part.startMs === hourMs) this.#waitingBytes -= part.data.length
      else waiting.push(part)
    }
    if (waiting.length === 0) this.#waiting.delete(subject)
    else this.#waiting.set(subject, waiting)
    const hours = this.#hours.get(subject)
    hours?.delete(hourMs)
    if (hours?.size === 0) this.#hours.delete(subject)
  }

  close(): void {
    this.#file.close()
  }

  #note(subject: number, hourMs: number, nowMs: number): void {
    const hours = this.#hours.get(subject) ?? new Map<number, RecentHour>()
    this.#hours.set(subject, hours)
    const hour = hours.get(hourMs)
    if (hour === undefined)
      hours.set(hourMs, { subject, hourMs, firstAtMs: nowMs, lastAtMs: nowMs })
    else hour.lastAtMs = nowMs
  }
}

const NO_HOURS: ReadonlyMap<number, RecentHour> = new Map()

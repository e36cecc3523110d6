import type { Registry } from './file-names.ts'
import type { Head } from './head.ts'
import { mergeHour } from './hour-merge.ts'
import { Part } from './part.ts'
import type { OpenPart, PartTransaction, PlacedPart } from './part-file.ts'
import type { RecentHour } from './recent-parts.ts'
import { HeldDays } from './held-days.ts'
import { ShapeOrder } from './shape-order.ts'
import { StoreFileError } from './sqlite-file.ts'
import type { StoreFiles } from './store-files.ts'
import { DAY_MS, floorTo, HOUR_MS, MINUTE_MS } from './time-spans.ts'

/** An hour is merged so long after its end at the earliest: what agents send then is mostly there. */
const CLOSE_MS = 3 * MINUTE_MS
/** The merges of all subjects are spread over so long. */
const SPREAD_MS = 17 * MINUTE_MS
/** An hour of long ago that still gets samples (a backlog) is merged when none came for so long … */
const QUIET_MS = 2 * MINUTE_MS
/** … or after so long in any case. */
const PATIENCE_MS = 30 * MINUTE_MS

interface Place {
  readonly subject: number
  readonly hourMs: number
  readonly raw: readonly PlacedPart[]
  readonly fine: readonly PlacedPart[]
}

export interface MergeListener {
  /** 5-minute windows of a day are new. */
  onMerged(dayMs: number): void
  /** Samples came for a day whose raw data were deleted meanwhile; they are dropped, its rollups stand. */
  onTooOld(samples: number): void
}

/** Moves hours that are over from the recent parts to the merged files, and rolls them up. */
export class HourMerger {
  readonly #head: Head
  readonly #files: StoreFiles
  readonly #registry: Registry
  readonly #listener: MergeListener
  readonly #order: ShapeOrder
  readonly #held = new HeldDays()

  constructor(head: Head, files: StoreFiles, registry: Registry, listener: MergeListener) {
    this.#head = head
    this.#files = files
    this.#registry = registry
    this.#listener = listener
    this.#order = new ShapeOrder(registry.series)
  }

  /**
   * Merges hours of one day until none is due or `isLate` says that it is enough; returns how many it merged. A day whose files can't be
   * written stays dirty and is passed over for a while; PartFiles says why.
   */
  mergeDue(nowMs: number, isLate: () => boolean): number {
    const isWanted = (hour: RecentHour): boolean =>
      isDue(hour, nowMs) && !this.#held.holds(floorTo(hour.hourMs, DAY_MS), nowMs)
    const hours = this.#oneDay(isWanted)
    try {
      return this.#merge(hours, isLate)
    } catch (error) {
      if (!(error instanceof StoreFileError)) throw error
      this.#held.hold(floorTo(hours[0]!.hourMs, DAY_MS), nowMs)
      return 0
    }
  }

  /** Merges all hours of a day, due or not; how many. @throws StoreFileError */
  mergeAny(): number {
    return this.#merge(
      this.#oneDay(() => true),
      () => false,
    )
  }

  #merge(hours: readonly RecentHour[], isLate: () => boolean): number {
    if (hours.length === 0) return 0
    const places: Place[] = []
    for (const hour of hours) {
      places.push(this.#mergeHour(hour))
      if (isLate()) break
    }
    if (hours[0]!.hourMs >= this.#files.recent.rawDeletedUntilMs) this.#write(places)
    else this.#listener.onTooOld(countSamples(places))
    for (const [index] of places.entries()) this.#files.recent.release(hours[index]!)
    return places.length
  }

  /** Wanted hours of the day of the first of them. */
  #oneDay(isWanted: (hour: RecentHour) => boolean): RecentHour[] {
    const day: RecentHour[] = []
    let dayMs: number | undefined
    for (const hour of this.#files.recent.allHours()) {
      if (!isWanted(hour)) continue
      dayMs ??= floorTo(hour.hourMs, DAY_MS)
      if (floorTo(hour.hourMs, DAY_MS) === dayMs) day.push(hour)
    }
    return day
  }

  #mergeHour({ subject, hourMs }: RecentHour): Place {
    // What the head still has of this hour belongs to it.
    this.#head.sealSubjectHour(subject, hourMs)
    const { raw, recent } = this.#files
    const endMs = hourMs + HOUR_MS
    const merged = raw.readForChange<readonly OpenPart[]>(hourMs, [], (file) =>
      file.parts(subject, hourMs, endMs),
    )
    const chunks = [...merged, ...recent.parts(subject, hourMs, endMs)].map(({ part }) => part)
    return { subject, hourMs, ...mergeHour(subject, hourMs, chunks, this.#registry, this.#order) }
  }

  #write(places: readonly Place[]): void {
    const { hourMs } = places[0]!
    const replace = (kind: 'raw' | 'fine') => (transaction: PartTransaction) => {
      for (const place of places) {
        transaction.removeSpan(place.subject, place.hourMs, HOUR_MS)
        for (const part of place[kind]) transaction.insert(part)
      }
    }
    this.#files.raw.write(hourMs, replace('raw'))
    // Its hour rollups are older than this from now on, whether or not the next write succeeds.
    this.#listener.onMerged(floorTo(hourMs, DAY_MS))
    this.#files.fine.write(hourMs, replace('fine'))
  }
}

function countSamples(places: readonly Place[]): number {
  let samples = 0
  for (const { set, data } of places.flatMap(({ raw }) => raw)) {
    const part = new Part(set, data)
    const values = new Float64Array(part.rows)
    for (let column = 0; column < part.columns; column++) {
      part.read(column, values, 0)
      samples += values.reduce((count, value) => (Number.isNaN(value) ? count : count + 1), 0)
    }
  }
  return samples
}

function isDue({ subject, hourMs, firstAtMs, lastAtMs }: RecentHour, nowMs: number): boolean {
  const spreadMs = (Math.imul(subject, 0x9e3779b1) >>> 0) % SPREAD_MS
  if (nowMs < hourMs + HOUR_MS + CLOSE_MS + spreadMs) return false
  return nowMs - lastAtMs >= QUIET_MS || nowMs - firstAtMs >= PATIENCE_MS + HOUR_MS
}

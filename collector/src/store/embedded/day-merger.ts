import { ByteWriter } from './byte-writer.ts'
import type { Registry } from './file-names.ts'
import { HeldDays } from './held-days.ts'
import { mergeChunks } from './merge-chunks.ts'
import type { MergedGroup, MergeLayout } from './merge-chunks.ts'
import { encodePart } from './part.ts'
import type { Chunk, ColumnSource } from './part.ts'
import type { PartFiles } from './part-files.ts'
import type { OpenPart, PartTransaction, PlacedPart } from './part-file.ts'
import { StoreFileError } from './sqlite-file.ts'
import type { StoreFiles } from './store-files.ts'
import { DAY_MS, floorTo, HOUR_MS } from './time-spans.ts'
import { rollUpWindows, STAT, STATS, windowsOf } from './window-stats.ts'

/** A day is merged so long after its end at the earliest. */
const CLOSE_MS = 2 * HOUR_MS

interface SubjectDay {
  readonly subject: number
  readonly fine: readonly PlacedPart[]
  readonly coarse: readonly PlacedPart[]
}

/** Groups stay as the hours have them. */
const LAYOUT: MergeLayout = { divide: (shapes) => [shapes], width: STATS }

const writer = new ByteWriter()
let stats = new Float64Array(0)

/**
 * Merges the 5-minute windows of a day that is over, hour by hour so far, into one part per group, and rolls them up to hours.
 * A day is open while that is to be done: its hour windows may be missing or old and are not to be used.
 */
export class DayMerger {
  readonly #files: StoreFiles
  readonly #registry: Registry
  readonly #openDays: Set<number>
  readonly #held = new HeldDays()

  constructor(files: StoreFiles, registry: Registry) {
    this.#files = files
    this.#registry = registry
    this.#openDays = new Set(files.fine.starts())
  }

  get openDays(): ReadonlySet<number> {
    return this.#openDays
  }

  /** 5-minute windows were written to this day. */
  reopen(dayMs: number): void {
    this.#openDays.add(dayMs)
  }

  /**
   * Merges subjects of one day that is over until `isLate`. False if there was nothing to do. A day whose files can't be written stays open and
   * is passed over for a while; PartFiles says why.
   */
  mergeDue(nowMs: number, isLate: () => boolean): boolean {
    for (const dayMs of this.#openDays) {
      if (nowMs < dayMs + DAY_MS + CLOSE_MS || this.#hasRecent(dayMs)) continue
      if (this.#held.holds(dayMs, nowMs)) continue
      try {
        this.#mergeDay(dayMs, isLate)
      } catch (error) {
        if (!(error instanceof StoreFileError)) throw error
        this.#held.hold(dayMs, nowMs)
      }
      return true
    }
    return false
  }

  #hasRecent(dayMs: number): boolean {
    for (const { hourMs } of this.#files.recent.allHours()) {
      if (floorTo(hourMs, DAY_MS) === dayMs) return true
    }
    return false
  }

  #mergeDay(dayMs: number, isLate: () => boolean): void {
    const { fine, coarse } = this.#files
    const subjects = fine.readForChange<number[]>(dayMs, [], (file) =>
      file.subjectsWithSpan(HOUR_MS),
    )
    const done: SubjectDay[] = []
    for (const subject of subjects) {
      done.push(this.#mergeSubject(subject, dayMs))
      if (isLate()) break
    }
    if (done.length > 0) {
      replaceDay(coarse, dayMs, done, 'coarse')
      replaceDay(fine, dayMs, done, 'fine')
    }
    if (done.length < subjects.length) return
    this.#openDays.delete(dayMs)
    fine.read(dayMs, undefined, (file) => file.shrink())
  }

  #mergeSubject(subject: number, dayMs: number): SubjectDay {
    const parts = this.#files.fine.readForChange<readonly OpenPart[]>(dayMs, [], (file) =>
      file.parts(subject, dayMs, dayMs + DAY_MS),
    )
    const fine: PlacedPart[] = []
    const coarse: PlacedPart[] = []
    const place = { subject, startMs: dayMs, spanMs: DAY_MS }
    for (const group of mergeChunks(toChunks(parts), this.#registry.sets, LAYOUT)) {
      const set = this.#registry.sets.intern(group.shapes)
      const decimals = new Int8Array(group.shapes.length * STATS)
      const columns: ColumnSource = {
        count: group.shapes.length * STATS,
        values: group.values,
        startOf: (column) =>
          group.startOf(Math.floor(column / STATS)) + (column % STATS) * group.rows,
      }
      const options = { effort: 'small', stride: STATS, decimals } as const
      const data = encodePart(writer, group.times, group.rows, columns, options).slice()
      fine.push({ ...place, set, data })
      coarse.push({ ...place, set, data: this.#encodeHours(group, decimals) })
    }
    return { subject, fine, coarse }
  }

  #encodeHours(group: MergedGroup, decimals: Int8Array): Uint8Array {
    const { times, rows, values } = group
    const grid = windowsOf(times, rows, HOUR_MS)
    const hours = grid.starts.length
    if (stats.length < hours * STATS) stats = new Float64Array(hours * STATS)
    const columns: ColumnSource = {
      count: group.shapes.length * STATS,
      values: stats,
      startOf: (column) => {
        const series = Math.floor(column / STATS)
        const stat = column % STATS
        // Columns are asked for in order: the first one of a series rolls it up.
        if (stat === 0) {
          const isCounter = this.#registry.series.shape(group.shapes[series]!).kind === 'counter'
          const traits = { isCounter, decimals: valueDecimals(decimals, series) }
          rollUpWindows(times, rows, values, group.startOf(series), grid, traits, stats)
        }
        return stat * hours
      },
    }
    return encodePart(writer, grid.starts, hours, columns, {
      effort: 'small',
      stride: STATS,
    }).slice()
  }
}

/** Hours that were written since the day was merged stand for theirs, so they come first. */
function toChunks(parts: readonly OpenPart[]): Chunk[] {
  const hours = parts.filter(({ spanMs }) => spanMs === HOUR_MS)
  const days = parts.filter(({ spanMs }) => spanMs === DAY_MS)
  const newer = new Set(hours.map(({ startMs }) => startMs))
  const isOlder = (timeMs: number): boolean => !newer.has(floorTo(timeMs, HOUR_MS))
  return [...hours.map(({ part }) => part), ...days.map(({ part }) => withRowsThat(isOlder, part))]
}

function replaceDay(
  files: PartFiles,
  dayMs: number,
  days: readonly SubjectDay[],
  kind: 'fine' | 'coarse',
): void {
  files.write(dayMs, (transaction: PartTransaction) => {
    for (const day of days) {
      transaction.removeSpan(day.subject, dayMs, DAY_MS)
      if (kind === 'fine') {
        for (let hour = 0; hour < 24; hour++) {
          transaction.removeSpan(day.subject, dayMs + hour * HOUR_MS, HOUR_MS)
        }
      }
      for (const part of day[kind]) transaction.insert(part)
    }
  })
}

/** Decimals of a series' values: the most of any of its stats. */
function valueDecimals(decimals: Int8Array, series: number): number {
  let most = 0
  for (let stat = STAT.first; stat < STATS; stat++) {
    const found = decimals[series * STATS + stat]!
    if (found < 0) return -1
    if (found > most) most = found
  }
  return most
}

/** The rows of a chunk whose time passes. */
function withRowsThat(passes: (timeMs: number) => boolean, chunk: Chunk): Chunk {
  const rows: number[] = []
  for (let row = 0; row < chunk.rows; row++) if (passes(chunk.times[row]!)) rows.push(row)
  if (rows.length === chunk.rows) return chunk
  const all = new Float64Array(chunk.rows)
  return {
    set: chunk.set,
    rows: rows.length,
    times: Float64Array.from(rows, (row) => chunk.times[row]!),
    read(column, values, at) {
      chunk.read(column, all, 0)
      for (const [index, row] of rows.entries()) values[at + index] = all[row]!
    },
  }
}

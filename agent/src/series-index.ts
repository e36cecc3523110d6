import {
  canonicalTags,
  type FieldDeclaration,
  type SeriesTable,
  type Shape,
} from '@wardround/protocol'
import { MAX_OWN_SERIES, MAX_POLLED_SERIES, MAX_SERIES } from './limits.ts'
import type { Measurements } from './probe.ts'
import { roundingTo, type Rounding } from './rounding.ts'

/** A field of a measurement, ready for the hot path. */
export interface IndexedField {
  readonly name: string
  readonly declaration: FieldDeclaration
  readonly round: Rounding
}

/** All series of one measurement that share their tags. */
export interface SeriesRow {
  readonly measurement: IndexedMeasurement
  /** Where its fields begin in the index. */
  readonly start: number
}

export type RowTags = Readonly<Record<string, string | undefined>>

export interface IndexedMeasurement {
  readonly name: string
  readonly identifying: readonly string[]
  readonly tagNames: readonly string[]
  readonly fields: readonly IndexedField[]
  readonly places: ReadonlyMap<string, number>
}

/** No number was left for a new series. */
export const NO_SERIES = -1

/**
 * Finds series numbers by measurement, tags and field, for one probe and one subject. Remembers what it found, in bounds: after a
 * change of the machine's make-up it forgets and asks the table again.
 */
export class SeriesIndex {
  readonly #table: SeriesTable
  readonly #subject: string
  readonly #siteTags: Readonly<Record<string, string>>
  readonly #measurements = new Map<string, IndexedMeasurement>()
  #rows = new Map<string, SeriesRow>()
  /** Of each row's fields, side by side: the series, or NO_SERIES where it was not met yet, and the run that wrote it last. */
  #series = new Int32Array(0)
  #runs = new Uint32Array(0)
  #length = 0
  #used = 0

  constructor(
    table: SeriesTable,
    measurements: Measurements,
    subject: string,
    siteTags: Readonly<Record<string, string>>,
  ) {
    this.#table = table
    this.#subject = subject
    this.#siteTags = siteTags
    for (const [name, declaration] of Object.entries(measurements)) {
      const fields = Object.entries(declaration.fields).map(([field, { ...own }]) => ({
        name: field,
        declaration: own,
        round: roundingTo(own.precision),
      }))
      this.#measurements.set(name, {
        name,
        identifying: declaration.identifyingTags,
        tagNames: [...declaration.identifyingTags, ...(declaration.descriptiveTags ?? [])],
        fields,
        places: new Map(fields.map((field, place) => [field.name, place])),
      })
    }
  }

  get subject(): string {
    return this.#subject
  }

  measurement(name: string): IndexedMeasurement | undefined {
    return this.#measurements.get(name)
  }

  /** The row of a measurement with these (declared) tags. */
  row(measurement: IndexedMeasurement, tags: RowTags): SeriesRow {
    let key = measurement.name
    for (const name of measurement.tagNames) key += `\u0001${tags[name] ?? ''}`
    this.#used++
    const known = this.#rows.get(key)
    if (known !== undefined) return known
    const row: SeriesRow = { measurement, start: this.#length }
    this.#length += measurement.fields.length
    if (this.#length > this.#series.length) this.#grow()
    this.#rows.set(key, row)
    return row
  }

  /** Notes that a run writes a row's series; false when it has done so already, for a series is written once a run. */
  isFirstOfRun(row: SeriesRow, place: number, run: number): boolean {
    const at = row.start + place
    if (this.#runs[at] === run) return false
    this.#runs[at] = run
    return true
  }

  /**
   * The number of a row's series, or NO_SERIES when its subject, or all of them together, have as many as they may.
   * @param tags those of the row
   * @throws ProtocolError SHAPE_INVALID for a tag that is too long or not Unicode
   */
  seriesOf(row: SeriesRow, place: number, tags: RowTags): number {
    const at = row.start + place
    const known = this.#series[at]
    if (known !== undefined && known !== NO_SERIES) return known
    const field = row.measurement.fields[place]
    if (field === undefined) return NO_SERIES
    const shape = {
      measurement: row.measurement.name,
      tags: canonicalTags({ ...this.#siteTags, ...tags }),
      field: field.name,
      kind: field.declaration.kind,
    }
    const series = this.#isFull()
      ? this.#findSeries(shape)
      : this.#table.intern({ subject: this.#subject, ...shape })
    this.#series[at] = series
    return series
  }

  #isFull(): boolean {
    const most = this.#subject === '' ? MAX_OWN_SERIES : MAX_POLLED_SERIES
    const count = this.#table.countOf(this.#table.findSubject(this.#subject))
    return count >= most || this.#table.size >= MAX_SERIES
  }

  /** What had its number before the bound was reached keeps it. */
  #findSeries(shape: Shape): number {
    return this.#table.findPair(
      this.#table.findSubject(this.#subject),
      this.#table.findShape(shape),
    )
  }

  /** To be called after each run: forgets rows where most of them are no longer used. */
  endRun(): void {
    if (this.#rows.size > 2 * this.#used + 256) {
      this.#rows = new Map()
      this.#length = 0
      this.#series.fill(NO_SERIES)
      this.#runs.fill(0)
    }
    this.#used = 0
  }

  /** By half: an agent that polls some hundred devices has some thousand of these, and what is not used of an array costs memory too. */
  #grow(): void {
    const length = this.#length + (this.#length >> 1)
    const series = new Int32Array(length).fill(NO_SERIES)
    const runs = new Uint32Array(length)
    series.set(this.#series)
    runs.set(this.#runs)
    this.#series = series
    this.#runs = runs
  }
}

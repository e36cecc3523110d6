import type { LocalizedText } from './localized-text.ts'

/** What a number means. gauge: a level; counter: only rises, a fall is a reset; state: an enum as integer. */
export type MetricKind = 'gauge' | 'counter' | 'state'

/** One field of a measurement, as its probe declares it. */
export interface FieldDeclaration {
  readonly kind: MetricKind
  /** Unit of the stored number; see UNITS. */
  readonly unit: Unit
  /** Step to which the agent rounds the value, e.g. 0.01; 1 for whole numbers. */
  readonly precision: number
  readonly help: LocalizedText
  /** For a counter that goes round at 2^32: a fall from the last quarter of that range into its first is no reset. */
  readonly bits?: 32
  /** For kind `state`: what each integer means. */
  readonly states?: Readonly<Record<number, LocalizedText>>
}

/** One measurement: its tags, which of them identify a series, and its fields. */
export interface MeasurementDeclaration {
  /** Tags that name the thing measured. Rules, joins and "last" are keyed by these. */
  readonly identifyingTags: readonly string[]
  /** Tags that change with the state (metrics.md, Naming 9); never part of a key. */
  readonly descriptiveTags?: readonly string[]
  readonly fields: Readonly<Record<string, FieldDeclaration>>
}

/** How dear one run is to the machine that is looked at. */
export type CostClass = 'cheap' | 'moderate' | 'slow'

export type Platform = 'linux' | 'darwin' | 'win32'

/** A probe's declaration as plain data, as it stands in catalogue.gen.ts. */
export interface ProbeDeclaration {
  readonly name: string
  readonly source: string
  readonly platforms: readonly Platform[]
  readonly everySeconds: number
  readonly cost: CostClass
  /** What it reads: file, view, OID or RFC; in both languages where there are words beside the names. */
  readonly reads: string | LocalizedText
  /** Grants or capabilities needed; 'none' where a plain user suffices. */
  readonly needs: string | LocalizedText
  readonly help: LocalizedText
  readonly measurements: Readonly<Record<string, MeasurementDeclaration>>
}

/** Every unit that a field may declare. */
export const UNITS = [
  'percent',
  'bytes',
  'seconds',
  'milliseconds',
  'celsius',
  'rpm',
  'volts',
  'milliamperes',
  'watts',
  'dbm',
  'hours',
  'count',
  'per_second',
  'bytes_per_second',
  'megabits_per_second',
  'ratio',
  'timestamp_seconds',
  'timestamp_nanoseconds',
  'sectors',
  'state',
  'boolean',
] as const

export type Unit = (typeof UNITS)[number]

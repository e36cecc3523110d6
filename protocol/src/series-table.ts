import type { MetricKind } from './metric.ts'

/** A series without its subject. One object is shared by all the hosts that have such a series. */
export interface Shape {
  readonly measurement: string
  /** [key, value] pairs, keys in rising order; no empty key or value. */
  readonly tags: readonly (readonly [string, string])[]
  readonly field: string
  readonly kind: MetricKind
}

/** What names a series: the subject (host or device; '' = the sending agent's own host) and the shape. */
export interface SeriesDefinition extends Shape {
  readonly subject: string
}

/**
 * Gives each series a small number, dense from 0, for the life of the process.
 * Memory: a subject and a shape are stored once; a series costs some 16 bytes.
 * CONTRACT (to be implemented).
 */
export interface SeriesTableContract {
  readonly size: number
  /** The number of a series; a new one if it has none yet. */
  intern(definition: SeriesDefinition): number
  /** The number of (subject, shape), shape as given by internShape; the fast way in. */
  internPair(subjectId: number, shapeId: number): number
  internSubject(subject: string): number
  internShape(shape: Shape): number
  subjectOf(series: number): string
  subjectIdOf(series: number): number
  shapeOf(series: number): Shape
  shapeIdOf(series: number): number
}

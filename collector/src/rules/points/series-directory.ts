import type { Shape } from '@wardround/protocol'

/** The part of a SeriesTable that rules need. */
export interface SeriesDirectory {
  shapeOf(series: number): Shape
  shapeIdOf(series: number): number
  subjectIdOf(series: number): number
}

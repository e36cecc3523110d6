import type { FieldDeclaration } from '@wardround/protocol'
import type { FunctionName } from '../language/expression.ts'

/** What timeTo says where the trend does not reach its limit within this time, or leads away: finite, so that it is kept and shown like any number. */
export const NO_CROSSING_SECONDS = 3650 * 86_400

/** A function of a field as the engine runs it over the cells of a point. Cells are counted from the point's first. */
export interface PointFunction {
  /** Names it within its measurement: rate(net.err_in,600s). */
  readonly key: string
  readonly name: FunctionName
  readonly field: string
  /** The field's cell. */
  readonly from: number
  /** The cell that it fills. */
  readonly cell: number
  /** How far it looks back; 0: it has no window. */
  readonly windowMs: number
  /** What timeTo waits for: a number, or a cell; NaN and -1 where there is none. */
  readonly limit: number
  readonly limitCell: number
  readonly bits: FieldDeclaration['bits']
  /** Longest interval that the field comes in. */
  readonly everyMs: number
  /** Nothing heard for longer is a gap. */
  readonly gapMs: number
}

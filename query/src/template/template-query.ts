import type { Aggregate, TagFilter } from '../query.ts'

/**
 * A question as a Grafana panel asks it: the model's Query, whose times, window and choice of hosts Grafana fills in each time it asks. All of it is of
 * one measurement. What is limited to projects is the token that Grafana asks with, never a variable.
 */
export interface TemplateQuery {
  readonly measurement: string
  readonly value: Formula
  /** All of them must hold. */
  readonly where: readonly TemplateFilter[]
  /** Tags to keep apart; others are aggregated away. */
  readonly groupBy: readonly string[]
}

/** A fixed condition, or one that a variable of the board fills in. */
export type TemplateFilter = TagFilter | VariableFilter

/** The tag is one of the variable's values; a variable that says `.*` lets what lacks the tag through too. */
export interface VariableFilter {
  readonly tag: string
  readonly variable: string
}

/**
 * What a store can say in one statement, without a second look at its answer. `growth`: per second, how fast a level rises (or, below 0, falls) as a
 * straight line has it.
 */
export type TemplateAggregate = Exclude<Aggregate, 'percentile' | 'raw' | 'first'> | 'growth'

/** What becomes of one field's samples in a window. */
export interface Windowed {
  readonly aggregate: TemplateAggregate
  readonly field: string
}

/** Arithmetic over windows of fields of one measurement: what has a value in all of them has one. */
export type Formula = number | Windowed | Arithmetic

export interface Arithmetic {
  readonly operator: '+' | '-' | '*' | '/'
  readonly left: Formula
  readonly right: Formula
}

/** `windows`: one number for each window of Grafana's interval; `range`: one number for the whole time that is shown. */
export type TemplateSpan = 'windows' | 'range'

export function isWindowed(formula: Formula): formula is Windowed {
  return typeof formula === 'object' && 'field' in formula
}

/** Every window of a formula, from left to right. */
export function windowedOf(formula: Formula): Windowed[] {
  if (typeof formula === 'number') return []
  if (isWindowed(formula)) return [formula]
  return [...windowedOf(formula.left), ...windowedOf(formula.right)]
}

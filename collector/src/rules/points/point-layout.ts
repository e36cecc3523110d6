import { fieldOf, intervalOf, type MeasurementFacts } from '../catalogue.ts'
import { limitValue } from '../language/check-function.ts'
import {
  readName,
  type FieldNode,
  type FunctionNode,
  type ReadNode,
} from '../language/expression.ts'
import type { PointFunction } from '../windows/point-function.ts'

/** Silence longer than this, and than three intervals, is a gap (Prometheus looks back as far). */
const MIN_GAP_MS = 5 * 60_000

/** Of what comes how often, nobody has said. */
const UNDECLARED_GAP_MS = 3 * 3_600_000

/** After how long, in ms, nothing was heard of these fields of a point what came before says nothing of now. */
export function gapOf(facts: MeasurementFacts, fields: readonly string[]): number {
  if (facts.undeclared === true) return UNDECLARED_GAP_MS
  return Math.max(MIN_GAP_MS, 3000 * intervalOf(facts, fields))
}

/**
 * Where a measurement's points keep what rules read: a cell for each field, and one for each function of one, which the engine fills. What two rules
 * read alike stands once.
 */
export class PointLayout {
  readonly #facts: MeasurementFacts
  readonly #cells = new Map<string, number>()
  readonly #functions = new Map<string, PointFunction>()
  /** By cell: its field; '' (no field's name) where a function's value stands. */
  readonly fields: string[] = []

  constructor(facts: MeasurementFacts) {
    this.#facts = facts
  }

  /** Whether a store can be asked for a point's past: not where nobody has said which tags name it. */
  get hasHistory(): boolean {
    return this.#facts.undeclared !== true
  }

  get identifyingTags(): readonly string[] {
    return this.#facts.identifyingTags
  }

  /** Cells of a point. */
  get width(): number {
    return this.fields.length
  }

  get functions(): readonly PointFunction[] {
    return [...this.#functions.values()]
  }

  cellOf(node: ReadNode): number {
    const name = readName(node)
    const known = this.#cells.get(name)
    if (known !== undefined) return known
    if (node.kind === 'function') return this.#addFunction(name, node)
    return this.#add(name, node.field)
  }

  /** The functions among what a rule reads, once each. */
  functionsAmong(nodes: readonly ReadNode[]): PointFunction[] {
    const found = new Set<PointFunction>()
    for (const node of nodes) {
      this.cellOf(node)
      const known = this.#functions.get(readName(node))
      if (known !== undefined) found.add(known)
    }
    return [...found]
  }

  #add(name: string, field: string): number {
    const cell = this.fields.push(field) - 1
    this.#cells.set(name, cell)
    return cell
  }

  #addFunction(key: string, node: FunctionNode): number {
    const { field, limit, name, windowMs = 0 } = node
    const from = this.cellOf(field)
    const limitCell = limit?.kind === 'field' ? this.cellOf(limit) : -1
    const declaration = fieldOf(this.#facts, field.field)
    const cell = this.#add(key, '')
    this.#functions.set(key, {
      key,
      name,
      field: field.field,
      from,
      cell,
      windowMs,
      limit: this.#limitOf(field, limit),
      limitCell,
      bits: declaration?.bits,
      everyMs: intervalOf(this.#facts, [field.field]) * 1000,
      gapMs: gapOf(this.#facts, [field.field]),
    })
    return cell
  }

  #limitOf({ field }: FieldNode, limit: FunctionNode['limit']): number {
    const declaration = fieldOf(this.#facts, field)
    if (limit?.kind !== 'number' || declaration === undefined) return NaN
    return limitValue(limit, declaration)
  }
}

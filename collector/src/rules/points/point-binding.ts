import type { RuleSet } from '../compiled-rule.ts'
import type { KnownSubjects } from '../alerts/known-subjects.ts'
import type { PointFunction } from '../windows/point-function.ts'
import { joinKey } from './point-key.ts'
import {
  MAX_VARIANTS,
  PointKinds,
  type PointKind,
  type PointVariant,
  type ShapePlan,
} from './point-kinds.ts'
import type { SeriesDirectory } from './series-directory.ts'

/** No rule reads this series. */
const UNWATCHED = -1
/** Not yet looked at. */
const UNKNOWN = -2

/**
 * Leads each series to the cell that rules read: one Int32 per series, looked up by number when a sample arrives; everything that needs names is
 * done once, when a series is first seen, and shared by all hosts where it can be. A group is a point (subject, measurement,
 * identifying tags) as one set of rules sees it: a run of cells, the instances of its rules and the states of their functions.
 */
export class PointBinding {
  readonly #directory: SeriesDirectory
  readonly #known: KnownSubjects | undefined
  readonly #kinds: PointKinds
  /** Those of #kinds: looked up for every point that comes. */
  readonly #variants: readonly PointVariant[]
  readonly #plans: (ShapePlan | null | undefined)[] = []
  readonly #groups = new Map<number, number>()
  /** Points whose rules read functions, by their keys. */
  readonly #statesOf = new Map<string, { readonly kind: PointKind; readonly first: number }>()
  #slots = new Int32Array(1024).fill(UNKNOWN)
  #slotCount = 0
  #groupCount = 0
  #instanceCount = 0
  #stateCount = 0

  /** By slot: its group. */
  groupOf = new Int32Array(256)
  /** By slot: the newest value; NaN where the newest point has none. */
  cells = new Float64Array(256)
  /** By group: its first cell. */
  baseOf = new Int32Array(64)
  /** By group: the instance of its point's first rule. */
  firstInstanceOf = new Int32Array(64)
  /** By group: the state of its point's first function. */
  firstStateOf = new Int32Array(64)
  /** By group: time of its newest point. */
  timeOf = new Float64Array(64)
  /** By group: its variant's number. */
  variantOf = new Int32Array(64)
  /** By group: the block in which it was last seen. */
  markOf = new Uint32Array(64)

  constructor(rules: RuleSet, directory: SeriesDirectory, known: KnownSubjects | undefined) {
    this.#kinds = new PointKinds(rules)
    this.#variants = this.#kinds.variants
    this.#directory = directory
    this.#known = known
  }

  /** Points watched. */
  get groupCount(): number {
    return this.#groupCount
  }

  /** Rule instances. */
  get instanceCount(): number {
    return this.#instanceCount
  }

  variant(number: number): PointVariant {
    const variant = this.#variants[number]
    if (variant === undefined) throw new RangeError(`no point variant ${number}`)
    return variant
  }

  /** The state of a point's function; negative where no rule reads it, or no series of the point has come yet. */
  stateOf(pointKey: string, fn: PointFunction): number {
    const point = this.#statesOf.get(pointKey)
    const offset = point?.kind.functions.indexOf(fn) ?? -1
    return point === undefined || offset < 0 ? -1 : point.first + offset
  }

  /** The cell of a series; negative where no rule reads it. */
  slotOf(series: number, subject: string): number {
    const slot = series < this.#slots.length ? (this.#slots[series] ?? UNKNOWN) : UNKNOWN
    return slot === UNKNOWN ? this.#bind(series, subject) : slot
  }

  #bind(series: number, subject: string): number {
    if (series >= this.#slots.length) {
      const grown = new Int32Array(Math.max(series + 1, this.#slots.length * 2)).fill(UNKNOWN)
      grown.set(this.#slots)
      this.#slots = grown
    }
    const plan = this.#planOf(series)
    let slot = UNWATCHED
    if (plan !== null) {
      const group = this.#groupOf(this.#directory.subjectIdOf(series), subject, plan)
      if (group >= 0) slot = (this.baseOf[group] ?? 0) + plan.cell
    }
    this.#slots[series] = slot
    return slot
  }

  #planOf(series: number): ShapePlan | null {
    const shapeId = this.#directory.shapeIdOf(series)
    return (this.#plans[shapeId] ??= this.#kinds.planOf(this.#directory.shapeOf(series)))
  }

  /** The group of a subject's point; negative where the rules' `host` leaves none. */
  #groupOf(subjectId: number, subject: string, plan: ShapePlan): number {
    const { instance } = plan.kind
    if (instance !== undefined) this.#known?.hearInstance(subject, instance)
    const variant = plan.variant ?? this.#kinds.variantOn(subject, plan)
    return variant === undefined ? UNWATCHED : this.#internGroup(subjectId, subject, variant)
  }

  #internGroup(subjectId: number, subject: string, variant: PointVariant): number {
    const key = subjectId * MAX_VARIANTS + variant.number
    const known = this.#groups.get(key)
    if (known !== undefined) return known
    const group = this.#groupCount++
    this.#growGroups()
    this.#placeState(group, subjectId, subject, variant)
    this.baseOf[group] = this.#takeCells(group, variant.width)
    this.timeOf[group] = -Infinity
    this.variantOf[group] = variant.number
    this.#groups.set(key, group)
    return group
  }

  /** Gives a subject's point its instances and states: those of another variant of it, or new ones. */
  #placeState(group: number, subjectId: number, subject: string, { kind }: PointVariant): void {
    for (const { number } of kind.variants) {
      const sibling = this.#groups.get(subjectId * MAX_VARIANTS + number)
      if (sibling === undefined) continue
      this.firstInstanceOf[group] = this.firstInstanceOf[sibling] ?? 0
      this.firstStateOf[group] = this.firstStateOf[sibling] ?? 0
      return
    }
    this.firstInstanceOf[group] = this.#instanceCount
    this.#instanceCount += kind.rules.length
    this.firstStateOf[group] = this.#stateCount
    if (kind.functions.length === 0) return
    this.#statesOf.set(joinKey(subject, kind.key), { kind, first: this.#stateCount })
    this.#stateCount += kind.functions.length
  }

  #takeCells(group: number, width: number): number {
    const base = this.#slotCount
    this.#slotCount += width
    if (this.#slotCount > this.cells.length) {
      const capacity = Math.max(this.#slotCount, this.cells.length * 2)
      this.cells = grow(this.cells, new Float64Array(capacity))
      this.groupOf = grow(this.groupOf, new Int32Array(capacity))
    }
    this.cells.fill(NaN, base, this.#slotCount)
    this.groupOf.fill(group, base, this.#slotCount)
    return base
  }

  #growGroups(): void {
    if (this.#groupCount <= this.baseOf.length) return
    const capacity = this.baseOf.length * 2
    this.baseOf = grow(this.baseOf, new Int32Array(capacity))
    this.firstInstanceOf = grow(this.firstInstanceOf, new Int32Array(capacity))
    this.firstStateOf = grow(this.firstStateOf, new Int32Array(capacity))
    this.timeOf = grow(this.timeOf, new Float64Array(capacity))
    this.variantOf = grow(this.variantOf, new Int32Array(capacity))
    this.markOf = grow(this.markOf, new Uint32Array(capacity))
  }
}

function grow<T extends Int32Array | Uint32Array | Float64Array>(from: T, into: T): T {
  into.set(from)
  return into
}

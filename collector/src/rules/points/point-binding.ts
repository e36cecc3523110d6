import type { Shape } from '@wardround/protocol'
import type { RuleSet, ValueRule } from '../compiled-rule.ts'
import { instanceOf, type KnownSubjects } from '../alerts/known-subjects.ts'
import type { PointFunction } from '../windows/point-function.ts'
import { identify, joinKey, kindKey } from './point-key.ts'
import { SUBJECT_TAGS } from '../texts/read-templates.ts'
import { choiceOf, choose, dependsOnHost, type RuleChoice } from './rule-choice.ts'

/** The part of a SeriesTable that rules need. */
export interface SeriesDirectory {
  shapeOf(series: number): Shape
  shapeIdOf(series: number): number
  subjectIdOf(series: number): number
}

/** What identifies the points of one kind, whatever host they are of. */
interface PointKind {
  /** Its measurement and tags in one text. */
  readonly key: string
  readonly tags: Readonly<Record<string, string>>
  /** The instance that its points are of, as KnownSubjects names it. */
  readonly instance: string | undefined
  /** Every rule that may watch it; each has an instance per point, in this order. */
  readonly rules: readonly ValueRule[]
  /** Every function that these rules read; each has a state per point, in this order. */
  readonly functions: readonly PointFunction[]
  /** Its variants: shapes that differ in descriptive tags may be watched by different rules. */
  readonly variants: PointVariant[]
}

/** A point kind as one set of rules sees it. */
export interface PointVariant {
  readonly number: number
  readonly kind: PointKind
  readonly tags: Readonly<Record<string, string>>
  /** The rules that watch it. */
  readonly rules: readonly ValueRule[]
  /** The place of each rule's instance, counted from the point's first. */
  readonly offsets: readonly number[]
  /** The functions that these rules read, and the place of each one's state, counted from the point's first. */
  readonly functions: readonly PointFunction[]
  readonly stateOffsets: readonly number[]
  readonly width: number
}

/** Where a shape's value goes. */
interface ShapePlan {
  readonly kind: PointKind
  /** What watches it; which of it, the host may decide. */
  readonly choices: readonly RuleChoice[]
  /** undefined where the host decides. */
  readonly variant: PointVariant | undefined
  readonly width: number
  readonly cell: number
}

/** No rule reads this series. */
const UNWATCHED = -1
/** Not yet looked at. */
const UNKNOWN = -2

/** More kinds of points than this would make two of them share a key. */
const MAX_VARIANTS = 2 ** 22

/**
 * Leads each series to the cell that rules read: one Int32 per series, looked up by number when a sample arrives; everything that needs names is
 * done once, when a series is first seen, and shared by all hosts where it can be. A group is a point (subject, measurement,
 * identifying tags) as one set of rules sees it: a run of cells, the instances of its rules and the states of their functions.
 */
export class PointBinding {
  readonly #rules: RuleSet
  readonly #directory: SeriesDirectory
  readonly #known: KnownSubjects | undefined
  readonly #plans: (ShapePlan | null | undefined)[] = []
  readonly #kinds = new Map<string, PointKind>()
  readonly #variants: PointVariant[] = []
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
    this.#rules = rules
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
    return (this.#plans[shapeId] ??= this.#plan(this.#directory.shapeOf(series)))
  }

  #plan(shape: Shape): ShapePlan | null {
    const layout = this.#rules.layouts.get(shape.measurement)
    const cell = layout?.fields.indexOf(shape.field) ?? -1
    if (layout === undefined || cell < 0) return null
    const tags = new Map(shape.tags)
    const kind = this.#kindOf(shape.measurement, tags)
    const choices = kind.rules.flatMap((rule) => choiceOf(rule, tags) ?? [])
    if (choices.length === 0) return null
    const { width } = layout
    const variant = choices.some(dependsOnHost)
      ? undefined
      : this.#variantOn('', { kind, choices, width })
    return { kind, choices, variant, width, cell }
  }

  #kindOf(measurement: string, tags: ReadonlyMap<string, string>): PointKind {
    const rules = this.#rules.valueRules.filter((rule) => rule.measurement === measurement)
    const identifying = identify(identifyingNames(rules, tags), (name) => tags.get(name))
    const key = kindKey(measurement, identifying)
    const known = this.#kinds.get(key)
    if (known !== undefined) return known
    const instance = instanceOf(measurement, identifying)
    const all = rules.flatMap((rule) => [rule, ...rule.overrides.map((other) => other.rule)])
    const functions = functionsOf(all)
    const kind = { key, tags: identifying, instance, rules, functions, variants: [] }
    this.#kinds.set(key, kind)
    return kind
  }

  #internVariant(kind: PointKind, rules: readonly ValueRule[], width: number): PointVariant {
    const known = kind.variants.find((variant) => sameRules(variant.rules, rules))
    if (known !== undefined) return known
    if (this.#variants.length >= MAX_VARIANTS) throw new RangeError('too many kinds of points')
    const functions = functionsOf(rules)
    const variant: PointVariant = {
      number: this.#variants.length,
      kind,
      tags: kind.tags,
      rules,
      offsets: rules.map(({ id }) => kind.rules.findIndex((rule) => rule.id === id)),
      functions,
      stateOffsets: functions.map((fn) => kind.functions.indexOf(fn)),
      width,
    }
    this.#variants.push(variant)
    kind.variants.push(variant)
    return variant
  }

  /** The group of a subject's point; negative where the rules' `host` leaves none. */
  #groupOf(subjectId: number, subject: string, plan: ShapePlan): number {
    const { instance } = plan.kind
    if (instance !== undefined) this.#known?.hearInstance(subject, instance)
    const variant = plan.variant ?? this.#variantOn(subject, plan)
    return variant === undefined ? UNWATCHED : this.#internGroup(subjectId, subject, variant)
  }

  #variantOn(
    host: string,
    { kind, choices, width }: Pick<ShapePlan, 'kind' | 'choices' | 'width'>,
  ): PointVariant | undefined {
    const rules = choices.flatMap((choice) => choose(choice, host) ?? [])
    return rules.length === 0 ? undefined : this.#internVariant(kind, rules, width)
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

/** Tags that tell points apart: as declared; of what is in no catalogue all but those of the subject. */
function identifyingNames(
  [rule]: readonly ValueRule[],
  tags: ReadonlyMap<string, string>,
): readonly string[] {
  if (rule?.isUndeclared !== true) return rule?.identifyingTags ?? []
  return [...tags.keys()].filter((name) => !SUBJECT_TAGS.includes(name))
}

function functionsOf(rules: readonly ValueRule[]): PointFunction[] {
  return [...new Set(rules.flatMap(({ functions }) => functions))]
}

function sameRules(a: readonly ValueRule[], b: readonly ValueRule[]): boolean {
  return a.length === b.length && a.every((rule, index) => rule === b[index])
}

function grow<T extends Int32Array | Uint32Array | Float64Array>(from: T, into: T): T {
  into.set(from)
  return into
}

import type { Shape } from '@wardround/protocol'
import type { RuleSet, ValueRule } from '../compiled-rule.ts'
import { instanceOf } from '../alerts/known-subjects.ts'
import type { PointFunction } from '../windows/point-function.ts'
import { identify, kindKey } from './point-key.ts'
import { SUBJECT_TAGS } from '../texts/read-templates.ts'
import { choiceOf, choose, dependsOnHost, type RuleChoice } from './rule-choice.ts'

/** What identifies the points of one kind, whatever host they are of. */
export interface PointKind {
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
export interface ShapePlan {
  readonly kind: PointKind
  /** What watches it; which of it, the host may decide. */
  readonly choices: readonly RuleChoice[]
  /** undefined where the host decides. */
  readonly variant: PointVariant | undefined
  readonly width: number
  readonly cell: number
}

/** More kinds of points than this would make two of them share a key. */
export const MAX_VARIANTS = 2 ** 22

/** What watches the points of each shape: everything about points that needs names, told once for all hosts where it can be. */
export class PointKinds {
  readonly #rules: RuleSet
  readonly #kinds = new Map<string, PointKind>()
  /** By number. */
  readonly variants: PointVariant[] = []

  constructor(rules: RuleSet) {
    this.#rules = rules
  }

  /** Where the values of a shape go; null where no rule reads them. */
  planOf(shape: Shape): ShapePlan | null {
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
      : this.variantOn('', { kind, choices, width })
    return { kind, choices, variant, width, cell }
  }

  /** What watches these points of a host; undefined where the rules' `host` leaves none. */
  variantOn(
    host: string,
    { kind, choices, width }: Pick<ShapePlan, 'kind' | 'choices' | 'width'>,
  ): PointVariant | undefined {
    const rules = choices.flatMap((choice) => choose(choice, host) ?? [])
    return rules.length === 0 ? undefined : this.#internVariant(kind, rules, width)
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
    if (this.variants.length >= MAX_VARIANTS) throw new RangeError('too many kinds of points')
    const functions = functionsOf(rules)
    const variant: PointVariant = {
      number: this.variants.length,
      kind,
      tags: kind.tags,
      rules,
      offsets: rules.map(({ id }) => kind.rules.findIndex((rule) => rule.id === id)),
      functions,
      stateOffsets: functions.map((fn) => kind.functions.indexOf(fn)),
      width,
    }
    this.variants.push(variant)
    kind.variants.push(variant)
    return variant
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

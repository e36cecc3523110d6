import type { Overridable, ValueRule } from '../compiled-rule.ts'
import type { TagTest } from '../reading/tag-filter.ts'

type Tags = Readonly<Record<string, string>>

/** What of a rule watches points of one shape, the host apart, which is no part of a shape: the first whose test of the host passes. */
export interface RuleChoice {
  /** The rule's own test; undefined: it watches every host. */
  readonly host: TagTest | undefined
  /** Its overrides that these tags pass, and at last the rule itself. */
  readonly options: readonly { readonly host: TagTest | undefined; readonly rule: ValueRule }[]
}

/** undefined where the rule does not watch points with these tags. */
export function choiceOf(
  rule: ValueRule,
  tags: ReadonlyMap<string, string>,
): RuleChoice | undefined {
  if (!passes(rule.where, tags)) return undefined
  const overrides = rule.overrides.filter(({ where }) => passes(where, tags))
  const options = [...overrides, { where: NO_TESTS, rule }].map((option) => ({
    host: option.where.get('host'),
    rule: option.rule,
  }))
  const decided = options.findIndex(({ host }) => host === undefined)
  return { host: rule.where.get('host'), options: options.slice(0, decided + 1) }
}

export function dependsOnHost({ host, options }: RuleChoice): boolean {
  return host !== undefined || options.length > 1
}

/** The rule itself, or its override, on a host; undefined where it doesn't watch that one. */
export function choose({ host: own, options }: RuleChoice, host: string): ValueRule | undefined {
  if (own?.(host) === false) return undefined
  return options.find((option) => option.host?.(host) ?? true)?.rule
}

/**
 * The rule itself, or its override, for something of which these tags are known; undefined where one that is not known decides. A tag that is known
 * not to be there has the value ''.
 */
export function ruleFor<R extends Overridable<R>>(rule: R, known: Tags): R | undefined {
  for (const { where, rule: other } of rule.overrides) {
    const tests = [...where].map(([tag, test]) => {
      const value = known[tag]
      return value === undefined ? undefined : test(value)
    })
    if (tests.includes(false)) continue
    return tests.includes(undefined) ? undefined : other
  }
  return rule
}

const NO_TESTS: ReadonlyMap<string, TagTest> = new Map()

/** Whether a shape passes, whatever its host. */
function passes(where: ReadonlyMap<string, TagTest>, tags: ReadonlyMap<string, string>): boolean {
  for (const [name, test] of where) {
    if (name !== 'host' && !test(tags.get(name) ?? '')) return false
  }
  return true
}

import type { AbsenceRule } from '../compiled-rule.ts'

/** Rules that watch one measurement, or one field of it; a point has a bit for each. */
interface Watched {
  readonly rules: readonly AbsenceRule[]
  readonly kinds: Map<string, number>
}

/** What identifies the points of one kind, whatever host they are of. */
export interface AbsenceKind {
  readonly rules: readonly AbsenceRule[]
  readonly tags: Readonly<Record<string, string>>
  /** See concernOf. */
  readonly concernMs: number
  /** How often a point of it comes while its samples don't tell. */
  readonly usualMs: number
}

/** Every kind of point that rules about absence watch, numbered; shared by all hosts. */
export class AbsenceKinds {
  readonly #watched = new Map<string, Watched>()
  readonly #kinds: AbsenceKind[] = []
  readonly shortestConcernMs: number

  constructor(rules: readonly AbsenceRule[]) {
    for (const rule of rules) {
      const name = watchedName(rule.measurement, rule.field)
      const others = this.#watched.get(name)?.rules ?? []
      this.#watched.set(name, { rules: [...others, rule], kinds: new Map() })
    }
    this.shortestConcernMs = concernOf(rules)
  }

  /** Who watches a measurement, or a field of it. */
  watched(measurement: string, field: string | undefined): Watched | undefined {
    return this.#watched.get(watchedName(measurement, field))
  }

  get(number: number): AbsenceKind {
    const kind = this.#kinds[number]
    if (kind === undefined) throw new RangeError(`no kind of points ${number}`)
    return kind
  }

  /** The number of a kind, by its identifying tags. */
  intern({ rules, kinds }: Watched, tags: Readonly<Record<string, string>>): number {
    const key = JSON.stringify(tags)
    const known = kinds.get(key)
    if (known !== undefined) return known
    const usualMs = Math.max(...rules.map((rule) => rule.usualMs))
    const number = this.#kinds.push({ rules, tags, concernMs: concernOf(rules), usualMs }) - 1
    kinds.set(key, number)
    return number
  }
}

/** Half of the shortest `for`: a point that is missing for so long is looked at, and a silence of its host that is as long says nothing of it. */
function concernOf(rules: readonly AbsenceRule[]): number {
  return Math.min(...rules.flatMap(({ levels }) => levels.map(({ forMs }) => forMs / 2)))
}

function watchedName(measurement: string, field: string | undefined): string {
  return field === undefined ? measurement : `${measurement}\n${field}`
}

/** The identifying tags that are there, in the rule's order. */
export function pick(
  tags: ReadonlyMap<string, string>,
  names: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = tags.get(name)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

/** Whether a rule watches points with these tags. */
export function watches(
  { where }: AbsenceRule,
  subject: string,
  tags: ReadonlyMap<string, string>,
): boolean {
  for (const [name, test] of where)
    if (!test(name === 'host' ? subject : (tags.get(name) ?? ''))) return false
  return true
}

/** As far as its identifying tags tell: what else a point has is not known until a sample comes. */
export function mayWatch(
  { where }: AbsenceRule,
  subject: string,
  tags: ReadonlyMap<string, string>,
): boolean {
  for (const [name, test] of where) {
    const value = name === 'host' ? subject : tags.get(name)
    if (value !== undefined && !test(value)) return false
  }
  return true
}

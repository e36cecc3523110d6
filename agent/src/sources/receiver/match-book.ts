import { RecentTally } from './recent-tally.ts'

/** How often a rule found something in what one device sent. */
export interface MatchRow {
  /** '' for all senders together that agent.yaml does not name. */
  readonly subject: string
  readonly rule: string
  readonly total: number
  readonly recent: number
}

/** Rules that ever found something, by subject: as it is kept over restarts. */
export type KeptMatches = Readonly<Record<string, readonly string[]>>

interface Pair {
  readonly subject: string
  readonly rule: string
  readonly tally: RecentTally
}

/**
 * Matches by device and rule. Only pairs that ever matched have a row, after a restart too: so an alarm that was on falls back to quiet, and a
 * thousand devices that say nothing cost nothing.
 */
export class MatchBook {
  /** Those that were given longest ago come first. */
  readonly #pairs = new Map<string, Pair>()
  /** Those that matched since they were given last. */
  readonly #due = new Set<Pair>()
  /** Whether a pair is in it that wasn't there at the last keep(). */
  hasNew = false

  add(subject: string, rule: string, timeMs: number): void {
    const pair = this.#pair(subject, rule)
    pair.tally.add(timeMs)
    this.#due.add(pair)
  }

  /**
   * Takes up what was kept.
   * @param isKnown whether agent.yaml still names the device, and the rule is still there
   */
  restore(kept: KeptMatches, isKnown: (subject: string, rule: string) => boolean): void {
    for (const [subject, rules] of Object.entries(kept))
      for (const rule of rules) if (isKnown(subject, rule)) this.#pair(subject, rule)
    this.hasNew = false
  }

  /** For restore(). */
  keep(): KeptMatches {
    this.hasNew = false
    const rules = new Map<string, string[]>()
    for (const { subject, rule } of this.#pairs.values())
      rules.set(subject, [...(rules.get(subject) ?? []), rule])
    return Object.fromEntries(rules)
  }

  /** As many rows as may be given at once, by subject: what matched since it was given last, then the others in turn. */
  take(most: number, timeMs: number): MatchRow[] {
    const taken = new Set([...this.#due].slice(0, most))
    for (const pair of this.#pairs.values()) {
      if (taken.size >= most) break
      taken.add(pair)
    }
    for (const pair of taken) this.#moveBack(pair)
    return [...taken]
      .map(({ subject, rule, tally }) => ({
        subject,
        rule,
        total: tally.total,
        recent: tally.recent(timeMs),
      }))
      .sort((a, b) => (a.subject < b.subject ? -1 : a.subject > b.subject ? 1 : 0))
  }

  #moveBack(pair: Pair): void {
    const key = keyOf(pair.subject, pair.rule)
    this.#due.delete(pair)
    this.#pairs.delete(key)
    this.#pairs.set(key, pair)
  }

  #pair(subject: string, rule: string): Pair {
    const key = keyOf(subject, rule)
    const known = this.#pairs.get(key)
    if (known !== undefined) return known
    const pair = { subject, rule, tally: new RecentTally() }
    this.#pairs.set(key, pair)
    this.hasNew = true
    return pair
  }
}

export function isKeptMatches(value: unknown): value is KeptMatches {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every(
      (rules) => Array.isArray(rules) && rules.every((rule) => typeof rule === 'string'),
    )
  )
}

/** Neither a device's name nor a rule's has a blank. */
function keyOf(subject: string, rule: string): string {
  return `${subject} ${rule}`
}

import { excerptOf } from './log-excerpt.ts'
import type { LogRule } from './log-rule.ts'
import { addRecent, takeRecent } from './recent-counts.ts'

/** What one rule found. */
export interface Matches {
  readonly total: number
  /** In the last ten minutes. */
  readonly recent: number
}

export interface ValueMatches extends Matches {
  readonly rule: string
  readonly group: string
  readonly value: string
}

/** A bounded set of tags, whatever a log holds. */
const MAX_VALUES = 20
const MAX_VALUE_LENGTH = 64
const OTHER = 'other'
const LEFT_OUT = 'events left out'
/** Between rule, group and value, none of which can hold it. */
const BETWEEN = '\u0000'

/** Counts of a log's matches, in the map that is saved with the place. */
export class RuleCounts {
  readonly #counts: Map<string, number>

  constructor(counts: Map<string, number>) {
    this.#counts = counts
  }

  add({ name }: LogRule, timeMs: number): void {
    this.#addOne(`rule ${name}`, timeMs)
  }

  addValue({ name }: LogRule, group: string, found: string, timeMs: number): void {
    const value = toTag(found)
    if (value === '') return
    const before = `value ${name}${BETWEEN}${group}${BETWEEN}`
    const isKnown = this.#counts.has(before + value) || this.#countKeys(before) < MAX_VALUES
    this.#addOne(before + (isKnown ? value : OTHER), timeMs)
  }

  leaveOut(): void {
    this.#counts.set(LEFT_OUT, this.leftOut + 1)
  }

  /** Matches that became no event, because too many came in one run. */
  get leftOut(): number {
    return this.#counts.get(LEFT_OUT) ?? 0
  }

  /** As they stand at a time. */
  read(timeMs: number): { of(rule: LogRule): Matches; readonly values: readonly ValueMatches[] } {
    const recent = takeRecent(this.#counts, timeMs)
    const matches = (key: string) => ({
      total: this.#counts.get(key) ?? 0,
      recent: recent.get(key) ?? 0,
    })
    const values = [...this.#counts.keys()].flatMap((key) => {
      const [rule = '', group, value] = key.split(BETWEEN)
      if (group === undefined || value === undefined || !key.startsWith('value ')) return []
      return [{ rule: rule.slice('value '.length), group, value, ...matches(key) }]
    })
    return { of: ({ name }) => matches(`rule ${name}`), values }
  }

  #addOne(key: string, timeMs: number): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
    addRecent(this.#counts, key, timeMs)
  }

  #countKeys(before: string): number {
    let count = 0
    for (const key of this.#counts.keys()) if (key.startsWith(before)) count++
    return count
  }
}

/** Short and printable, without secrets. */
function toTag(found: string): string {
  return excerptOf([found]).slice(0, MAX_VALUE_LENGTH).replaceAll(/\s+/g, ' ').trim()
}

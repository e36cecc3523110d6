import type { Alert } from '../../rules/alert.ts'
import { compileMatcher, type AlertMatcher, type LabelConditions } from './alert-matcher.ts'

/** Somebody wants to hear nothing of some alerts for a time. */
export interface Silence {
  readonly id: string
  readonly where: LabelConditions
  readonly author: string
  readonly comment: string
  readonly startsAtMs: number
  /** No longer in it. */
  readonly endsAtMs: number
  readonly createdAtMs: number
}

/** Silences that are over are shown for so long. */
const SHOWN_AFTER_MS = 5 * 86_400_000

/** All silences that people have made, until some days after their end. */
export class SilenceBook {
  readonly #silences = new Map<string, Silence>()
  readonly #matchers = new Map<string, AlertMatcher>()

  /** @throws RuleTextError at a regular expression that can't be read */
  put(silence: Silence): void {
    this.#matchers.set(silence.id, compileMatcher(silence.where))
    this.#silences.set(silence.id, silence)
  }

  get(id: string): Silence | undefined {
    return this.#silences.get(id)
  }

  list(): readonly Silence[] {
    return [...this.#silences.values()]
  }

  /** The silence in force that fits an alert and ends last. */
  find(alert: Alert, nowMs: number): Silence | undefined {
    let found: Silence | undefined
    for (const silence of this.#silences.values()) {
      if (!isInForce(silence, nowMs) || silence.endsAtMs <= (found?.endsAtMs ?? 0)) continue
      if (this.#matchers.get(silence.id)?.matches(alert) === true) found = silence
    }
    return found
  }

  /** Which are in force, as one text. */
  inForce(nowMs: number): string {
    return this.list()
      .filter((silence) => isInForce(silence, nowMs))
      .map(({ id, endsAtMs }) => `${id} ${endsAtMs}`)
      .join('\n')
  }

  /** Forgets those that were over long ago; their ids. */
  tidy(nowMs: number): string[] {
    const old = this.list().filter(({ endsAtMs }) => endsAtMs + SHOWN_AFTER_MS <= nowMs)
    for (const { id } of old) {
      this.#silences.delete(id)
      this.#matchers.delete(id)
    }
    return old.map(({ id }) => id)
  }
}

function isInForce({ startsAtMs, endsAtMs }: Silence, nowMs: number): boolean {
  return startsAtMs <= nowMs && nowMs < endsAtMs
}

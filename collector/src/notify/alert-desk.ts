import { randomUUID } from 'node:crypto'
import type { LocalizedText } from '@wardround/protocol'
import type { Alert } from '../rules/alert.ts'
import type { Alerting } from './alerting.ts'
import type { AskedClaim, ClaimOutcome } from './dispatch/claims.ts'
import type { Decision } from './dispatch/decision.ts'
import { MAX_SILENCE_DAYS, MAX_SILENCES } from './dispatch/limits.ts'
import type { Claim } from './dispatch/tracked-alert.ts'
import type { Silence } from './dispatch/silence-book.ts'
import { checkSilenceConditions, SilenceError, unknownHosts } from './silence-check.ts'

/** What somebody asks for; times are epoch ms. */
export type NewSilence = Pick<Silence, 'where' | 'author' | 'comment' | 'startsAtMs' | 'endsAtMs'>

/** A silence that was made, and what in it may be a mistake. */
export interface MadeSilence {
  readonly silence: Silence
  readonly warnings: readonly LocalizedText[]
}

export interface AlertDeskParts {
  readonly alerting: Pick<Alerting, 'dispatching' | 'flush' | 'nowMs'>
  /** Told who takes an alert on. */
  readonly onClaimed: (alert: Alert, claim: Claim) => void
  readonly decisions: { of(fingerprint: string, limit: number): Promise<Decision[]> }
  /** Names of the hosts and devices that are known. */
  readonly hostNames: () => Iterable<string>
  /** The wall clock, by which people say times. */
  readonly nowMs: () => number
}

/** What people do about alerts; all of it is saved when the promise resolves, or could not be. */
export class AlertDesk {
  readonly #parts: AlertDeskParts

  constructor(parts: AlertDeskParts) {
    this.#parts = parts
  }

  /** Somebody takes the firing alert of a fingerprint on. */
  async claim(fingerprint: string, asked: AskedClaim): Promise<ClaimOutcome> {
    const { alerting, onClaimed } = this.#parts
    const outcome = alerting.dispatching.act((dispatcher, nowMs) =>
      dispatcher.claim(fingerprint, asked, nowMs),
    )
    if (outcome.kind === 'claimed') onClaimed(outcome.tracked.alert, outcome.claim)
    await alerting.flush()
    return outcome
  }

  /** False: none that is claimed has this fingerprint. */
  async unclaim(fingerprint: string): Promise<boolean> {
    const { dispatching } = this.#parts.alerting
    const found = dispatching.act((dispatcher, nowMs) => dispatcher.unclaim(fingerprint, nowMs))
    await this.#parts.alerting.flush()
    return found
  }

  /** Why notices about an alert were or were not sent, the newest first. */
  decisions(fingerprint: string, limit: number): Promise<Decision[]> {
    return this.#parts.decisions.of(fingerprint, limit)
  }

  /** Those that are over lately among them; the newest first. */
  silences(): Silence[] {
    const list = this.#parts.alerting.dispatching.look(({ held }) => held.listSilences())
    const aheadMs = this.#aheadMs()
    return list
      .toSorted((a, b) => b.createdAtMs - a.createdAtMs)
      .map((silence) => later(silence, -aheadMs))
  }

  /** @throws SilenceError */
  async silence(asked: NewSilence): Promise<MadeSilence> {
    const createdAtMs = this.#parts.nowMs()
    await this.#check(asked, createdAtMs)
    const silence: Silence = { ...asked, id: randomUUID(), createdAtMs }
    this.#parts.alerting.dispatching.act(({ held }, nowMs) =>
      held.putSilence(later(silence, this.#aheadMs()), nowMs),
    )
    await this.#parts.alerting.flush()
    return { silence, warnings: unknownHosts(asked.where, this.#parts.hostNames()) }
  }

  /** Ends it now; undefined: there is none of the id. */
  async endSilence(id: string): Promise<Silence | undefined> {
    const { alerting } = this.#parts
    const ended = alerting.dispatching.act(({ held }, nowMs) => {
      const known = held.getSilence(id)
      if (known === undefined) return undefined
      const { startsAtMs, endsAtMs } = known
      const silence = {
        ...known,
        startsAtMs: Math.min(startsAtMs, nowMs),
        endsAtMs: Math.min(endsAtMs, nowMs),
      }
      held.putSilence(silence, nowMs)
      return later(silence, -this.#aheadMs())
    })
    await alerting.flush()
    return ended
  }

  /** What the clock of alerts is ahead of the wall clock, in whole seconds: 0 but where the wall clock was set. */
  #aheadMs(): number {
    const { alerting, nowMs } = this.#parts
    return Math.round((alerting.nowMs() - nowMs()) / 1_000) * 1_000
  }

  async #check({ where, startsAtMs, endsAtMs }: NewSilence, nowMs: number): Promise<void> {
    if (Object.keys(where).length === 0) throw new SilenceError(NO_CONDITION)
    if (endsAtMs <= startsAtMs) throw new SilenceError(ENDS_BEFORE)
    if (endsAtMs <= nowMs) throw new SilenceError(IS_OVER)
    if (endsAtMs > nowMs + MAX_SILENCE_DAYS * 86_400_000) throw new SilenceError(ENDS_TOO_LATE)
    const open = this.silences().filter((silence) => silence.endsAtMs > nowMs).length
    if (open >= MAX_SILENCES) throw new SilenceError(TOO_MANY)
    const known = this.#parts.alerting.dispatching.look(({ labels, ruleIds }) => ({
      labels,
      rules: ruleIds,
    }))
    await checkSilenceConditions(where, known)
  }
}

/** The same silence by a clock that is so much ahead. */
function later(silence: Silence, aheadMs: number): Silence {
  const { startsAtMs, endsAtMs, createdAtMs } = silence
  return {
    ...silence,
    startsAtMs: startsAtMs + aheadMs,
    endsAtMs: endsAtMs + aheadMs,
    createdAtMs: createdAtMs + aheadMs,
  }
}

const NO_CONDITION: LocalizedText = {
  zh: 'where：没有条件，会静默所有告警；至少写一个标签，例如 {"host": "db1"}',
  en: 'where: without a condition all alerts would be silent; expected at least one label, such as {"host": "db1"}',
}
const ENDS_BEFORE: LocalizedText = {
  zh: 'endsAt：结束时间不晚于开始时间',
  en: 'endsAt: it ends before it begins',
}
const IS_OVER: LocalizedText = {
  zh: 'endsAt：结束时间已过',
  en: 'endsAt: that time is over',
}
const ENDS_TOO_LATE: LocalizedText = {
  zh: `endsAt：结束时间最多为 ${MAX_SILENCE_DAYS} 天之后`,
  en: `endsAt: must be at most ${MAX_SILENCE_DAYS} days ahead`,
}
const TOO_MANY: LocalizedText = {
  zh: `生效中的静默已达 ${MAX_SILENCES} 条；请先结束不再需要的`,
  en: `there are ${MAX_SILENCES} silences in force; end some that are not needed any more`,
}

import { randomUUID } from 'node:crypto'
import type { LocalizedText } from '@wardround/protocol'
import type { Alert } from '../rules/alert.ts'
import { openRegexCheck } from '../rules/reading/check-regex.ts'
import { ProblemList } from '../rules/problem-list.ts'
import type { Alerting } from './alerting.ts'
import { fitsWithoutLabels, MEASUREMENT, type LabelConditions } from './dispatch/alert-matcher.ts'
import type { AskedClaim, ClaimOutcome } from './dispatch/claims.ts'
import { hasRegex } from './dispatch/compile-dispatch.ts'
import type { Decision } from './dispatch/decision.ts'
import { MAX_SILENCE_DAYS, MAX_SILENCES } from './dispatch/limits.ts'
import { readMatcher } from './dispatch/settings-check.ts'
import type { Claim } from './dispatch/tracked-alert.ts'
import type { Silence } from './dispatch/silence-book.ts'

/** What somebody asks for; times are epoch ms. */
export type NewSilence = Pick<Silence, 'where' | 'author' | 'comment' | 'startsAtMs' | 'endsAtMs'>

/** A silence that can't be made. */
export class SilenceError extends Error {
  override readonly name = 'SilenceError'
  readonly text: LocalizedText

  constructor(text: LocalizedText) {
    super(text.en)
    this.text = text
  }
}

export interface AlertDeskParts {
  readonly alerting: Pick<Alerting, 'dispatching' | 'flush'>
  /** Told who takes an alert on. */
  readonly onClaimed: (alert: Alert, claim: Claim) => void
  readonly decisions: { of(fingerprint: string, limit: number): Promise<Decision[]> }
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
    return list.toSorted((a, b) => b.createdAtMs - a.createdAtMs)
  }

  /** @throws SilenceError */
  async silence(asked: NewSilence): Promise<Silence> {
    const createdAtMs = this.#parts.nowMs()
    await this.#check(asked, createdAtMs)
    const silence: Silence = { ...asked, id: randomUUID(), createdAtMs }
    this.#parts.alerting.dispatching.act(({ held }, nowMs) => held.putSilence(silence, nowMs))
    await this.#parts.alerting.flush()
    return silence
  }

  /** Ends it now; undefined: there is none of the id. */
  async endSilence(id: string): Promise<Silence | undefined> {
    const { alerting, nowMs } = this.#parts
    const known = alerting.dispatching.look(({ held }) => held.getSilence(id))
    if (known === undefined) return undefined
    const atMs = nowMs()
    const ended = {
      ...known,
      startsAtMs: Math.min(known.startsAtMs, atMs),
      endsAtMs: Math.min(known.endsAtMs, atMs),
    }
    alerting.dispatching.act(({ held }, clockMs) => held.putSilence(ended, clockMs))
    await alerting.flush()
    return ended
  }

  async #check({ where, startsAtMs, endsAtMs }: NewSilence, nowMs: number): Promise<void> {
    if (Object.keys(where).length === 0) throw new SilenceError(NO_CONDITION)
    if (endsAtMs <= startsAtMs) throw new SilenceError(ENDS_BEFORE)
    if (endsAtMs <= nowMs) throw new SilenceError(IS_OVER)
    if (endsAtMs > nowMs + MAX_SILENCE_DAYS * 86_400_000) throw new SilenceError(ENDS_TOO_LATE)
    const open = this.silences().filter((silence) => silence.endsAtMs > nowMs).length
    if (open >= MAX_SILENCES) throw new SilenceError(TOO_MANY)
    await this.#checkConditions(where)
  }

  async #checkConditions(where: LabelConditions): Promise<void> {
    const labels = this.#parts.alerting.dispatching.look((dispatcher) => dispatcher.labels)
    const checkRegex = hasRegex(where) ? await openRegexCheck() : () => undefined
    const problems = new ProblemList()
    const known = { labels: new Set([...labels, MEASUREMENT]), checkRegex }
    readMatcher(where, ['where'], known, problems)
    const [first] = problems.problems
    if (first === undefined) {
      if (fitsWithoutLabels(where)) throw new SilenceError(FITS_ALL)
      return
    }
    const { path, what, suggestion } = first
    const near =
      suggestion === undefined
        ? { zh: '', en: '' }
        : { zh: `；是否想写“${suggestion}”？`, en: `; did you mean "${suggestion}"?` }
    const place = path.join('.')
    throw new SilenceError({
      zh: `${place}：${what.zh}${near.zh}`,
      en: `${place}: ${what.en}${near.en}`,
    })
  }
}

const NO_CONDITION: LocalizedText = {
  zh: 'where：没有条件，会静默所有告警；至少写一个标签，例如 {"host": "db1"}',
  en: 'where: without a condition all alerts would be silent; expected at least one label, such as {"host": "db1"}',
}
const FITS_ALL: LocalizedText = {
  zh: 'where：所有条件对没有这些标签的告警也成立，会静默过多告警；至少写一个不匹配空值的条件，例如 {"host": "db1"}',
  en: 'where: every condition also fits alerts without its label, so far too many would be silent; expected at least one that does not fit an empty value, such as {"host": "db1"}',
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

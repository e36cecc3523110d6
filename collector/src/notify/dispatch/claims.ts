import type { AlertBook } from './alert-book.ts'
import type { Teller } from './teller.ts'
import { isFiring, isToldFiring, type Claim, type TrackedAlert } from './tracked-alert.ts'

/** What somebody asks who takes an alert on. */
export interface AskedClaim {
  readonly by: string
  readonly note: string
  /** Also where somebody else has it. */
  readonly takeOver: boolean
}

export type ClaimOutcome =
  | { readonly kind: 'claimed'; readonly tracked: TrackedAlert; readonly claim: Claim }
  /** somebody else has it, and nobody said that it is taken over */
  | { readonly kind: 'taken'; readonly claim: Claim }
  /** no alert that fires has the fingerprint */
  | { readonly kind: 'unknown' }

/** Who has taken which alert on. */
export class Claims {
  readonly #book: AlertBook
  readonly #teller: Teller

  constructor(book: AlertBook, teller: Teller) {
    this.#book = book
    this.#teller = teller
  }

  /** Somebody takes an alert on; what they said before and say again changes nothing. */
  take(tracked: TrackedAlert | undefined, asked: AskedClaim, nowMs: number): ClaimOutcome {
    if (tracked === undefined || !isFiring(tracked)) return { kind: 'unknown' }
    const { claim: before } = tracked
    const { by, note, takeOver } = asked
    const isOthers = before !== undefined && before.by !== by
    if (isOthers && !takeOver) return { kind: 'taken', claim: before }
    if (before?.by === by && (note === '' || note === before.note))
      return { kind: 'claimed', tracked, claim: before }
    const from = isOthers ? before.by : before?.from
    const claim: Claim = { by, note, atMs: nowMs, from }
    tracked.claim = claim
    this.#book.touchAlert(tracked)
    this.#teller.decide(tracked, isOthers ? 'takenOver' : 'takenOn', nowMs, {
      by,
      from: isOthers ? before.by : undefined,
    })
    this.#tell(tracked, nowMs)
    return { kind: 'claimed', tracked, claim }
  }

  /** Nobody has it any more: repeats and escalation go on. Whether somebody had. */
  giveUp(tracked: TrackedAlert | undefined, nowMs: number): boolean {
    if (tracked?.claim === undefined) return false
    const { by } = tracked.claim
    tracked.claim = undefined
    this.#book.touchAlert(tracked)
    this.#teller.decide(tracked, 'givenUp', nowMs, { by })
    return true
  }

  /** Those who know of it hear who has it, under the severity that they know: another one is told as news. */
  #tell(tracked: TrackedAlert, nowMs: number): void {
    for (const [routeKey, told] of tracked.told) {
      const route = this.#teller.route(routeKey)
      if (route === undefined || !route.tellClaims || !isToldFiring(told)) continue
      const { groupKey, groupLabels, alert } = told
      const news = [{ tracked, alert, reason: tracked.reason }]
      this.#teller.tell({ occasion: 'claim', route, groupKey, groupLabels, news }, nowMs)
    }
  }
}

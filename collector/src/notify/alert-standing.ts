import type { Alert } from '../rules/alert.ts'
import type { Dispatcher } from './dispatch/dispatcher.ts'
import type { Claim, HoldKind } from './dispatch/tracked-alert.ts'

/** How an alert stands with people: who has it, and why nobody hears of it. */
export interface AlertStanding {
  readonly claim: Claim | undefined
  readonly held: HoldKind | undefined
  /** Fingerprint of the alert that mutes it. */
  readonly mutedBy: string | undefined
  /** Id of the silence that it is in. */
  readonly silencedBy: string | undefined
  /** How many others are muted because of it. */
  readonly mutes: number
}

const NOTHING: AlertStanding = {
  claim: undefined,
  held: undefined,
  mutedBy: undefined,
  silencedBy: undefined,
  mutes: 0,
}

/** How an alert stands now. */
export function standingOf(dispatcher: Dispatcher, alert: Alert): AlertStanding {
  const tracked = alert.phase === 'pending' ? undefined : dispatcher.get(alert)
  if (tracked === undefined) return NOTHING
  const { hold, claim, flappingUntilMs, id } = tracked
  const held = hold?.kind ?? (flappingUntilMs === undefined ? undefined : 'flapping')
  return {
    claim,
    held,
    mutedBy: hold?.kind === 'muted' ? dispatcher.fingerprintOf(hold.by) : undefined,
    silencedBy: hold?.kind === 'silenced' ? hold.by : undefined,
    mutes: dispatcher.held.mutes(id),
  }
}

import type { Alert, TransitionReason } from '../../rules/alert.ts'
import type { Severity } from '../../rules/severity.ts'
import { isFiring, isToldFiring, type Mark, type Told, type TrackedAlert } from './tracked-alert.ts'

/** One alert as a notice is to tell it. */
export interface News {
  readonly tracked: TrackedAlert
  readonly alert: Alert
  readonly reason: TransitionReason | 'severity'
  /** The severity under which the channels know it, where it is another. */
  readonly severityWas?: Severity | undefined
}

/**
 * What a route's channels have to hear of an alert: the difference between what they were told and what is so. A fingerprint is in it once, so that
 * what fires can't be taken for ended.
 */
export function newsOf(tracked: TrackedAlert, told: Told | undefined, mark: Mark): News[] {
  const { alert, reason } = tracked
  const current: News = { tracked, alert, reason }
  const known = isToldFiring(told) ? told.alert : undefined
  if (isFiring(tracked)) {
    if (mark.endOnly) return known === undefined ? [] : [endOf(tracked, known)]
    if (known === undefined) return [current]
    if (known.fingerprint === alert.fingerprint) return mark.always ? [current] : []
    return [{ ...current, severityWas: severityBefore(alert, known) }, endOf(tracked, known)]
  }
  if (known === undefined)
    return told !== undefined && isSameEnd(told.alert, alert) ? [] : [current]
  if (known.fingerprint === alert.fingerprint) return [current]
  return mark.endOnly ? [endOf(tracked, known)] : [current, endOf(tracked, known)]
}

/** The end of what was told: it goes on under another severity, or has ended under one. */
function endOf(tracked: TrackedAlert, told: Alert): News {
  const { alert } = tracked
  const endsAtMs = Math.max(told.severitySinceMs, alert.severitySinceMs)
  return { tracked, alert: { ...told, endsAtMs }, reason: 'severity' }
}

/** Other labels than the severity may have changed: then it rose or fell from nothing. */
function severityBefore({ severity }: Alert, known: Alert): Severity | undefined {
  return known.severity === severity ? undefined : known.severity
}

function isSameEnd(a: Alert, b: Alert): boolean {
  return a.fingerprint === b.fingerprint && a.endsAtMs === b.endsAtMs
}

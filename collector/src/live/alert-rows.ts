import { type Language, pickText } from '@wardround/program'
import type { AlertRow } from '@wardround/protocol'
import type { Alert } from '../rules/alert.ts'
import { describeClause } from '../rules/clauses.ts'
import { byUrgency } from '../rules/severity.ts'
import type { AlertStanding } from '../notify/alert-standing.ts'

/** An alert as the API and the page show it. A resolving alert is still said to fire. */
export function toAlertRow(
  alert: Alert,
  { claim, held, mutedBy, silencedBy, mutes }: AlertStanding,
  language: Language,
): AlertRow {
  return {
    fingerprint: alert.fingerprint,
    rule: alert.ruleId,
    name: pickText(alert.name, language),
    summary: pickText(alert.summary, language),
    state: alert.phase === 'pending' ? 'pending' : 'firing',
    severity: alert.severity,
    host: alert.host,
    projectName: alert.project?.isSubject === true ? pickText(alert.project.name, language) : null,
    labels: alert.labels,
    value: alert.value ?? null,
    unit: alert.unit,
    threshold: alert.threshold === undefined ? null : pickText(alert.threshold, language),
    numbers: alert.numbers,
    clauses: alert.clauses.map((clause) => ({
      id: clause.id,
      documents: clause.documents.map(({ number }) => number),
      text: pickText(describeClause(clause), language),
    })),
    runbook: alert.runbook === undefined ? null : pickText(alert.runbook, language),
    claimedBy: claim?.by ?? null,
    claimedAt: claim === undefined ? null : new Date(claim.atMs).toISOString(),
    claimNote: claim?.note ?? null,
    claimedFrom: claim?.from ?? null,
    held: held ?? null,
    mutedBy: mutedBy ?? null,
    silencedBy: silencedBy ?? null,
    mutes,
    backlog: alert.sinceFirstWatched,
    startsAt: new Date(alert.startsAtMs).toISOString(),
  }
}

/** How an alert stands with people. */
export type StandingOf = (alert: Alert) => AlertStanding

/** Critical first, then the oldest. */
export function toAlertRows(
  alerts: readonly Alert[],
  standingOf: StandingOf,
  language: Language,
): AlertRow[] {
  return alerts
    .toSorted((a, b) => byUrgency(a, b))
    .map((alert) => toAlertRow(alert, standingOf(alert), language))
}

/** What became of the live alerts since they were last looked at. */
export interface AlertDifference {
  readonly changed: readonly Alert[]
  /** Fingerprints of those that are gone. */
  readonly gone: readonly string[]
}

/** Compares the live alerts with those that were told last. */
export class AlertDifferences {
  #told = new Map<string, string>()

  take(alerts: readonly Alert[], standingOf: StandingOf): AlertDifference {
    const now = new Map(
      alerts.map((alert) => [alert.fingerprint, stateOf(alert, standingOf(alert))]),
    )
    const changed = alerts.filter(
      ({ fingerprint }) => this.#told.get(fingerprint) !== now.get(fingerprint),
    )
    const gone = [...this.#told.keys()].filter((fingerprint) => !now.has(fingerprint))
    this.#told = now
    return { changed, gone }
  }
}

function stateOf({ phase, value, summary }: Alert, standing: AlertStanding): string {
  const { claim, held, mutes } = standing
  return `${phase}\n${value}\n${summary.en}\n${claim?.by} ${claim?.note}\n${held}\n${mutes}`
}

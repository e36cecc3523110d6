import type { LocalizedText } from '@wardround/program'
import type { Alert } from '../rules/alert.ts'
import { SEVERITIES, type Severity } from '../rules/severity.ts'
import { labelFingerprint } from '../rules/alerts/fingerprint.ts'

/** Names an alert. */
export type IncidentAlert = Pick<Alert, 'ruleId' | 'key'>

/**
 * A fault for which a contract says how fast: from the first of its alerts until it is over for the user. It is one for all alerts that have one
 * cause, or that come soon after each other on one host or device. Times are epoch ms.
 */
export interface Incident {
  readonly id: string
  readonly project: string
  /** Id of the row of the SLA. */
  readonly row: string
  /** Of the alert that it is named after: the cause of the others, where there is one, else the first. */
  readonly ruleId: string
  readonly key: string
  readonly host: string
  /** The worst that it has had. */
  readonly severity: Alert['severity']
  readonly name: LocalizedText
  readonly summary: LocalizedText
  /** Its alerts that still fire; the first MAX_INCIDENT_ALERTS of them. */
  readonly alerts: readonly IncidentAlert[]
  /** How many alerts it has had. */
  readonly alertCount: number
  readonly startMs: number
  /** Since when the row holds, where the fault got worse later; undefined: since it began. */
  readonly rowSinceMs?: number | undefined
  /** Somebody took one of its alerts on. */
  readonly claimedByAlert?: { readonly by: string; readonly atMs: number } | undefined
  /** Its last alert ended, and none has come back. */
  readonly endedMs?: number | undefined
  /** Ids of incidents that have become a part of it: what people recorded of them is of it. */
  readonly parts: readonly string[]
  // From here on: what follows from the above and from what people recorded, see withRecords.
  /** Somebody took it on. */
  readonly claim?: { readonly by: string; readonly atMs: number } | undefined
  /** Somebody is on site. */
  readonly arrivedMs?: number | undefined
  /** A spare part is needed, and is there. */
  readonly sparePartWantedMs?: number | undefined
  readonly sparePartMs?: number | undefined
  /** A substitute environment runs. */
  readonly substituteMs?: number | undefined
  /** The last of its alerts ended, and the user did not say otherwise. */
  readonly resolvedMs?: number | undefined
  /** The user says that it is over. */
  readonly acceptedMs?: number | undefined
  /** Id of the incident of its cause, of which it is a part since that is known. */
  readonly mergedInto?: string | undefined
}

/** What begins on a host or device so soon after an incident of it is the same fault. */
export const SAME_FAULT_MS = 10 * 60_000

/** More alerts of an incident are counted, and not waited for. */
const MAX_INCIDENT_ALERTS = 1_000

/** What people record of an incident; `accepted` and `rejected` are what the user says once it is resolved. */
export const INCIDENT_RECORDS = [
  'claim',
  'arrival',
  'spare_part_wanted',
  'spare_part',
  'substitute',
  'accepted',
  'rejected',
] as const
export type IncidentRecordKind = (typeof INCIDENT_RECORDS)[number]

/** open: it goes on. awaitingAcceptance: 待用户确认. closed: nothing more is to be done. */
export type IncidentPhase = 'open' | 'awaitingAcceptance' | 'closed'

export function phaseOf(
  { resolvedMs, acceptedMs, mergedInto }: Incident,
  needsAcceptance: boolean,
): IncidentPhase {
  if (mergedInto !== undefined) return 'closed'
  if (resolvedMs === undefined) return 'open'
  return needsAcceptance && acceptedMs === undefined ? 'awaitingAcceptance' : 'closed'
}

/** The incident that an alert begins under a row, at a time. */
export function toIncident(
  alert: Alert,
  { project, row, startMs }: Pick<Incident, 'project' | 'row' | 'startMs'>,
): Incident {
  const { ruleId, key } = alert
  const id = labelFingerprint({ ruleId, key, startMs: String(startMs) })
  const alerts = [{ ruleId, key }]
  return { id, project, row, ...titleOf(alert), alerts, alertCount: 1, startMs, parts: [] }
}

type Title = Pick<Incident, 'ruleId' | 'key' | 'host' | 'severity' | 'name' | 'summary'>

function titleOf({ ruleId, key, host, severity, name, summary }: Title): Title {
  return { ruleId, key, host, severity, name, summary }
}

/** It is named after another of its alerts. */
export function namedAfter(incident: Incident, alert: Alert): Incident {
  const severity = isWorse(alert.severity, incident.severity) ? alert.severity : incident.severity
  return { ...incident, ...titleOf(alert), severity }
}

export function isWorse(one: Severity, other: Severity): boolean {
  return SEVERITIES.indexOf(one) > SEVERITIES.indexOf(other)
}

/** With one more alert; one that began not long before the incident was its beginning. */
export function withAlert(
  incident: Incident,
  { ruleId, key }: IncidentAlert,
  startMs: number,
): Incident {
  const { alerts, alertCount } = incident
  const isNear = startMs >= incident.startMs - SAME_FAULT_MS
  const isFull = alerts.length >= MAX_INCIDENT_ALERTS
  return {
    ...incident,
    alerts: isFull ? alerts : [...alerts, { ruleId, key }],
    alertCount: alertCount + 1,
    endedMs: undefined,
    startMs: isNear ? Math.min(startMs, incident.startMs) : incident.startMs,
  }
}

/** One of its alerts has ended at a time; with the last one the incident is resolved. */
export function withoutAlert(
  incident: Incident,
  ended: IncidentAlert,
  resolvedMs: number,
): Incident {
  const alerts = incident.alerts.filter(
    ({ ruleId, key }) => ruleId !== ended.ruleId || key !== ended.key,
  )
  return alerts.length > 0
    ? { ...incident, alerts }
    : { ...incident, alerts, endedMs: resolvedMs, resolvedMs }
}

/** Somebody took one of its alerts on; who was first counts. */
export function claimed(incident: Incident, claim: NonNullable<Incident['claim']>): Incident {
  return {
    ...incident,
    claimedByAlert: earlierClaim(incident.claimedByAlert, claim),
    claim: earlierClaim(incident.claim, claim),
  }
}

/** An incident with the alerts of another one of which it is the cause: it began with the earlier of both, and what was done about either was done when it was done first. */
export function merged(cause: Incident, part: Incident): Incident {
  return {
    ...cause,
    alerts: [...cause.alerts, ...part.alerts].slice(0, MAX_INCIDENT_ALERTS),
    alertCount: cause.alertCount + part.alertCount,
    startMs: Math.min(cause.startMs, part.startMs),
    parts: [...cause.parts, part.id, ...part.parts],
    claimedByAlert: earlierClaim(cause.claimedByAlert, part.claimedByAlert),
    claim: earlierClaim(cause.claim, part.claim),
    arrivedMs: earlier(cause.arrivedMs, part.arrivedMs),
    sparePartWantedMs: earlier(cause.sparePartWantedMs, part.sparePartWantedMs),
    sparePartMs: earlier(cause.sparePartMs, part.sparePartMs),
    substituteMs: earlier(cause.substituteMs, part.substituteMs),
  }
}

function earlier(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other)
}

export function earlierClaim(one: Incident['claim'], other: Incident['claim']): Incident['claim'] {
  return (other?.atMs ?? Infinity) < (one?.atMs ?? Infinity) ? other : one
}

import type { LocalizedText } from '@wardround/program'
import type { Alert } from '../rules/alert.ts'
import { labelFingerprint } from '../rules/alerts/fingerprint.ts'

/** An alert for which a contract says how fast: from its firing until it is over for the user. Times are epoch ms. */
export interface Incident {
  readonly id: string
  readonly project: string
  /** Id of the row of the SLA. */
  readonly row: string
  readonly ruleId: string
  readonly key: string
  readonly host: string
  readonly severity: Alert['severity']
  readonly name: LocalizedText
  readonly summary: LocalizedText
  readonly startMs: number
  /** Somebody took it on. */
  readonly claim?: { readonly by: string; readonly atMs: number } | undefined
  /** Somebody is on site. */
  readonly arrivedMs?: number | undefined
  /** A spare part is needed, and is there. */
  readonly sparePartWantedMs?: number | undefined
  readonly sparePartMs?: number | undefined
  /** A substitute environment runs. */
  readonly substituteMs?: number | undefined
  /** The alert ended. */
  readonly resolvedMs?: number | undefined
  /** The user says that it is over. */
  readonly acceptedMs?: number | undefined
}

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
  { resolvedMs, acceptedMs }: Incident,
  needsAcceptance: boolean,
): IncidentPhase {
  if (resolvedMs === undefined) return 'open'
  return needsAcceptance && acceptedMs === undefined ? 'awaitingAcceptance' : 'closed'
}

/** The incident that an alert begins under a row, at a time. */
export function toIncident(
  alert: Alert,
  { project, row, startMs }: Pick<Incident, 'project' | 'row' | 'startMs'>,
): Incident {
  const { ruleId, key, host, severity, name, summary } = alert
  const id = labelFingerprint({ ruleId, key, startMs: String(startMs) })
  return { id, project, row, ruleId, key, host, severity, name, summary, startMs }
}

/** The incident after a record of a person; the first time of each thing counts, but for what the user says. */
export function withRecord(
  incident: Incident,
  kind: IncidentRecordKind,
  { who, atMs }: { readonly who: string; readonly atMs: number },
): Incident {
  switch (kind) {
    case 'claim':
      return { ...incident, claim: incident.claim ?? { by: who, atMs } }
    case 'arrival':
      return { ...incident, arrivedMs: incident.arrivedMs ?? atMs }
    case 'spare_part_wanted':
      return { ...incident, sparePartWantedMs: incident.sparePartWantedMs ?? atMs }
    case 'spare_part':
      return { ...incident, sparePartMs: incident.sparePartMs ?? atMs }
    case 'substitute':
      return { ...incident, substituteMs: incident.substituteMs ?? atMs }
    case 'accepted':
      return { ...incident, acceptedMs: atMs }
    case 'rejected':
      return { ...incident, resolvedMs: undefined, acceptedMs: undefined }
  }
}

import { earlierClaim, type Incident, type IncidentRecordKind } from './incident.ts'
import type { ProjectRecord } from './project-record.ts'

/**
 * The incident by what people recorded of it, as far as that stands, in the order in which it was recorded. Each thing was done when it was done first;
 * of what the user says the last word counts. What its alerts say of it (`claimedByAlert`, `alerts`, `endedMs`) is not touched.
 */
export function withRecords(incident: Incident, records: readonly ProjectRecord[]): Incident {
  const of = (kind: IncidentRecordKind) => firstOf(records.filter((one) => one.kind === kind))
  return {
    ...incident,
    claim: earlierClaim(incident.claimedByAlert, toClaim(of('claim'))),
    arrivedMs: of('arrival')?.atMs,
    sparePartWantedMs: of('spare_part_wanted')?.atMs,
    sparePartMs: of('spare_part')?.atMs,
    substituteMs: of('substitute')?.atMs,
    ...verdict(incident, records),
  }
}

function firstOf(records: readonly ProjectRecord[]): ProjectRecord | undefined {
  return records.toSorted((a, b) => a.atMs - b.atMs)[0]
}

function toClaim(record: ProjectRecord | undefined): Incident['claim'] {
  return record === undefined ? undefined : { by: record.who, atMs: record.atMs }
}

/** Whether it is over. What was rejected, and whose alerts did not come back, is over when the user says so. */
function verdict(
  { alerts, endedMs }: Incident,
  records: readonly ProjectRecord[],
): Pick<Incident, 'resolvedMs' | 'acceptedMs'> {
  let resolvedMs = endedMs
  let acceptedMs: number | undefined
  for (const { kind, atMs, recordedAtMs } of records) {
    if (kind === 'accepted') {
      acceptedMs = atMs
      resolvedMs ??= alerts.length === 0 ? atMs : undefined
    } else if (kind === 'rejected') {
      acceptedMs = undefined
      // An end that came later is one that nobody has rejected yet.
      if (endedMs === undefined || endedMs <= recordedAtMs) resolvedMs = undefined
    }
  }
  return { resolvedMs, acceptedMs }
}

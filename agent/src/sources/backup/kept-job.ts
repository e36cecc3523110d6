import { asRecord } from '../../as-record.ts'
import { isJobRecord, type JobRecord } from './job-record.ts'
import { isReport, parseReport, type BackupReport } from './parse-report.ts'

/** What of a job outlives a restart of the agent. */
export interface KeptJob {
  /** By copy. */
  readonly copies: Readonly<Record<string, JobRecord>>
  /** The latest, oldest first. */
  readonly reports: readonly BackupReport[]
}

const MOST_REPORTS = 20

export function isKeptJob(value: unknown): value is KeptJob {
  const { copies, reports } = asRecord(value)
  return (
    typeof copies === 'object' &&
    Object.values(asRecord(copies)).every(isJobRecord) &&
    Array.isArray(reports) &&
    reports.every((report) => isReport(parseReport(report)))
  )
}

/** A report takes the place of an earlier one of the same run: its end that of its start. */
export function addReport(
  reports: readonly BackupReport[],
  report: BackupReport,
): readonly BackupReport[] {
  const same = reports.find(({ id }) => id === report.id)
  // the start of a run that has ended came late
  if (same !== undefined && same.status !== 'running' && report.status === 'running') return reports
  return [...reports.filter((other) => other !== same), report]
    .toSorted((a, b) => momentOf(a) - momentOf(b))
    .slice(-MOST_REPORTS)
}

function momentOf({ startMs, endMs }: BackupReport): number {
  return endMs ?? startMs ?? 0
}

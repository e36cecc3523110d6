import type { Finding } from '../rules/finding.ts'
import { parseDay } from './civil-day.ts'
import type { Project } from './project.ts'
import { missingYear } from './work-days.ts'

/** Certificates of the ledger that no agent watches: the days that they have left, or for how many they have been out of date. */
export function findLedgerEntries(project: Project, atMs: number): Finding[] {
  const today = project.workDays.dayAt(atMs)
  return project.file.certificates.flatMap(({ id, name, until, owner, renewal, lifetime }) => {
    const last = until === undefined ? undefined : parseDay(until)
    if (until === undefined || last === undefined) return []
    const left = last - today
    const common = {
      host: project.id,
      tags: { certificate: id },
      details: { name, until, owner, renewal },
      // how early is told is the platform's: the contract says for how long there must be one
      basis: { ...project.basisOf([lifetime]), numbers: 'platform' as const },
    }
    return left >= 0
      ? [{ ...common, kind: 'certificate_ledger_due', value: left }]
      : [{ ...common, kind: 'certificate_ledger_expired', value: -left }]
  })
}

const DAY_MS = 86_400_000

/** A contract whose time is over, with the days since then. */
export function findEndedContract({ id, file, toMs }: Project, atMs: number): Finding[] {
  if (atMs < toMs) return []
  const value = Math.floor((atMs - toMs) / DAY_MS) + 1
  const details = { until: file.contract.to }
  return [{ kind: 'contract_ended', host: id, tags: {}, value, details }]
}

/** A year whose holidays should be known by now and are not. */
export function findUnknownYear({ id, workDays }: Project, atMs: number): Finding[] {
  const year = missingYear(workDays, atMs)
  if (year === undefined) return []
  const tags = { year: String(year) }
  return [{ kind: 'holidays_unknown', host: id, tags, value: year, details: {} }]
}

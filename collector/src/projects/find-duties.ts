import type { Finding } from '../rules/finding.ts'
import { formatDay, parseDay } from './civil-day.ts'
import { firstRosterGap, leastAt, peopleOnDuty } from './duty.ts'
import type { Project } from './project.ts'
import { missingYear, type WorkDays } from './work-days.ts'

/** How far ahead the roster is looked through. */
const ROSTER_DAYS = 7

/** Too few people on duty now or in the coming days, or in the team at all; only while the contract runs. */
export function findDuties(project: Project, atMs: number): Finding[] {
  if (atMs < project.fromMs || atMs >= project.toMs) return []
  const { roster, id: host, file } = project
  const findings: Finding[] = []
  const least = leastAt(roster, atMs)
  const people = peopleOnDuty(roster, atMs).length
  if (people < least) findings.push(ofTeam('duty_understaffed', host, people, least))
  const gap = firstRosterGap(roster, atMs, ROSTER_DAYS)
  if (gap !== undefined) {
    const found = ofTeam('roster_gap', host, gap.people, gap.least)
    const from = formatTime(project.workDays, gap.fromMs)
    const to = formatTime(project.workDays, gap.toMs)
    findings.push({ ...found, details: { ...found.details, from, to } })
  }
  const named = file.duty.people.filter(({ placeholder }) => !placeholder).length
  const wanted = file.duty.team?.value ?? 0
  if (named < wanted) findings.push(ofTeam('team_too_small', host, named, wanted))
  return findings
}

function ofTeam(kind: string, host: string, value: number, least: number): Finding {
  return { kind, host, tags: {}, value, details: { least: String(least) } }
}

const DAY_MS = 86_400_000

/** Certificates of the ledger that no agent watches, with the days that they have left. */
export function findLedgerEntries(project: Project, atMs: number): Finding[] {
  const today = project.workDays.dayAt(atMs)
  return project.file.certificates.flatMap(({ id, name, until, owner, renewal }) => {
    const last = until === undefined ? undefined : parseDay(until)
    if (until === undefined || last === undefined) return []
    const details = { name, until, owner, renewal }
    const tags = { certificate: id }
    const value = last - today
    return [{ kind: 'certificate_ledger_due', host: project.id, tags, value, details }]
  })
}

/** A year whose holidays should be known by now and are not. */
export function findUnknownYear({ id, workDays }: Project, atMs: number): Finding[] {
  const year = missingYear(workDays, atMs)
  if (year === undefined) return []
  const tags = { year: String(year) }
  return [{ kind: 'holidays_unknown', host: id, tags, value: year, details: {} }]
}

/** `2026-11-22 08:30`, as the zone's clocks show it. */
export function formatTime(workDays: WorkDays, atMs: number): string {
  const wallMs = workDays.wallAt(atMs)
  const day = Math.floor(wallMs / DAY_MS)
  return `${formatDay(day)} ${new Date(wallMs).toISOString().slice(11, 16)}`
}

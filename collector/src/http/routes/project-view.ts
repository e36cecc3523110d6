import { type Language, pickText } from '@wardround/program'
import type { Contact } from '../../notify/notice.ts'
import { countStates } from '../../projects/counts.ts'
import { describeDifference } from '../../projects/describe-difference.ts'
import { firstRosterGap, leastAt } from '../../projects/duty.ts'
import { type GuardPeriod, guardsAt } from '../../projects/guard.ts'
import { clocksOf } from '../../projects/incident-clocks.ts'
import { type Incident, phaseOf } from '../../projects/incident.ts'
import type { ProjectBook } from '../../projects/project-book.ts'
import type { ProjectDesk } from '../../projects/project-desk.ts'
import type { ProjectRecord } from '../../projects/project-record.ts'
import type { ProjectWatch } from '../../projects/project-watch.ts'
import type { Project } from '../../projects/project.ts'
import type { QuotedClause } from '../../projects/quoted-clause.ts'
import { sayServiceTime } from '../../projects/spoken-time.ts'

/** What is shown of projects. */
export interface ProjectViewParts {
  readonly projects: ProjectBook
  readonly watch: Pick<ProjectWatch, 'findings' | 'seen'>
  readonly desk: Pick<ProjectDesk, 'incidents' | 'records' | 'nowMs'>
  readonly nowMs: () => number
}

const MAX_RECORDS = 500
const ROSTER_DAYS = 7

function findingsOf({ id }: Project, { watch }: ProjectViewParts) {
  return watch.findings.filter(({ project }) => project?.id === id)
}

function differencesOf(project: Project, parts: ProjectViewParts) {
  return findingsOf(project, parts).flatMap((finding) => describeDifference(finding) ?? [])
}

function incidentsOf({ id }: Project, { desk }: ProjectViewParts): readonly Incident[] {
  return desk.incidents.list().filter(({ project }) => project === id)
}

/** A line of the list of projects. */
export function toProjectRow(project: Project, parts: ProjectViewParts, language: Language) {
  const { id, file } = project
  const atMs = parts.nowMs()
  return {
    id,
    name: pickText(file.name, language),
    shortName: file.shortName ?? null,
    contract: file.contract,
    findings: findingsOf(project, parts).length,
    differences: differencesOf(project, parts).length,
    incidents: incidentsOf(project, parts).length,
    onDuty: parts.projects.dutyOf(id, atMs).map(({ name }) => name),
  }
}

/** All that is known of one. */
export function toProjectAnswer(project: Project, parts: ProjectViewParts, language: Language) {
  const { file, roster, id } = project
  const atMs = parts.nowMs()
  const gap = firstRosterGap(roster, atMs, ROSTER_DAYS)
  const records = parts.desk.records(id)
  return {
    ...toProjectRow(project, parts, language),
    hosts: [...file.hosts, ...file.devices].map((subject) => ({
      name: subject.name,
      role: subject.role,
      place: subject.place ?? null,
      expected: 'sources' in subject ? subject.sources : [],
      lastSeen: timeOf(parts.watch.seen.seenAtMs(subject.name)),
    })),
    findings: findingsOf(project, parts),
    differences: differencesOf(project, parts).map(({ host, expected, seen }) => ({
      host,
      expected: pickText(expected, language),
      seen: pickText(seen, language),
    })),
    counts: countStates(project, records).map(({ name, dueMs, lastMs, kind, done, target }) => ({
      kind,
      name: pickText(name, language),
      done,
      target: target ?? null,
      due: timeOf(dueMs),
      last: timeOf(lastMs),
    })),
    duty: {
      now: parts.projects.dutyOf(id, atMs).map(toPersonRow),
      least: leastAt(roster, atMs),
      guard: toGuards(project, atMs, language),
      gap:
        gap === undefined
          ? null
          : {
              people: gap.people,
              least: gap.least,
              from: timeOf(Math.max(gap.fromMs, project.fromMs)),
              to: timeOf(gap.toMs),
            },
    },
    incidents: incidentsOf(project, parts).map((one) =>
      toIncidentRow(one, project, parts.desk.nowMs(), language),
    ),
    records: records.slice(-MAX_RECORDS).toReversed().map(toRecordRow),
  }
}

/** The guarded times of a project that run, and the next one. */
function toGuards({ guards }: Project, atMs: number, language: Language) {
  const toRow = ({ name, from, to }: GuardPeriod) => ({ name: pickText(name, language), from, to })
  const next = guards.find(({ fromMs }) => fromMs > atMs)
  return { now: guardsAt(guards, atMs).map(toRow), next: next === undefined ? null : toRow(next) }
}

function toIncidentRow(incident: Incident, project: Project, atMs: number, language: Language) {
  const row = project.sla.find(({ id }) => id === incident.row)
  return {
    id: incident.id,
    rule: incident.ruleId,
    host: incident.host,
    severity: incident.severity,
    summary: pickText(incident.summary, language),
    alerts: incident.alertCount,
    row: row === undefined ? incident.row : pickText(row.name, language),
    phase: phaseOf(incident, project.needsAcceptance),
    start: timeOf(incident.startMs),
    claimedBy: incident.claim?.by ?? null,
    clocks: (row === undefined ? [] : clocksOf(incident, row, atMs)).map((clock) => ({
      name: clock.name,
      phase: clock.phase,
      limit: pickText(sayServiceTime(clock.limit.text), language),
      calendar: clock.limit.calendarName,
      clause: toClauseRow(clock.limit.clause),
      due: timeOf(clock.dueMs),
      stopped: timeOf(clock.stoppedMs),
      usedPercent: Math.round(clock.usedPercent * 10) / 10,
    })),
  }
}

function toPersonRow(this: void, { name, phone, email, dingtalk, wecom, feishu }: Contact) {
  return {
    name,
    phone: phone ?? null,
    email: email ?? null,
    dingtalk: dingtalk ?? null,
    wecom: wecom ?? null,
    feishu: feishu ?? null,
  }
}

function toClauseRow(clause: QuotedClause | undefined) {
  return clause === undefined ? null : { ...clause, id: clause.id ?? null }
}

export function toRecordRow(
  this: void,
  { atMs, recordedAtMs, incident, cancels, ...record }: ProjectRecord,
) {
  return {
    ...record,
    at: timeOf(atMs),
    recordedAt: timeOf(recordedAtMs),
    incident: incident ?? null,
    cancels: cancels ?? null,
  }
}

/** RFC 3339, UTC. */
function timeOf(atMs: number | undefined): string | null {
  return atMs === undefined || !Number.isFinite(atMs) ? null : new Date(atMs).toISOString()
}

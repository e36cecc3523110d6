import { type Language, negotiateLanguage, pickText } from '@wardround/program'
import { Type } from 'typebox'
import type { Contact } from '../../notify/notice.ts'
import type { ProjectDesk } from '../../projects/project-desk.ts'
import { leastAt, firstRosterGap } from '../../projects/duty.ts'
import { countStates } from '../../projects/counts.ts'
import { clocksOf } from '../../projects/incident-clocks.ts'
import { INCIDENT_RECORDS, type Incident, phaseOf } from '../../projects/incident.ts'
import type { ProjectBook } from '../../projects/project-book.ts'
import type { QuotedClause } from '../../projects/quoted-clause.ts'
import type { ProjectRecord } from '../../projects/project-record.ts'
import type { Project } from '../../projects/project.ts'
import type { ProjectWatch } from '../../projects/project-watch.ts'
import type { Api } from '../api.ts'
import { badRequest, notFound } from '../problem.ts'
import { answers, Problem } from '../problem-schema.ts'
import { ProjectAnswer, ProjectRow, RecordRow } from './project-answers.ts'

export interface ProjectRouteParts {
  readonly projects: ProjectBook
  readonly watch: Pick<ProjectWatch, 'findings' | 'seen'>
  readonly desk: Pick<ProjectDesk, 'incidents' | 'records' | 'record'>
  readonly language: () => Language
  readonly nowMs: () => number
}

const Name = Type.String({ minLength: 1, maxLength: 64 })
const MAX_RECORDS = 500
const ROSTER_DAYS = 7
/** A record of something that is yet to come is a slip; clocks of people's machines may be a little ahead. */
const FUTURE_MS = 5 * 60_000

const Body = Type.Object(
  {
    kind: Type.String({
      minLength: 1,
      maxLength: 64,
      description: `A kind of counts of the project file, or of an incident: ${INCIDENT_RECORDS.join(', ')}`,
    }),
    who: Type.String({ minLength: 1, maxLength: 128, description: 'Who did it' }),
    what: Type.String({ minLength: 1, maxLength: 4096, description: 'What was done' }),
    at: Type.Optional(
      Type.String({ maxLength: 64, description: 'When, RFC 3339 with an offset; default now' }),
    ),
    incident: Type.Optional(
      Type.String({ maxLength: 64, description: 'The incident it is about' }),
    ),
    cancels: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'Id of a record that was wrong: this one takes it back',
      }),
    ),
  },
  { additionalProperties: false },
)

/** What people record, and how a project stands: `/api/v1/projects`. */
export function addProjectRoutes(app: Api, parts: ProjectRouteParts): void {
  const { projects, nowMs } = parts
  const find = (id: string): Project => {
    const project = projects.find(id)
    if (project !== undefined) return project
    throw notFound({ zh: `没有项目“${id}”`, en: `There is no project "${id}"` })
  }
  app.get(
    '/api/v1/projects',
    {
      schema: {
        summary: 'Contracted systems, with what is wrong and who is on duty',
        response: answers(Type.Object({ projects: Type.Array(ProjectRow) })),
      },
    },
    ({ headers }) => {
      const language = negotiateLanguage(headers['accept-language'], parts.language())
      return { projects: projects.list().map((one) => toRow(one, parts, language)) }
    },
  )
  app.get(
    '/api/v1/projects/:name',
    {
      schema: {
        summary:
          'One system: hosts, findings, counts, clocks of its incidents, who is on duty, records',
        params: Type.Object({ name: Name }),
        response: answers(ProjectAnswer),
      },
    },
    ({ params, headers }) => {
      const language = negotiateLanguage(headers['accept-language'], parts.language())
      return toAnswer(find(params.name), parts, language)
    },
  )
  app.post(
    '/api/v1/projects/:name/records',
    {
      schema: {
        summary: 'Records what was done; nothing is ever changed, what is wrong is taken back',
        params: Type.Object({ name: Name }),
        body: Body,
        response: { 201: RecordRow, default: Problem },
      },
    },
    async ({ params, body }, reply) => {
      const project = find(params.name)
      const atMs = readTime(body.at, nowMs())
      checkRecord(project, body, parts)
      const { kind, who, what, incident, cancels } = body
      const said = { project: project.id, kind, who, what, atMs, incident, cancels }
      return reply.code(201).send(toRecordRow(await parts.desk.record(said)))
    },
  )
}

function readTime(text: string | undefined, nowMs: number): number {
  if (text === undefined) return nowMs
  const atMs = /T.*(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(atMs))
    throw badRequest({
      zh: `at：“${text}”不是时间；应为带时区的 RFC 3339，如 2026-11-22T10:00:00+08:00`,
      en: `at: "${text}" is no time; expected RFC 3339 with an offset, such as 2026-11-22T10:00:00+08:00`,
    })
  if (atMs > nowMs + FUTURE_MS)
    throw badRequest({ zh: `at：${text} 还没有到`, en: `at: ${text} is yet to come` })
  return atMs
}

function checkRecord(
  project: Project,
  {
    kind,
    incident,
    cancels,
  }: { readonly kind: string; readonly incident?: string; readonly cancels?: number },
  { desk }: ProjectRouteParts,
): void {
  const counted = project.file.counts.map((one) => one.kind)
  const isIncidents = (INCIDENT_RECORDS as readonly string[]).includes(kind)
  if (!counted.includes(kind) && !isIncidents) {
    const known = [...counted, ...INCIDENT_RECORDS]
    throw badRequest({
      zh: `kind：项目“${project.id}”没有“${kind}”；应为 ${known.join('、')} 之一`,
      en: `kind: project "${project.id}" has no "${kind}"; expected one of ${known.join(', ')}`,
    })
  }
  if (isIncidents !== (incident !== undefined) && cancels === undefined)
    throw badRequest({
      zh: `incident：${isIncidents ? `“${kind}”须写明事件` : `“${kind}”与事件无关`}`,
      en: `incident: "${kind}" ${isIncidents ? 'is about one' : 'is about none'}`,
    })
  if (incident !== undefined && desk.incidents.find(incident)?.project !== project.id)
    throw notFound({
      zh: `项目“${project.id}”没有进行中的事件“${incident}”`,
      en: `Project "${project.id}" has no incident "${incident}" that goes on`,
    })
  if (cancels !== undefined && !desk.records(project.id).some(({ id }) => id === cancels))
    throw notFound({
      zh: `项目“${project.id}”没有记录 ${cancels}`,
      en: `Project "${project.id}" has no record ${cancels}`,
    })
}

function findingsOf({ id, subjects }: Project, { watch }: ProjectRouteParts) {
  return watch.findings.filter(({ host }) => host === id || subjects.has(host))
}

function incidentsOf({ id }: Project, { desk }: ProjectRouteParts): readonly Incident[] {
  return desk.incidents.list().filter(({ project }) => project === id)
}

function toRow(project: Project, parts: ProjectRouteParts, language: Language) {
  const { id, file } = project
  const atMs = parts.nowMs()
  return {
    id,
    name: pickText(file.name, language),
    shortName: file.shortName ?? null,
    contract: file.contract,
    findings: findingsOf(project, parts).length,
    incidents: incidentsOf(project, parts).length,
    onDuty: parts.projects.dutyOf(id, atMs).map(({ name }) => name),
  }
}

function toAnswer(project: Project, parts: ProjectRouteParts, language: Language) {
  const { file, roster, id } = project
  const atMs = parts.nowMs()
  const gap = firstRosterGap(roster, atMs, ROSTER_DAYS)
  const records = parts.desk.records(id)
  return {
    ...toRow(project, parts, language),
    hosts: [...file.hosts, ...file.devices].map((subject) => ({
      name: subject.name,
      role: subject.role,
      place: subject.place ?? null,
      expected: 'sources' in subject ? subject.sources : [],
      lastSeen: timeOf(parts.watch.seen.seenAtMs(subject.name)),
    })),
    findings: findingsOf(project, parts),
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
      gap:
        gap === undefined
          ? null
          : {
              people: gap.people,
              least: gap.least,
              from: timeOf(gap.fromMs),
              to: timeOf(gap.toMs),
            },
    },
    incidents: incidentsOf(project, parts).map((one) =>
      toIncidentRow(one, project, atMs, language),
    ),
    records: records.slice(-MAX_RECORDS).toReversed().map(toRecordRow),
  }
}

function toIncidentRow(incident: Incident, project: Project, atMs: number, language: Language) {
  const row = project.sla.find(({ id }) => id === incident.row)
  return {
    id: incident.id,
    rule: incident.ruleId,
    host: incident.host,
    severity: incident.severity,
    summary: pickText(incident.summary, language),
    row: row === undefined ? incident.row : pickText(row.name, language),
    phase: phaseOf(incident, project.needsAcceptance),
    start: timeOf(incident.startMs),
    claimedBy: incident.claim?.by ?? null,
    clocks: (row === undefined ? [] : clocksOf(incident, row, atMs)).map((clock) => ({
      name: clock.name,
      phase: clock.phase,
      limit: clock.limit.text,
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

function toRecordRow(
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

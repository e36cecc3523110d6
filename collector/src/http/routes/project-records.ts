import { Type } from 'typebox'
import { INCIDENT_RECORDS } from '../../projects/incident.ts'
import type { ProjectDesk } from '../../projects/project-desk.ts'
import { MAX_RECORDS } from '../../projects/record-shelf.ts'
import type { Project } from '../../projects/project.ts'
import type { Api } from '../api.ts'
import { badRequest, HttpProblem, notFound } from '../problem.ts'
import { Problem } from '../problem-schema.ts'
import { ProjectName, RecordRow } from './project-answers.ts'
import { toRecordRow } from './project-view.ts'

export interface RecordRouteParts {
  readonly desk: Pick<ProjectDesk, 'incidents' | 'records' | 'record' | 'nowMs'>
  /** @throws a problem where there is none */
  readonly find: (project: string) => Project
  readonly nowMs: () => number
}

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

/** What people say was done: `POST /api/v1/projects/{project}/records`. */
export function addRecordRoute(app: Api, parts: RecordRouteParts): void {
  const { find, nowMs } = parts
  app.post(
    '/api/v1/projects/:name/records',
    {
      schema: {
        summary: 'Records what was done; nothing is ever changed, what is wrong is taken back',
        params: Type.Object({ name: ProjectName }),
        body: Body,
        response: { 201: RecordRow, default: Problem },
      },
    },
    async ({ params, body }, reply) => {
      const project = find(params.name)
      const atMs = body.at === undefined ? parts.desk.nowMs() : readTime(body.at, nowMs())
      checkRecord(project, body, parts)
      const { kind, who, what, incident, cancels } = body
      const said = { project: project.id, kind, who, what, atMs, incident, cancels }
      const recorded = await parts.desk.record(said)
      if (recorded === undefined) throw noRoom(project.id)
      return reply.code(201).send(toRecordRow(recorded))
    },
  )
}

function readTime(text: string, nowMs: number): number {
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

function noRoom(project: string): HttpProblem {
  const detail = {
    zh: `项目“${project}”已有 ${MAX_RECORDS} 条记录，达到上限；缩短 collector.yaml 的 retention.records 后，过期记录会被清除`,
    en: `Project "${project}" has ${MAX_RECORDS} records, which is the limit; a shorter retention.records of collector.yaml lets old ones go`,
  }
  return new HttpProblem(
    507,
    'NO_ROOM',
    { zh: '记录已满', en: 'No room for more records' },
    { detail },
  )
}

function checkRecord(
  project: Project,
  {
    kind,
    incident,
    cancels,
  }: { readonly kind: string; readonly incident?: string; readonly cancels?: number },
  { desk }: Pick<RecordRouteParts, 'desk'>,
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

import { Type, type TSchema } from 'typebox'
import { Contract, Source } from '../../projects/schema/work-schema.ts'

const Time = { description: 'RFC 3339, UTC' }

export const ProjectName = Type.String({ minLength: 1, maxLength: 64 })

/** A member that is there and may be null. */
function orNull<S extends TSchema>(schema: S) {
  return Type.Union([schema, Type.Null()])
}

const rowMembers = {
  id: Type.String(),
  name: Type.String(),
  shortName: orNull(Type.String()),
  contract: Contract,
  onDuty: Type.Array(Type.String(), { description: 'Names of who is on duty now' }),
}

export const ProjectRow = Type.Object({
  ...rowMembers,
  findings: Type.Integer({
    description: 'What is against the project file now, clocks and yearly counts among it',
  }),
  differences: Type.Integer({
    description: 'What the project file names and what is seen are not the same',
  }),
  incidents: Type.Integer({ description: 'Incidents that go on' }),
})

export const RecordRow = Type.Object({
  id: Type.Integer(),
  project: Type.String(),
  kind: Type.String({ description: 'A kind of counts of the project file, or of an incident' }),
  who: Type.String(),
  what: Type.String(),
  at: orNull(Type.String(Time)),
  recordedAt: orNull(Type.String(Time)),
  incident: orNull(Type.String({ description: 'Id of the incident that it is about' })),
  cancels: orNull(Type.Integer({ description: 'Id of the record that it takes back' })),
})

const Clock = Type.Object({
  name: Type.String({ description: 'respond, arrive, sparePart, substitute, resolve' }),
  phase: Type.String({ description: 'running, over, kept, broken' }),
  limit: Type.String({ description: 'In words, such as 2 hours' }),
  calendar: Type.String({ description: 'The calendar in which it counts' }),
  clause: orNull(
    Type.Object(
      {
        id: orNull(Type.String({ description: 'In clauses.yaml' })),
        document: Type.String(),
        words: Type.String(),
      },
      { description: 'The clause that sets it, quoted' },
    ),
  ),
  due: orNull(Type.String(Time)),
  stopped: orNull(Type.String(Time)),
  usedPercent: Type.Number({ description: 'Of the limit, in service time' }),
})

const Incident = Type.Object({
  id: Type.String(),
  rule: Type.String(),
  host: Type.String(),
  severity: Type.String({ description: 'critical, warning or info' }),
  summary: Type.String(),
  alerts: Type.Integer({ description: 'Alerts that it has had: all of one cause' }),
  row: Type.String({ description: 'Row of the SLA that it is under' }),
  phase: Type.String({ description: 'open, awaitingAcceptance, closed' }),
  start: orNull(Type.String(Time)),
  claimedBy: orNull(Type.String()),
  clocks: Type.Array(Clock),
})

const Subject = Type.Object({
  name: Type.String(),
  role: Type.String(),
  place: orNull(Type.String()),
  expected: Type.Array(Source, { description: 'Sources that its agent must watch' }),
  lastSeen: orNull(Type.String(Time)),
})

const Finding = Type.Object({
  kind: Type.String(),
  host: Type.String({ description: 'Host or device, or the id of the project' }),
  tags: Type.Record(Type.String(), Type.String()),
  value: Type.Number(),
  details: Type.Record(Type.String(), Type.String()),
})

const Difference = Type.Object({
  host: Type.String({ description: 'Host or device' }),
  expected: Type.String({ description: 'What the project file says, in words' }),
  seen: Type.String({ description: 'What is there, in words' }),
})

const Count = Type.Object({
  kind: Type.String(),
  name: Type.String(),
  done: Type.Integer(),
  target: orNull(Type.Integer({ description: 'In the contract year' })),
  due: orNull(Type.String(Time)),
  last: orNull(Type.String(Time)),
})

const Person = Type.Object({
  name: Type.String(),
  phone: orNull(Type.String()),
  email: orNull(Type.String()),
  dingtalk: orNull(Type.String()),
  wecom: orNull(Type.String()),
  feishu: orNull(Type.String()),
})

const Guard = Type.Object({
  name: Type.String({ description: 'Of the holiday or key period' }),
  from: Type.String({ description: 'First day' }),
  to: Type.String({ description: 'Last day' }),
})

const Duty = Type.Object({
  now: Type.Array(Person),
  least: Type.Integer({ description: 'How many there must be now' }),
  guard: Type.Object(
    {
      now: Type.Array(Guard),
      next: orNull(Guard),
    },
    { description: 'Guarded holidays and key periods' },
  ),
  gap: orNull(
    Type.Object(
      {
        people: Type.Integer({ description: 'The fewest within it' }),
        least: Type.Integer({ description: 'The most that there must be within it' }),
        from: orNull(Type.String(Time)),
        to: orNull(Type.String(Time)),
      },
      { description: 'The next stretch with too few people, within a week' },
    ),
  ),
})

export const ProjectAnswer = Type.Object({
  ...rowMembers,
  hosts: Type.Array(Subject, { description: 'Hosts and devices of the project file' }),
  findings: Type.Array(Finding),
  differences: Type.Array(Difference, {
    description:
      'Those findings in which a host, source, job, flow or identity is not as the file says',
  }),
  counts: Type.Array(Count),
  duty: Duty,
  incidents: Type.Array(Incident),
  records: Type.Array(RecordRow, { description: 'The newest first' }),
})

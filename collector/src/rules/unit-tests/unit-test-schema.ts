import { Duration } from '@wardround/program'
import { Type, type Static } from 'typebox'
import { SEVERITIES } from '../severity.ts'

const closed = { additionalProperties: false }

const oneOf = (names: readonly string[], description: string) =>
  Type.Union(
    names.map((name) => Type.Literal(name)),
    { description },
  )

const At = Duration({ description: 'How long after the first samples' })
const Rule = Type.String({ description: 'Id of the rule' })
const Host = Type.Optional(Type.String({ description: 'Host or device that the alert is about' }))
const Key = Type.Optional(
  Type.String({
    description: 'Host and identifying tags: db1, or db1{path="/u01"}, tags in rising order',
  }),
)

const Series = Type.Object(
  {
    measurement: Type.String({ description: 'Name of the measurement' }),
    host: Type.Optional(
      Type.String({ description: "Host or device; the test's where it is absent" }),
    ),
    tags: Type.Record(Type.String(), Type.String(), {
      default: {},
      description: 'Tags of its points, identifying and descriptive ones',
    }),
    fields: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]), {
      description:
        'By field, its values in turn, separated by spaces: 50*6 is six times 50, 0..90*10 ten values that rise evenly from 0 to 90, _ is nothing',
    }),
  },
  closed,
)

const Event = Type.Object(
  {
    at: At,
    host: Host,
    kind: Type.String({ description: 'Kind of event: log, trap, syslog, …' }),
    body: Type.Record(Type.String(), Type.Unknown(), {
      default: {},
      description: 'What it says, as the agent sends it',
    }),
    times: Type.Integer({
      minimum: 1,
      maximum: 10_000,
      default: 1,
      description: 'So many of them, each one of its own',
    }),
  },
  closed,
)

const Finding = Type.Object(
  {
    kind: Type.String({ description: 'Kind of finding, as rules name it' }),
    host: Type.Optional(
      Type.String({ description: "Host, device or project; the test's host where it is absent" }),
    ),
    tags: Type.Record(Type.String(), Type.String(), {
      default: {},
      description: 'What tells it from others of its kind and host',
    }),
    details: Type.Record(Type.String(), Type.String(), {
      default: {},
      description: 'Words that the message shows beside the value',
    }),
    values: Type.Union([Type.String(), Type.Number()], {
      description: 'Its values in turn, as those of fields; _ it is not found',
    }),
  },
  closed,
)

const Expected = Type.Object(
  {
    at: At,
    rule: Rule,
    kind: oneOf(
      ['firing', 'severity', 'resolved'],
      'The alert begins, becomes milder or severer, or ends',
    ),
    severity: oneOf(
      SEVERITIES,
      'Of the alert from now on; for resolved, the one that it had until now',
    ),
    host: Host,
    key: Key,
    summary: Type.Optional(Type.String({ description: 'The message in Chinese' })),
    summaryEn: Type.Optional(Type.String({ description: 'The message in English' })),
    reason: Type.Optional(
      oneOf(['condition', 'rule', 'retired', 'stale'], 'Why it changed or ended'),
    ),
  },
  closed,
)

const Phase = Type.Object(
  {
    at: At,
    rule: Rule,
    phase: oneOf(
      ['none', 'pending', 'firing', 'resolving'],
      'none: there is no such alert; pending: the condition holds, not yet for long enough; resolving: it is clear, not yet for long enough',
    ),
    severity: Type.Optional(oneOf(SEVERITIES, 'Its severity')),
    host: Host,
    key: Key,
  },
  closed,
)

const Test = Type.Object(
  {
    note: Type.String({ minLength: 1, description: 'What is shown, in a sentence' }),
    every: Duration({ description: 'Time between one value and the next', default: '10s' }),
    lasts: Type.Optional(
      Duration({
        description:
          'How long the test goes on at least; after the last values nothing comes any more. Without it: until the last value',
      }),
    ),
    host: Type.String({ default: 'db1', description: 'Host of the series that name none' }),
    hosts: Type.Record(
      Type.String(),
      Type.Object(
        {
          project: Type.Optional(Type.String({ description: 'Project that it belongs to' })),
          role: Type.Optional(Type.String({ description: 'What it is there for' })),
        },
        closed,
      ),
      { default: {}, description: 'What the configuration would say of hosts' },
    ),
    series: Type.Array(Series, { default: [], description: 'What arrives' }),
    pings: Type.Record(Type.String(), Type.String(), {
      default: {},
      description:
        'By host, what ping says of it from then on: 1 it answers, 0 it no longer does, _ nothing new',
    }),
    heartbeats: Type.Record(Type.String(), Type.String(), {
      default: {},
      description: 'By name of another collector, its heartbeats: 1 one comes, _ none',
    }),
    selfCheck: Type.Optional(
      Type.String({
        description:
          "The collector's check of its own network: 1 a target was reached, _ none of them",
      }),
    ),
    stores: Type.Record(Type.String(), Type.String(), {
      default: {},
      description: 'By name of a store outside: 1 it takes samples, _ it does not',
    }),
    events: Type.Array(Event, { default: [], description: 'What happens' }),
    findings: Type.Array(Finding, {
      default: [],
      description: 'What is found by holding what is against project files',
    }),
    expect: Type.Array(Expected, {
      description: 'Every alert that begins, changes or ends, and no other; [] where none does',
    }),
    phases: Type.Array(Phase, {
      default: [],
      description: 'How an alert stands at a time, without a change then',
    }),
  },
  closed,
)

/** A file of rule tests: what arrives, interval by interval, and what must come of it. */
export const RuleTestFile = Type.Object(
  { tests: Type.Array(Test, { description: 'Each runs by itself, from an empty state' }) },
  closed,
)

export type RuleTest = Static<typeof Test>
export type ExpectedChange = Static<typeof Expected>
export type ExpectedPhase = Static<typeof Phase>

import { UNITS, type Unit } from '@wardround/protocol'
import { Duration } from '@wardround/program'
import { Type, type Static } from 'typebox'
import { LocalizedWords } from './localized-words.ts'
import { PING_STATES } from './silence/ping-state.ts'

const closed = { additionalProperties: false }

/** A name is a title in notices. */
const MAX_NAME = 200

const Bound = (description: string) =>
  Type.Optional(Type.Union([Type.Number(), Type.String()], { description }))

const bounds = {
  above: Bound('The value is larger than this number; a unit may follow: 20GB, 10m, 85%'),
  atLeast: Bound('The value is this number or larger'),
  below: Bound('The value is smaller than this number'),
  atMost: Bound('The value is this number or smaller'),
}

const Clear = Type.Object(
  {
    ...bounds,
    for: Type.Optional(
      Duration({
        description: 'How long it must have been clear; 5m where `samples` is absent too',
      }),
    ),
    samples: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1000,
        description: 'How many samples in a row must have been clear',
      }),
    ),
    heartbeats: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1000,
        description: 'For noData: how many signs of life end the alert',
      }),
    ),
  },
  {
    ...closed,
    default: {},
    description:
      'When the alert ends: the condition no longer holds with its number replaced by this one (hysteresis)',
  },
)

const PingName = Type.Union(
  PING_STATES.map((state) => Type.Literal(state)),
  {
    description:
      'answers: ping reaches the host; lost: it did and no longer does; unknown: it never did, or several agents share the address',
  },
)

const States = (description: string) =>
  Type.Optional(Type.Array(Type.Integer(), { minItems: 1, uniqueItems: true, description }))

const Samples = Type.Optional(
  Type.Object(
    {
      need: Type.Integer({ minimum: 1, maximum: 32, description: 'How many must hold' }),
      of: Type.Integer({ minimum: 1, maximum: 32, description: 'How many are looked at' }),
    },
    {
      ...closed,
      description: 'Instead of `for`: of the newest `of` samples at least `need` must hold',
    },
  ),
)

const Level = (severity: string) =>
  Type.Optional(
    Type.Object(
      {
        ...bounds,
        equals: Type.Optional(Type.Number({ description: 'The value is this number' })),
        notEquals: Type.Optional(Type.Number({ description: 'The value is not this number' })),
        in: States('The value is one of these declared states'),
        notIn: States('The value is none of these declared states'),
        and: Type.Optional(
          Type.String({ description: 'A condition that must hold too: disk.free < 20GB' }),
        ),
        or: Type.Optional(
          Type.String({
            description: 'A condition that suffices alone; (the value and `and`) or this',
          }),
        ),
        for: Duration({ description: 'How long it must have held', default: '0s' }),
        samples: Samples,
        ping: Type.Optional(
          Type.Array(PingName, {
            minItems: 1,
            description: 'For noData: what ping must say of the host; any of it where absent',
          }),
        ),
        window: Type.Optional(
          Duration({ description: 'For events: within which time `atLeast` of them must come' }),
        ),
        clear: Clear,
      },
      { ...closed, description: `When it is ${severity}` },
    ),
  )

const PingTexts = (when: string) =>
  Type.Optional(
    Type.Object(
      {
        name: LocalizedWords('What people call it then', MAX_NAME),
        summary: LocalizedWords('The message then'),
      },
      { ...closed, description: when },
    ),
  )

const Pattern = Type.String({ maxLength: 1024 })
const Patterns = Type.Union([Pattern, Type.Array(Pattern, { minItems: 1 })])

const Override = Type.Object(
  {
    where: Type.Record(Type.String(), Patterns, {
      description: 'Where it holds, as `where` of the rule: host, project, role and tags',
    }),
    off: Type.Boolean({ default: false, description: 'The rule is switched off there' }),
    info: Level('worth knowing there'),
    warning: Level('a warning there'),
    critical: Level('critical there'),
  },
  { ...closed, description: 'Levels that differ somewhere; those that are not named stay' },
)

const Rule = Type.Object(
  {
    id: Type.String({
      pattern: '^[a-z][a-z0-9_]{0,63}$',
      expected: {
        zh: '小写字母、数字和下划线，以字母开头，至多 64 个字符',
        en: 'lower-case letters, digits and _, beginning with a letter, at most 64 characters',
      },
      description: "Names the rule for ever; the alert's `alertname`",
    }),
    name: LocalizedWords('What people call it', MAX_NAME),
    value: Type.Optional(
      Type.String({
        description:
          'What is watched: a field written measurement.field, a function of one (rate, increase, delta, avg, min, max, timeTo, baseline: docs/rule-language.md), or + − × ÷ over them, all of one measurement',
      }),
    ),
    noData: Type.Optional(
      Type.String({
        description:
          'Watches, instead of a value, what is no more: agent (agents are heard of), collector (heartbeats of other collectors), network (targets of notify.selfCheck), or a measurement or measurement.field (a point that was seen)',
      }),
    ),
    whenPing: Type.Optional(
      Type.Object(
        {
          answers: PingTexts('While ping reaches the host'),
          lost: PingTexts('When ping no longer reaches the host, as it did before'),
        },
        { ...closed, description: 'For noData: texts in the place of the others' },
      ),
    ),
    event: Type.Optional(
      Type.Object(
        {
          kind: Type.String({ description: 'Which events: log, trap, syslog, …' }),
          where: Type.Record(Type.String(), Patterns, {
            default: {},
            description: "What members of an event's body must be, as `where` says it of tags",
          }),
        },
        { ...closed, description: 'Counts, instead of a value, what agents report as it happens' },
      ),
    ),
    finding: Type.Optional(
      Type.String({
        description:
          'Watches, instead of a value, what is found by comparing project files with what is there: expected_source_missing, sla_clock, …',
      }),
    ),
    where: Type.Record(Type.String(), Patterns, {
      default: {},
      description: 'Which series: tag: value, "!value", "~regex", "!~regex", or a list of them',
    }),
    unit: Type.Optional(
      Type.Unsafe<Unit>(
        Type.Union(
          UNITS.map((unit) => Type.Literal(unit)),
          { description: "The value's unit; a single field's is known" },
        ),
      ),
    ),
    info: Level('worth knowing'),
    warning: Level('a warning'),
    critical: Level('critical'),
    keepFiringFor: Type.Optional(
      Duration({ description: 'How long an alert stays at least after its condition last held' }),
    ),
    summary: LocalizedWords(
      'The message; {{value}}, {{host}}, {{tag}} and {{measurement.field}} are filled in',
    ),
    staleAfter: Type.Optional(
      Duration({
        description: 'An alert ends when nothing came of its series for so long; 7d by default',
      }),
    ),
    repeatEvery: Type.Optional(
      Type.Union([Duration({ description: 'How often; at least 1m' }), Type.Literal('never')], {
        description:
          "How often its alerts are told again while they fire and nobody has claimed them, whatever the route's `repeat` says",
      }),
    ),
    quote: Type.Optional(
      Type.String({ description: "A document of the host's that notices quote: top_processes" }),
    ),
    undeclared: Type.Optional(
      Type.Boolean({
        description:
          'The measurement is in no catalogue: any field and tag may be named, `unit` must be given, and every tag identifies. Better declare it in metrics.d',
      }),
    ),
    overrides: Type.Array(Override, {
      default: [],
      description: 'Levels that differ per host or tag; the first that fits holds',
    }),
    runbook: Type.Optional(LocalizedWords('What to do about it: a sentence or two, or a link')),
    clauses: Type.Array(Type.String(), {
      default: [],
      description: 'Ids of the clauses (clauses.yaml) that it serves',
    }),
    numbers: Type.Union([Type.Literal('platform'), Type.Literal('contract')], {
      default: 'platform',
      description:
        "Whose the numbers are: this platform's default, or those that one of `clauses` sets",
    }),
    own: Type.Boolean({
      default: false,
      description: 'It is about this platform itself, and so serves no clause',
    }),
    minimal: Type.Boolean({
      default: false,
      description: 'Loaded under `rules.pack: minimal` too',
    }),
  },
  closed,
)

/** A rule file: the default pack, or one of /etc/wardround/rules.d. */
export const RuleFile = Type.Object(
  {
    rules: Type.Array(Rule, {
      description: 'The rules; [] for none',
      descriptionZh: '规则列表，没有规则时写 []',
    }),
  },
  closed,
)

export type RuleFile = Static<typeof RuleFile>
export type RuleDefinition = RuleFile['rules'][number]
export type LevelDefinition = NonNullable<RuleDefinition['warning']>
export type ClearDefinition = LevelDefinition['clear']

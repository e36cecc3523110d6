import { Duration } from '@wardround/program'
import { Type, type Static, type TProperties } from 'typebox'
import { TIME_OF_DAY, WEEKDAYS } from './time-condition.ts'

const closed = { additionalProperties: false } as const

const Where = (description: string) =>
  Type.Record(
    Type.String(),
    Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })]),
    {
      description: `${description}: label: value, "!value", "~regex", "!~regex", or a list of them`,
    },
  )

const Names = (description: string) => Type.Array(Type.String({ minLength: 1 }), { description })

const Span = Type.Object(
  {
    weekdays: Type.Optional(
      Type.Array(Type.Union(WEEKDAYS.map((day) => Type.Literal(day))), {
        minItems: 1,
        description: 'Days of the week',
      }),
    ),
    days: Type.Optional(
      Type.Union([Type.Literal('workday'), Type.Literal('restday')], {
        description: 'By the calendar, with holidays and the weekends worked for them (调休)',
      }),
    ),
    from: Type.Optional(
      Type.String({
        pattern: TIME_OF_DAY,
        description: 'Time of day, 08:00; midnight where absent',
      }),
    ),
    to: Type.Optional(
      Type.String({
        pattern: TIME_OF_DAY,
        description:
          'Time of day, no longer in it; the end of the day where absent, past midnight where it is before `from`',
      }),
    ),
  },
  closed,
)

const Repeat = (severity: string) =>
  Type.Optional(
    Type.Union([Duration({ description: 'How often' }), Type.Literal('never')], {
      description: `How often ${severity} is told again while it fires and nobody has claimed it`,
    }),
  )

const Level = Type.Object(
  {
    after: Duration({ description: 'After its firing was told' }),
    unless: Type.Union([Type.Literal('claimed'), Type.Literal('resolved')], {
      default: 'claimed',
      description: 'What makes it needless; what has ended is never escalated',
    }),
    channels: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      description: 'Channels that are told',
    }),
    people: Type.Optional(
      Names(
        'People who are mentioned, of notify.people; with them those of the same level of the chain in the project file',
      ),
    ),
  },
  closed,
)

const members = {
  channels: Type.Optional(Names("Channels that are told; the route's above where absent")),
  groupBy: Type.Optional(
    Names('Labels that alerts of one notice share; at the root project and host'),
  ),
  groupWait: Type.Optional(
    Duration({
      description: 'How long is gathered what follows the first notice; at the root 30s',
    }),
  ),
  groupInterval: Type.Optional(
    Duration({ description: 'At least between the later notices of a group; at the root 5m' }),
  ),
  repeat: Type.Optional(
    Type.Object(
      {
        critical: Repeat('a critical alert (4h)'),
        warning: Repeat('a warning (24h)'),
        info: Repeat('info (never)'),
      },
      { ...closed, description: 'How often is told again what still fires' },
    ),
  ),
  escalation: Type.Optional(
    Type.Array(Level, {
      maxItems: 10,
      description:
        'Who else is told when nobody claimed it, or it did not end, in time; level by level',
    }),
  ),
  tellClaims: Type.Optional(
    Type.Boolean({
      description: 'Whether its channels hear who took an alert on; at the root true',
    }),
  ),
}

function RouteBelow<T extends TProperties>(more: T) {
  return Type.Object(
    {
      where: Type.Optional(Where('Which alerts')),
      during: Type.Optional(
        Type.Array(Span, {
          minItems: 1,
          description: 'When it leads anywhere; always where absent',
        }),
      ),
      continue: Type.Optional(
        Type.Boolean({ description: 'Whether the routes after it are asked too' }),
      ),
      ...members,
      ...more,
    },
    closed,
  )
}

const Third = RouteBelow({})
const Second = RouteBelow({
  routes: Type.Optional(
    Type.Array(Third, { description: 'Ways from here on; the first that fits' }),
  ),
})

/** `notify.route`. */
export const RouteSettings = Type.Object(
  {
    ...members,
    routes: Type.Optional(
      Type.Array(Second, { description: 'Ways from here on; the first that fits leads' }),
    ),
  },
  {
    ...closed,
    default: {},
    description: 'Who is told of which alerts; all channels of all where absent',
  },
)

export const PersonSettings = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 64, description: 'Names the person' }),
    phone: Type.Optional(
      Type.String({
        pattern: '^\\+?[0-9]{3,20}$',
        description: "Digits, with + before a country's code",
      }),
    ),
    email: Type.Optional(Type.String({ minLength: 3, description: 'E-mail address' })),
    dingtalk: Type.Optional(Type.String({ minLength: 1, description: 'User id in DingTalk' })),
    wecom: Type.Optional(Type.String({ minLength: 1, description: 'User id in WeCom' })),
    feishu: Type.Optional(Type.String({ minLength: 1, description: 'User id in Feishu' })),
  },
  { ...closed, description: 'Somebody whom an escalation may name' },
)

const DATE_TIME = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2})?(Z|[+-]\\d{2}:\\d{2})?$'

/** One of `notify.maintenance`. */
export const MaintenanceSettings = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 64, description: 'What people call it' }),
    where: Where('Which alerts are not told'),
    cron: Type.Optional(
      Type.String({
        description: 'When it begins again and again: minute hour day month weekday, `0 2 * * 6`',
      }),
    ),
    duration: Type.Optional(Duration({ description: 'With cron: how long it is' })),
    days: Type.Optional(
      Type.Union([Type.Literal('workday'), Type.Literal('restday')], {
        description: 'With cron: only if it begins on such a day of the calendar',
      }),
    ),
    from: Type.Optional(
      Type.String({
        pattern: DATE_TIME,
        description: 'Once: when it begins, 2026-12-01T22:00 by the clock of timeZone',
      }),
    ),
    to: Type.Optional(Type.String({ pattern: DATE_TIME, description: 'Once: when it ends' })),
    timeZone: Type.Optional(
      Type.String({ description: 'IANA name; that of notify.timeZone where absent' }),
    ),
  },
  closed,
)

/** One of `notify.dependencies`, and of dependencies.yaml. */
export const DependencySettings = Type.Object(
  {
    parent: Where('The cause'),
    child: Where('What is muted while the cause fires'),
    equal: Type.Array(
      Type.Union([
        Type.String({ minLength: 1 }),
        Type.Object(
          {
            child: Type.String({ minLength: 1, description: 'Label of what is muted' }),
            parent: Type.String({ minLength: 1, description: 'Label of the cause' }),
          },
          closed,
        ),
      ]),
      { default: [], description: 'Labels that both must have alike' },
    ),
    everyInstance: Type.Optional(
      Type.Boolean({
        description:
          "Instead of `equal`: the cause, which names host and instance, counts only when it fires for all instances of the child's `database`",
      }),
    ),
  },
  closed,
)

/** dependencies.yaml: what comes with Wardround. */
export const DependencyFile = Type.Object(
  {
    dependencies: Type.Array(DependencySettings, { default: [] }),
    duringBackup: Type.Array(Type.String(), {
      default: [],
      description: 'Rules whose warnings wait while a declared backup job runs on the host',
    }),
  },
  closed,
)

/** Members of `notify:` that say who is told of what. */
export const dispatchSettings = {
  timeZone: Type.String({
    default: 'Asia/Shanghai',
    description:
      'IANA name of the zone by whose clock routes and maintenance windows go, and in which notices and the page tell times',
  }),
  digestAfter: Duration({
    default: '15m',
    description:
      'What is already wrong when a host, instance or device is first watched is gathered for so long and told as one list per project; 0s: told as any other',
  }),
  route: RouteSettings,
  people: Type.Array(PersonSettings, { default: [], description: 'People whom escalations name' }),
  maintenance: Type.Array(MaintenanceSettings, {
    default: [],
    description: 'Windows in which alerts are not told; data are recorded all the same',
  }),
  dependencies: Type.Array(DependencySettings, {
    default: [],
    description: 'Causes and what they mute, beside those that come with Wardround',
  }),
}

const All = Type.Object(dispatchSettings)

export type DispatchSettings = Static<typeof All>
export type RootSettings = Static<typeof RouteSettings>
/** A route below the root, as deep as it may be. */
export interface RouteBelowSettings extends Static<typeof Third> {
  readonly routes?: readonly RouteBelowSettings[]
}
export type MaintenanceSettings = Static<typeof MaintenanceSettings>
export type DependencySettings = Static<typeof DependencySettings>
export type DependencyFile = Static<typeof DependencyFile>
export type PersonSettings = Static<typeof PersonSettings>

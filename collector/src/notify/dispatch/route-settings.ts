import { Duration } from '@wardround/program'
import { Type, type Static, type TProperties } from 'typebox'
import { CLOCK_TIME, TIME_OF_DAY, WEEKDAYS } from './time-condition.ts'
import { Where } from './where-settings.ts'

const closed = { additionalProperties: false } as const

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
        expected: CLOCK_TIME,
        description: 'Time of day, 08:00; midnight where absent',
      }),
    ),
    to: Type.Optional(
      Type.String({
        pattern: TIME_OF_DAY,
        expected: CLOCK_TIME,
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
        expected: {
          zh: "电话号码：数字，国家代码前加 +，例如 '13800000000'",
          en: "a telephone number: digits, + before a country's code, such as '13800000000'",
        },
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

export type RootSettings = Static<typeof RouteSettings>
/** A route below the root, as deep as it may be. */
export interface RouteBelowSettings extends Static<typeof Third> {
  readonly routes?: readonly RouteBelowSettings[]
}
export type PersonSettings = Static<typeof PersonSettings>

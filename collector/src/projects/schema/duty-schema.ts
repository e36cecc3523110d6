import { Type } from 'typebox'
import { Quoted } from './contract-number.ts'
import { BothLanguages, Day, HoursOfDay, Id, OneOf, Section, Words } from './texts.ts'

const Person = Section(
  {
    id: Id('Names the person in this file'),
    name: Words('What people call him or her'),
    phone: Type.Optional(
      Type.String({
        pattern: '^\\+?[0-9]{3,20}$',
        expected: {
          zh: "电话号码：数字，国家代码前加 +，例如 '13800000000'",
          en: "a telephone number: digits, + before a country’s code, such as '13800000000'",
        },
        description: 'Digits, with + before a country’s code',
      }),
    ),
    email: Type.Optional(
      Type.String({
        pattern: '^[^@\\s]+@[^@\\s]+$',
        maxLength: 254,
        expected: { zh: '邮件地址', en: 'an address of mail' },
        description: 'Address of mail',
      }),
    ),
    dingtalk: Type.Optional(Words('User id in DingTalk')),
    wecom: Type.Optional(Words('User id in WeCom')),
    feishu: Type.Optional(Words('User id in Feishu')),
    placeholder: Type.Boolean({
      default: false,
      description: 'Nobody real yet: never told of anything, and not counted as on duty',
    }),
  },
  'Somebody of the team',
)

/** Days of the week as shifts name them; index as Date.getUTCDay(). */
export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

const Who = Type.Array(Id('A person'), { minItems: 1, maxItems: 64, description: 'Who' })

const Shift = Section(
  {
    days: Type.Union(
      [
        Type.Literal('all'),
        Type.Literal('workdays'),
        Type.Literal('holidays'),
        Type.Array(OneOf(WEEKDAYS, { description: 'Day of the week' }), { minItems: 1 }),
      ],
      {
        default: 'all',
        description: 'Days on which it begins; holidays are all days that are not worked',
      },
    ),
    hours: HoursOfDay(
      'From and to; 17:00-09:00 ends on the next day, 00:00-24:00 is the whole day',
    ),
    from: Type.Optional(Day('First day; without it from ever')),
    to: Type.Optional(Day('Last day on which it begins; without it for ever')),
    who: Type.Optional(Who),
    rotation: Type.Optional(
      Section(
        {
          starts: Day('Day on which the first group begins'),
          everyDays: Type.Integer({
            minimum: 1,
            maximum: 366,
            description: 'Days after which the next group takes over',
          }),
          groups: Type.Array(Who, { minItems: 1, maxItems: 64, description: 'Who, in turn' }),
        },
        'Groups that take turns, instead of `who`',
      ),
    ),
    replaces: Type.Boolean({
      default: false,
      description:
        'While it runs, other shifts that do not replace do not count (somebody stands in)',
    }),
  },
  'Who is on duty when',
)

const Least = Section(
  {
    when: OneOf(['inHours', 'outOfHours', 'always', 'guarded'], {
      description:
        'In or out of the hours of `calendar`, always, or on guarded holidays and in key periods',
    }),
    calendar: Type.Optional(Id('Name of the calendar whose hours are meant')),
    people: Quoted(Type.Integer({ minimum: 1, maximum: 100 }), 'People on duty'),
  },
  'The least number of people on duty',
)

export const Duty = Type.Object(
  {
    least: Type.Array(Least, {
      default: [],
      maxItems: 8,
      description: 'The least number of people on duty',
    }),
    team: Type.Optional(
      Quoted(
        Type.Integer({ minimum: 1, maximum: 1000 }),
        'The least number of people that are named at all',
      ),
    ),
    people: Type.Array(Person, { default: [], maxItems: 256, description: 'The team' }),
    shifts: Type.Array(Shift, { default: [], maxItems: 512, description: 'The roster' }),
    escalation: Type.Optional(
      Section(
        {
          levels: Quoted(Type.Integer({ minimum: 1, maximum: 16 }), 'How many levels there are'),
          chain: Type.Array(
            Section({ name: BothLanguages('What the level is'), who: Who }, 'One level'),
            { minItems: 1, maxItems: 16, description: 'Who is told next, level by level' },
          ),
        },
        'Who is told next when an incident is not taken on or not resolved in time',
      ),
    ),
  },
  { additionalProperties: false, default: {}, description: 'Who is on duty' },
)

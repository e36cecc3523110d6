import { Type } from 'typebox'
import { CALENDAR_NAMES } from '../service-calendar.ts'
import { Quoted, ServiceTime } from './contract-number.ts'
import { BothLanguages, closed, Day, HoursOfDay, Id, OneOf, Section, Words } from './texts.ts'

/** A day that is off or worked, unlike what the notice of the year says. */
export const ChangedDaySchema = Section(
  {
    day: Day('The day'),
    kind: OneOf(['off', 'work'], {
      description: 'Whether it is off or worked',
    }),
    name: Type.Optional(Words('Why')),
  },
  'A day that is off or worked, unlike what the notice of the year says',
)

const Calendar = Section(
  {
    kind: Quoted(
      OneOf(CALENDAR_NAMES, { description: '5x8 knows holidays and days worked instead of them' }),
      'When the service is given',
    ),
    hours: Type.Array(HoursOfDay('From and to'), {
      default: ['09:00-17:00'],
      minItems: 1,
      maxItems: 4,
      description: 'The eight hours of 7x8 and 5x8',
    }),
  },
  'One calendar on which clocks run',
)

export const Calendars = Type.Record(
  Type.String({ pattern: '^[a-z][a-z0-9_-]{0,31}$' }),
  Calendar,
  {
    description: 'Calendars of this contract, by a name of your choice',
  },
)

export const KeyPeriod = Section(
  {
    name: Words('What is on'),
    from: Day('First day'),
    to: Day('Last day'),
  },
  'A time in which the service is guarded more closely',
)

export const GuardedHolidays = Type.Object(
  {
    names: Type.Array(Words('As the notice of the year calls it: 春节'), {
      minItems: 1,
      maxItems: 16,
      description: 'Holidays that are guarded; their days are those of the calendar',
    }),
    count: Quoted(Type.Integer({ minimum: 1, maximum: 16 }), 'How many the contract names'),
  },
  { ...closed, description: 'Holidays in which the service is guarded more closely' },
)

const Clock = (description: string) =>
  Type.Optional(
    Type.Object(
      {
        calendar: Id('Name of the calendar on which it runs'),
        ...Quoted(ServiceTime, description).properties,
      },
      { ...closed, description },
    ),
  )

/** The clocks of an incident, in the order in which they should stop. */
export const CLOCKS = ['respond', 'arrive', 'sparePart', 'substitute', 'resolve'] as const
export type ClockName = (typeof CLOCKS)[number]

const SlaRow = Section(
  {
    id: Id('Names the row'),
    name: BothLanguages('What people call it'),
    severities: Type.Array(OneOf(['critical', 'warning', 'info'], { description: 'Severity' }), {
      default: ['critical'],
      minItems: 1,
      description: 'Severities of the alerts that it is for',
    }),
    zones: Type.Array(Id('Zone of a place'), {
      default: [],
      maxItems: 16,
      description: 'Zones of the places that it is for; none: every one',
    }),
    businesses: Type.Array(Id('Business of a host'), {
      default: [],
      maxItems: 16,
      description: 'Businesses of the hosts that it is for; none: every one',
    }),
    respond: Clock('Until somebody has taken it on'),
    arrive: Clock('Until somebody is on site'),
    resolve: Clock('Until it is resolved'),
    sparePart: Clock('Until the spare part is there'),
    substitute: Clock('Until a substitute environment runs, where it is not resolved by then'),
  },
  'How fast, for some alerts of some places',
)

export const SlaRows = Type.Array(SlaRow, {
  default: [],
  maxItems: 32,
  description: 'How fast; for an alert the first row holds that fits it',
})

import { type Static, Type } from 'typebox'
import { ChangedDaySchema } from './service-schema.ts'
import { Day, Section, Words } from './texts.ts'

const Holiday = Section(
  { name: Words('What people call it'), from: Day('First day off'), to: Day('Last day off') },
  'A holiday',
)

const HolidayYear = Section(
  {
    year: Type.Integer({ minimum: 2000, maximum: 2200, description: 'The year' }),
    document: Words('Number of the notice: 国办发明电〔2025〕7号'),
    holidays: Type.Array(Holiday, { maxItems: 64, description: 'Days off' }),
    workdays: Type.Array(Day('A Saturday or Sunday'), {
      default: [],
      maxItems: 64,
      description: 'Days worked instead (调休)',
    }),
  },
  'Holidays of a year, as its notice orders them',
)

/** `calendar` of collector.yaml. */
export const CalendarSettings = Type.Object(
  {
    timeZone: Type.String({
      default: 'Asia/Shanghai',
      description: 'Zone in which days begin and hours are meant',
    }),
    years: Type.Array(HolidayYear, {
      default: [],
      maxItems: 64,
      description:
        'Years that Wardround does not know yet, or that are otherwise here; 2025 and 2026 come with it',
    }),
    days: Type.Array(ChangedDaySchema, {
      default: [],
      maxItems: 1000,
      description: 'Single days that are otherwise here',
    }),
  },
  { additionalProperties: false, default: {}, description: 'Working days of this site' },
)

export type CalendarSettings = Static<typeof CalendarSettings>

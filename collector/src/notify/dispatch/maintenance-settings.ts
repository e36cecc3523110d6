import { Duration, type LocalizedText } from '@wardround/program'
import { Type, type Static } from 'typebox'
import { Where } from './where-settings.ts'

const closed = { additionalProperties: false } as const

const DATE_TIME = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2})?(Z|[+-]\\d{2}:\\d{2})?$'

/** What a time of a window looks like. */
export const MOMENT: LocalizedText = {
  zh: '日期和时间，例如 2026-12-01T22:00，也可带时区 2026-12-01T22:00:00+08:00',
  en: 'a day and a time such as 2026-12-01T22:00, or with its offset 2026-12-01T22:00:00+08:00',
}

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
        expected: MOMENT,
        description: 'Once: when it begins, 2026-12-01T22:00 by the clock of timeZone',
      }),
    ),
    to: Type.Optional(
      Type.String({ pattern: DATE_TIME, expected: MOMENT, description: 'Once: when it ends' }),
    ),
    timeZone: Type.Optional(
      Type.String({ description: 'IANA name; that of notify.timeZone where absent' }),
    ),
  },
  closed,
)

export type MaintenanceSettings = Static<typeof MaintenanceSettings>

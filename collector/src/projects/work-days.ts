import { type LocalizedText, WallClock } from '@wardround/program'
import { CHINA_HOLIDAYS, type HolidayYear } from './china-holidays.ts'
import { type CivilDay, dayOf, isWeekend, parseDay, yearOf } from './civil-day.ts'

/** China has one time zone. */
const DEFAULT_TIME_ZONE = 'Asia/Shanghai'

/** One day that is otherwise than the notice has it. */
export interface ChangedDay {
  /** `2026-10-01` */
  readonly day: string
  readonly kind: 'off' | 'work'
  readonly name?: LocalizedText | undefined
}

interface KnownDay {
  readonly isWorkday: boolean
  readonly name: LocalizedText | undefined
}

/** Which days are worked: Monday to Friday, but for holidays and the days worked instead (调休). Of a year without a notice, Monday to Friday alone. */
export class WorkDays {
  readonly timeZone: string
  readonly #clock: WallClock
  readonly #days = new Map<CivilDay, KnownDay>()
  readonly #years = new Set<number>()

  /** `years` take the place of what comes with Wardround, year by year; `days` that of single days, the later ones of earlier ones. */
  constructor(
    given: {
      readonly timeZone?: string
      readonly years?: readonly HolidayYear[]
      readonly days?: readonly ChangedDay[]
    } = {},
  ) {
    const { timeZone = DEFAULT_TIME_ZONE, years = [], days = [] } = given
    this.timeZone = timeZone
    this.#clock = new WallClock(timeZone)
    const replaced = new Set(years.map(({ year }) => year))
    const notices = [...CHINA_HOLIDAYS.filter(({ year }) => !replaced.has(year)), ...years]
    for (const notice of notices) this.#take(notice)
    for (const { day, kind, name } of days) this.#set(day, { isWorkday: kind === 'work', name })
  }

  /** Whether the day, on which this moment falls in the zone, is worked. */
  isWorkday(atMs: number): boolean {
    return this.isWorkdayOn(this.dayAt(atMs))
  }

  isWorkdayOn(day: CivilDay): boolean {
    return this.#days.get(day)?.isWorkday ?? !isWeekend(day)
  }

  /** Why a day is off or worked, where that is no matter of the week. */
  nameOf(day: CivilDay): LocalizedText | undefined {
    return this.#days.get(day)?.name
  }

  /** What the calendar calls its holidays, in Chinese. */
  holidayNames(): readonly string[] {
    const names = [...this.#days.values()].flatMap(({ isWorkday, name }) =>
      isWorkday || name === undefined ? [] : name.zh.split('、'),
    )
    return [...new Set(names)]
  }

  /** Whether holidays of a year are known. */
  knows(year: number): boolean {
    return this.#years.has(year)
  }

  dayAt(atMs: number): CivilDay {
    return dayOf(this.#clock.at(atMs))
  }

  /** What the zone's clocks show, in whole seconds, read as if it were UTC. */
  wallAt(atMs: number): number {
    return this.#clock.at(atMs)
  }

  /** When the zone's clocks show this. */
  toEpoch(wallMs: number): number {
    return this.#clock.toEpoch(wallMs)
  }

  #take({ year, holidays, workdays }: HolidayYear): void {
    this.#years.add(year)
    for (const { name, from, to } of holidays) {
      const last = parseDay(to) ?? -Infinity
      for (let day = parseDay(from) ?? Infinity; day <= last; day++)
        this.#days.set(day, { isWorkday: false, name })
    }
    for (const day of workdays) this.#set(day, { isWorkday: true, name: WORKED_INSTEAD })
  }

  #set(text: string, known: KnownDay): void {
    const day = parseDay(text)
    if (day !== undefined) this.#days.set(day, known)
  }
}

const WORKED_INSTEAD = { zh: '调休上班', en: 'worked instead of a holiday' }

/** From the first of December on, the next year ought to be known: the notice comes in November. */
const NOTICE_MONTH = 11

/** The year whose holidays should be known by now and are not: this one, or in December the next. */
export function missingYear(workDays: WorkDays, atMs: number): number | undefined {
  const day = workDays.dayAt(atMs)
  const year = yearOf(day)
  if (!workDays.knows(year)) return year
  const month = new Date(day * 86_400_000).getUTCMonth()
  return month >= NOTICE_MONTH && !workDays.knows(year + 1) ? year + 1 : undefined
}

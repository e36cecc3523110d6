import { parseDay, startOf, type CivilDay } from './civil-day.ts'
import { parseHours } from './hours-of-day.ts'
import { WEEKDAYS } from './schema/duty-schema.ts'
import { type GuardPeriod, guardsAt } from './guard.ts'
import type { NumberSource } from './quoted-clause.ts'
import type { ProjectFile } from './schema/project-file.ts'
import { inService, type ServiceCalendar } from './service-calendar.ts'
import type { WorkDays } from './work-days.ts'

type DutySection = ProjectFile['duty']
export type Person = DutySection['people'][number]

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const DAY_MINUTES = 1440

/** A shift of the roster, by minutes of its day. */
interface Shift {
  beginsOn(day: CivilDay): boolean
  whoOn(day: CivilDay): readonly string[]
  readonly fromMinute: number
  /** Beyond 1440 where it ends on the next day. */
  readonly toMinute: number
  readonly replaces: boolean
}

/** The least number of people on duty, at some times. */
export interface Least {
  readonly people: number
  /** As the file has it. */
  readonly number: NumberSource
  holdsAt(atMs: number): boolean
}

/** Who is on duty when, and how many there must be. */
export interface Roster {
  readonly people: ReadonlyMap<string, Person>
  readonly shifts: readonly Shift[]
  readonly least: readonly Least[]
  /** Minutes of a day at which who is on duty, or who must be, may change; in rising order, 0 first. */
  readonly turns: readonly number[]
  readonly workDays: WorkDays
}

export function compileRoster(
  duty: DutySection,
  workDays: WorkDays,
  calendars: ReadonlyMap<string, ServiceCalendar>,
  guards: readonly GuardPeriod[],
): Roster {
  const shifts = duty.shifts.map((shift) => toShift(shift, workDays))
  const least = duty.least.map(({ when, calendar = '', people }) => ({
    people: people.value,
    number: people,
    holdsAt: timeTest(when, calendars.get(calendar), guards),
  }))
  const hours = [...calendars.values()].flatMap((calendar) => calendar.hours)
  const minutes = [...shifts, ...hours].flatMap(({ fromMinute, toMinute }) => [
    fromMinute,
    toMinute % DAY_MINUTES,
  ])
  return {
    people: new Map(duty.people.map((person) => [person.id, person])),
    shifts,
    least,
    turns: [...new Set([0, ...minutes])].toSorted((a, b) => a - b),
    workDays,
  }
}

function toShift(
  { days, hours, from, to, who = [], rotation, replaces }: DutySection['shifts'][number],
  workDays: WorkDays,
): Shift {
  const { fromMinute, toMinute } = parseHours(hours)
  const firstDay = (from === undefined ? undefined : parseDay(from)) ?? -Infinity
  const lastDay = (to === undefined ? undefined : parseDay(to)) ?? Infinity
  const fits = dayTest(days, workDays)
  return {
    fromMinute,
    toMinute: toMinute <= fromMinute ? toMinute + DAY_MINUTES : toMinute,
    replaces,
    beginsOn: (day) => firstDay <= day && day <= lastDay && fits(day),
    whoOn: rotation === undefined ? () => who : (day) => groupOn(rotation, day),
  }
}

function dayTest(
  days: DutySection['shifts'][number]['days'],
  workDays: WorkDays,
): (day: CivilDay) => boolean {
  if (days === 'all') return () => true
  if (days === 'workdays') return (day) => workDays.isWorkdayOn(day)
  if (days === 'holidays') return (day) => !workDays.isWorkdayOn(day)
  return (day) => {
    const weekday = WEEKDAYS[new Date(day * DAY_MS).getUTCDay()]
    return weekday !== undefined && days.includes(weekday)
  }
}

/** Before the first group begins, turns are counted backwards. */
function groupOn(
  { starts, everyDays, groups }: NonNullable<DutySection['shifts'][number]['rotation']>,
  day: CivilDay,
): readonly string[] {
  const turn = Math.floor((day - (parseDay(starts) ?? 0)) / everyDays)
  return groups[((turn % groups.length) + groups.length) % groups.length] ?? []
}

function timeTest(
  when: DutySection['least'][number]['when'],
  calendar: ServiceCalendar | undefined,
  guards: readonly GuardPeriod[],
): Least['holdsAt'] {
  if (when === 'guarded') return (atMs) => guardsAt(guards, atMs).length > 0
  if (when === 'always' || calendar === undefined) return () => true
  return (atMs) => inService(calendar, atMs) === (when === 'inHours')
}

/** Who the roster has on duty at a moment, placeholders among them; each once. */
export function rosteredAt({ people, shifts, workDays }: Roster, atMs: number): readonly Person[] {
  const wallMs = workDays.wallAt(atMs)
  const today = Math.floor(wallMs / DAY_MS)
  const minute = (wallMs - startOf(today)) / MINUTE_MS
  const running: { readonly shift: Shift; readonly day: CivilDay }[] = []
  for (const shift of shifts) {
    if (shift.beginsOn(today) && shift.fromMinute <= minute && minute < shift.toMinute)
      running.push({ shift, day: today })
    if (shift.beginsOn(today - 1) && minute + DAY_MINUTES < shift.toMinute)
      running.push({ shift, day: today - 1 })
  }
  const standIns = running.filter(({ shift }) => shift.replaces)
  const counted = standIns.length > 0 ? standIns : running
  const ids = new Set(counted.flatMap(({ shift, day }) => shift.whoOn(day)))
  return [...ids].flatMap((id) => people.get(id) ?? [])
}

/** The people on duty at a moment. Placeholders are nobody. */
export function peopleOnDuty(roster: Roster, atMs: number): readonly Person[] {
  return rosteredAt(roster, atMs).filter(({ placeholder }) => !placeholder)
}

/** What says how many people must be on duty at a moment; undefined: nothing does. Of several the strictest. */
export function strictestAt({ least }: Roster, atMs: number): Least | undefined {
  return least
    .filter((one) => one.holdsAt(atMs))
    .toSorted((a, b) => b.people - a.people)
    .at(0)
}

/** How many people must be on duty at a moment; 0 where the contract says nothing. */
export function leastAt(roster: Roster, atMs: number): number {
  return strictestAt(roster, atMs)?.people ?? 0
}

/** The most that must be on duty at some time between two moments. */
export function mostAskedBetween(roster: Roster, fromMs: number, toMs: number): number {
  const days = Math.ceil((toMs - fromMs) / DAY_MS)
  const moments = turnsFrom(roster, fromMs, days).filter((atMs) => atMs < toMs)
  return Math.max(...moments.map((atMs) => leastAt(roster, atMs)))
}

/** A stretch of time in which fewer people are rostered than there must be. */
export interface RosterGap {
  readonly fromMs: number
  readonly toMs: number
  /** The fewest within it. */
  readonly people: number
  /** The most that there must be within it. */
  readonly least: number
  /** What says so; undefined: nothing does. */
  readonly number: NumberSource | undefined
}

/** A gap that runs is said to have begun at most so long ago. */
const BEGAN_WITHIN_DAYS = 7

/**
 * The first gap of the roster within some days from a moment on; one that runs then, from its beginning. Where the contract sets no number and there are shifts, one person is
 * wanted; where there are none, nothing.
 */
export function firstRosterGap(
  roster: Roster,
  fromMs: number,
  days: number,
): RosterGap | undefined {
  let gap: RosterGap | undefined
  for (const atMs of turnsFrom(roster, fromMs, days)) {
    if (gap !== undefined) gap = { ...gap, toMs: atMs }
    const { people, least, number } = staffingAt(roster, atMs)
    if (people >= least) {
      if (gap !== undefined) return gap
      continue
    }
    gap = {
      fromMs: gap?.fromMs ?? (atMs === fromMs ? beganAt(roster, atMs) : atMs),
      toMs: gap?.toMs ?? atMs,
      people: Math.min(gap?.people ?? people, people),
      least: Math.max(gap?.least ?? least, least),
      number: gap !== undefined && gap.least >= least ? gap.number : number,
    }
  }
  return gap
}

/** Who is there and who must be at a moment; a roster without a number must have no hole. */
function staffingAt(roster: Roster, atMs: number) {
  const strictest = strictestAt(roster, atMs)
  const least = Math.max(roster.shifts.length > 0 ? 1 : 0, strictest?.people ?? 0)
  return { people: peopleOnDuty(roster, atMs).length, least, number: strictest?.number }
}

/** The turn at which a gap began that runs at a moment. */
function beganAt(roster: Roster, atMs: number): number {
  let fromMs = atMs
  const before = turnsFrom(roster, atMs - BEGAN_WITHIN_DAYS * DAY_MS, BEGAN_WITHIN_DAYS)
  for (const turnMs of before.slice(1).toReversed()) {
    if (turnMs > atMs) continue
    const { people, least } = staffingAt(roster, turnMs)
    if (people >= least) break
    fromMs = turnMs
  }
  return fromMs
}

/** The moments at which who is on duty may change, a first one among them. */
function turnsFrom({ workDays, turns }: Roster, fromMs: number, days: number): number[] {
  const today = workDays.dayAt(fromMs)
  const moments = Array.from({ length: days + 1 }, (_, index) =>
    turns.map((minute) => workDays.toEpoch(startOf(today + index) + minute * MINUTE_MS)),
  )
  return [fromMs, ...moments.flat().filter((atMs) => atMs > fromMs)]
}

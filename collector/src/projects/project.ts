import type { LocalizedText } from '@wardround/program'
import type { ClauseBook } from '../rules/clause-book.ts'
import { parseDay, startOf } from './civil-day.ts'
import { compileRoster, type Roster } from './duty.ts'
import { type GuardPeriod, guardPeriods } from './guard.ts'
import { parseHours } from './hours-of-day.ts'

import {
  type BasisOf,
  basisIn,
  type NumberSource,
  type QuotedClause,
  quoteClause,
} from './quoted-clause.ts'
import type { ProjectFile } from './schema/project-file.ts'
import { CLOCKS, type ClockName } from './schema/service-schema.ts'
import { namedCalendar, type ServiceCalendar } from './service-calendar.ts'
import { lengthOn, parseServiceTime } from './service-time.ts'
import { toChangedDay } from './site-calendar.ts'
import type { ChangedDay, WorkDays } from './work-days.ts'

/** How long one clock of an incident may run. */
export interface ClockLimit {
  readonly calendarName: string
  readonly calendar: ServiceCalendar
  /** Service time on the calendar. */
  readonly lengthMs: number
  /** As the file has it: `2 workdays`. */
  readonly text: string
  /** Undefined: this platform's default. */
  readonly clause: QuotedClause | undefined
  /** As the file has it. */
  readonly number: NumberSource
}

/** How fast, for some alerts of some places. */
export interface SlaRow {
  readonly id: string
  readonly name: LocalizedText
  readonly severities: ReadonlySet<string>
  readonly zones: ReadonlySet<string>
  readonly businesses: ReadonlySet<string>
  readonly clocks: ReadonlyMap<ClockName, ClockLimit>
}

/** What a host or device is in its project. */
export interface ProjectSubject {
  readonly name: string
  readonly role: string
  readonly zone: string | undefined
  readonly business: string | undefined
}

/** A project file made ready for use. */
export interface Project {
  /** Its id: the tag `project`. */
  readonly id: string
  readonly file: ProjectFile
  readonly workDays: WorkDays
  readonly calendars: ReadonlyMap<string, ServiceCalendar>
  /** The contract's time, epoch ms: from (included) to (not included). */
  readonly fromMs: number
  readonly toMs: number
  readonly sla: readonly SlaRow[]
  /** Whether an incident is over only when the user accepts it. */
  readonly needsAcceptance: boolean
  /** Whose numbers of its file are. */
  readonly basisOf: BasisOf
  /** Times in which the service is guarded more closely, the earliest first. */
  readonly guards: readonly GuardPeriod[]
  readonly roster: Roster
  readonly subjects: ReadonlyMap<string, ProjectSubject>
}

/** Makes a file ready that checkProject() found good. */
export function toProject(
  file: ProjectFile,
  given: {
    readonly clauses: ClauseBook
    /** The site's working days, with these days of the customer changed. */
    readonly workDaysWith: (days: readonly ChangedDay[]) => WorkDays
  },
): Project {
  const workDays = given.workDaysWith(file.days.map(toChangedDay))
  const calendars = new Map(
    Object.entries(file.calendars).map(([name, { kind, hours }]) => [
      name,
      namedCalendar(kind.value, workDays, hours.map(parseHours)),
    ]),
  )
  const guards = guardPeriods(file, workDays)
  const first = parseDay(file.contract.from) ?? 0
  const last = parseDay(file.contract.to) ?? 0
  return {
    id: file.project,
    file,
    workDays,
    calendars,
    fromMs: workDays.toEpoch(startOf(first)),
    toMs: workDays.toEpoch(startOf(last + 1)),
    sla: file.sla.map((row) => toRow(row, calendars, given.clauses, file.contract.document)),
    basisOf: basisIn(file, given.clauses),
    needsAcceptance: file.acceptance !== undefined,
    guards,
    roster: compileRoster(file.duty, workDays, calendars, guards),
    subjects: toSubjects(file),
  }
}

function toRow(
  row: ProjectFile['sla'][number],
  calendars: Project['calendars'],
  clauses: ClauseBook,
  document: string,
): SlaRow {
  const clocks = new Map<ClockName, ClockLimit>()
  for (const name of CLOCKS) {
    const clock = row[name]
    const calendar = clock === undefined ? undefined : calendars.get(clock.calendar)
    if (clock === undefined || calendar === undefined) continue
    clocks.set(name, {
      calendarName: clock.calendar,
      calendar,
      lengthMs: lengthOn(parseServiceTime(clock.value), calendar),
      text: clock.value,
      number: clock,
      clause: clock.clause === undefined ? undefined : quoteClause(clock.clause, clauses, document),
    })
  }
  return {
    id: row.id,
    name: row.name,
    severities: new Set(row.severities),
    zones: new Set(row.zones),
    businesses: new Set(row.businesses),
    clocks,
  }
}

function toSubjects(file: ProjectFile): Map<string, ProjectSubject> {
  const zones = new Map(file.places.map(({ id, zone }) => [id, zone]))
  return new Map(
    [...file.hosts, ...file.devices].map(({ name, role, place, business }) => [
      name,
      { name, role, business, zone: place === undefined ? undefined : zones.get(place) },
    ]),
  )
}

/** The row that holds for an alert: the first that fits its severity, and the place and business of its subject. */
export function slaRowFor(
  { sla, subjects }: Pick<Project, 'sla' | 'subjects'>,
  alert: { readonly host: string; readonly severity: string },
): SlaRow | undefined {
  const subject = subjects.get(alert.host)
  const fits = (wanted: ReadonlySet<string>, value: string | undefined) =>
    wanted.size === 0 || (value !== undefined && wanted.has(value))
  return sla.find(
    ({ severities, zones, businesses }) =>
      severities.has(alert.severity) &&
      fits(zones, subject?.zone) &&
      fits(businesses, subject?.business),
  )
}

import { isTimeZone, parseDurationMs, WallClock, type LocalizedText } from '@wardround/program'
import { Cron } from 'croner'
import type { ProblemList } from '../../rules/problem-list.ts'
import type { Calendar } from './calendar.ts'
import { findCronProblem } from './cron-text.ts'
import { MOMENT, type MaintenanceSettings } from './maintenance-settings.ts'
import type { MaintenanceWindow, TimeRange } from './maintenance-book.ts'
import { readMatcher, type SettingsKnowledge } from './settings-check.ts'
import { isOfKind } from './time-condition.ts'

type Path = readonly (string | number)[]

export interface WindowKnowledge extends SettingsKnowledge {
  readonly timeZone: string
  readonly calendar: () => Calendar
}

const DAY_MS = 86_400_000
/** Occurrences that are looked at for one that counts. */
const MAX_LOOKED_AT = 1_000

/** Reads `notify.maintenance`; what is wrong goes to `problems`. */
export function compileWindows(
  settings: readonly MaintenanceSettings[],
  path: Path,
  known: WindowKnowledge,
  problems: ProblemList,
): MaintenanceWindow[] {
  const names = new Set<string>()
  return settings.flatMap((one, index) => {
    const place = [...path, index]
    if (names.has(one.name))
      problems.add([...place, 'name'], {
        zh: `维护窗口“${one.name}”重复`,
        en: `maintenance window "${one.name}" is there twice`,
      })
    names.add(one.name)
    if (Object.keys(one.where).length === 0)
      problems.add([...place, 'where'], EVERYTHING, CONDITIONS)
    const matcher = readMatcher(one.where, [...place, 'where'], known, problems)
    const times = readTimes(one, place, known, problems)
    return times === undefined ? [] : [{ name: one.name, matcher, ...times }]
  })
}

const EVERYTHING: LocalizedText = {
  zh: '没有条件，会屏蔽所有告警',
  en: 'without a condition nothing at all would be told',
}
const CONDITIONS: LocalizedText = {
  zh: '至少一个标签条件，例如 project: his',
  en: 'at least one label, such as project: his',
}

type Times = Omit<MaintenanceWindow, 'name' | 'matcher'>

function readTimes(
  settings: MaintenanceSettings,
  path: Path,
  known: WindowKnowledge,
  problems: ProblemList,
): Times | undefined {
  const { cron, duration, days, from, to, timeZone = known.timeZone } = settings
  if (!isTimeZone(timeZone)) {
    problems.add([...path, 'timeZone'], unknownZone(timeZone), ZONE)
    return undefined
  }
  if (cron !== undefined && duration !== undefined && from === undefined && to === undefined)
    return readRecurring({ cron, duration, days }, timeZone, path, known, problems)
  if (
    from !== undefined &&
    to !== undefined &&
    cron === undefined &&
    duration === undefined &&
    days === undefined
  )
    return readOnce({ from, to }, timeZone, path, problems)
  problems.add(
    path,
    { zh: '时间不完整或两种写法混用', en: 'its times are not whole, or of two kinds' },
    { zh: 'cron 与 duration，或 from 与 to', en: 'cron and duration, or from and to' },
  )
  return undefined
}

export function unknownZone(name: string): LocalizedText {
  return { zh: `未知的时区“${name}”`, en: `there is no time zone "${name}"` }
}

export const ZONE: LocalizedText = {
  zh: 'IANA 时区名，例如 Asia/Shanghai',
  en: 'an IANA name, such as Asia/Shanghai',
}

function readOnce(
  { from, to }: { readonly from: string; readonly to: string },
  timeZone: string,
  path: Path,
  problems: ProblemList,
): Times | undefined {
  const range = { startsAtMs: toEpoch(from, timeZone), endsAtMs: toEpoch(to, timeZone) }
  for (const [key, atMs] of [['from', range.startsAtMs] as const, ['to', range.endsAtMs] as const])
    if (Number.isNaN(atMs))
      problems.add([...path, key], { zh: '没有这个时刻', en: 'there is no such time' }, MOMENT)
  if (range.endsAtMs <= range.startsAtMs)
    problems.add(
      [...path, 'to'],
      {
        zh: '结束时间不晚于开始时间',
        en: 'it ends before it begins',
      },
      LATER,
    )
  return {
    rangeAt: (atMs) => (range.startsAtMs <= atMs && atMs < range.endsAtMs ? range : undefined),
    nextStartMs: (atMs) => (range.startsAtMs > atMs ? range.startsAtMs : undefined),
  }
}

/** A time without an offset is one of the zone's clock. */
function toEpoch(text: string, timeZone: string): number {
  if (/(Z|[+-]\d{2}:\d{2})$/.test(text)) return Date.parse(text)
  const wallMs = Date.parse(`${text}Z`)
  return Number.isNaN(wallMs) ? wallMs : new WallClock(timeZone).toEpoch(wallMs)
}

function readRecurring(
  written: {
    readonly cron: string
    readonly duration: string
    readonly days: MaintenanceSettings['days'] | undefined
  },
  timeZone: string,
  path: Path,
  { calendar }: WindowKnowledge,
  problems: ProblemList,
): Times | undefined {
  const { duration, days } = written
  const durationMs = parseDurationMs(duration)
  if (durationMs <= 0)
    problems.add([...path, 'duration'], { zh: '时长为零', en: 'it is no time long' }, LENGTH)
  const cron = parseCron(written.cron, timeZone, [...path, 'cron'], problems)
  if (cron === undefined) return undefined
  const clock = new WallClock(timeZone)
  const counts = (startMs: number) =>
    days === undefined ||
    isOfKind(days, calendar(), Math.floor(clock.at(startMs) / DAY_MS) * DAY_MS)
  return {
    rangeAt: (atMs) => rangeAt(startsAfter(cron, counts), durationMs, atMs),
    nextStartMs: (atMs) => startsAfter(cron, counts)(atMs),
  }
}

function parseCron(
  text: string,
  timezone: string,
  path: Path,
  problems: ProblemList,
): Cron | undefined {
  const problem = findCronProblem(text)
  if (problem !== undefined) {
    problems.add(path, problem.what, problem.expected)
    return undefined
  }
  const cron = new Cron(text, { timezone, mode: '5-part' })
  if (cron.nextRun(ANY_TIME) !== null) return cron
  problems.add(path, NEVER, DATE)
  return undefined
}

/** What comes again and again comes after any time. */
const ANY_TIME = new Date(0)

const LENGTH: LocalizedText = {
  zh: '大于零的时长，例如 2h',
  en: 'a duration above zero, such as 2h',
}
const LATER: LocalizedText = {
  zh: '晚于 from 的时刻，例如 from: 2026-12-01T22:00, to: 2026-12-02T02:00',
  en: 'a time after from, such as from: 2026-12-01T22:00, to: 2026-12-02T02:00',
}
const NEVER: LocalizedText = {
  zh: '日历上没有这样的日期，窗口永远不会开始',
  en: 'there is no such date: the window would never begin',
}
const DATE: LocalizedText = {
  zh: '日历上有的日期，例如 0 2 28 2 *',
  en: 'a date that there is, such as 0 2 28 2 *',
}

type NextStart = (atMs: number) => number | undefined

/** The first beginning after a time that counts. */
function startsAfter(cron: Cron, counts: (startMs: number) => boolean): NextStart {
  return (atMs) => {
    let fromMs = atMs
    for (let looked = 0; looked < MAX_LOOKED_AT; looked++) {
      const startMs = cron.nextRun(new Date(fromMs))?.getTime()
      if (startMs === undefined || counts(startMs)) return startMs
      fromMs = startMs
    }
    return undefined
  }
}

/** The stretch around a time; those that overlap are one. */
function rangeAt(next: NextStart, durationMs: number, atMs: number): TimeRange | undefined {
  let startMs = next(atMs - durationMs)
  if (startMs === undefined || startMs > atMs) return undefined
  const startsAtMs = startMs
  let endsAtMs = startMs + durationMs
  for (let looked = 0; looked < MAX_LOOKED_AT; looked++) {
    startMs = next(startMs)
    if (startMs === undefined || startMs > endsAtMs) break
    endsAtMs = startMs + durationMs
  }
  return { startsAtMs, endsAtMs }
}

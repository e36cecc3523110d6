import { parseDurationMs, type LocalizedText } from '@wardround/program'
import type { ProblemList } from '../../rules/problem-list.ts'
import { compileMatcher } from './alert-matcher.ts'
import type { Calendar } from './calendar.ts'
import type { PersonSettings, RootSettings, RouteBelowSettings } from './route-settings.ts'
import type { EscalationLevel, Route } from './route.ts'
import { checkName, LABEL, readMatcher, type SettingsKnowledge } from './settings-check.ts'
import { compileTimes, findSpanProblem } from './time-condition.ts'

type Path = readonly (string | number)[]

/** What routes refer to. */
export interface RouteKnowledge extends SettingsKnowledge {
  /** Names of the channels. */
  readonly channels: ReadonlySet<string>
  readonly people: ReadonlyMap<string, PersonSettings>
  readonly timeZone: string
  readonly calendar: () => Calendar
}

type Inherited = Omit<Route, 'key' | 'matcher' | 'during' | 'continues' | 'routes'>

const HOUR_MS = 3_600_000

/** The root's, where it says nothing. */
const DEFAULTS: Omit<Inherited, 'channels'> = {
  groupBy: ['project', 'host'],
  groupWaitMs: 30_000,
  groupIntervalMs: 300_000,
  repeatMs: { critical: 4 * HOUR_MS, warning: 24 * HOUR_MS, info: undefined },
  escalation: [],
  tellClaims: true,
}

const SPAN: LocalizedText = {
  zh: '至少写 weekdays、days、from、to 之一，例如 { days: workday, from: "08:00", to: "18:00" }',
  en: 'at least one of weekdays, days, from and to, such as { days: workday, from: "08:00", to: "18:00" }',
}
const CHANNEL: LocalizedText = { zh: '通道', en: 'channel' }
const PERSON: LocalizedText = { zh: '人员', en: 'person' }

/** Reads the routing tree; what is wrong with it goes to `problems`. Without channels of its own the root leads to all. */
export function compileRoutes(
  settings: RootSettings,
  path: Path,
  known: RouteKnowledge,
  problems: ProblemList,
): Route {
  const compiler = new RouteCompiler(known, problems)
  const inherited = { ...DEFAULTS, channels: [...known.channels] }
  return compiler.root(settings, path, inherited)
}

class RouteCompiler {
  readonly #known: RouteKnowledge
  readonly #problems: ProblemList

  constructor(known: RouteKnowledge, problems: ProblemList) {
    this.#known = known
    this.#problems = problems
  }

  root(settings: RootSettings, path: Path, inherited: Inherited): Route {
    const own = this.#own(settings, path, inherited)
    const matcher = compileMatcher({})
    return {
      ...own,
      key: '{}',
      matcher,
      during: undefined,
      continues: false,
      routes: this.#below(settings.routes ?? [], [...path, 'routes'], '{}', own),
    }
  }

  /** Routes of the same matchers are told apart by their number. */
  #below(
    settings: readonly RouteBelowSettings[],
    path: Path,
    above: string,
    inherited: Inherited,
  ): Route[] {
    const keys = new Map<string, number>()
    return settings.map((one, index) => {
      const place = [...path, index]
      const own = this.#own(one, place, inherited)
      const where = one.where ?? {}
      const matcher = readMatcher(where, [...place, 'where'], this.#known, this.#problems)
      const plain = `${above}/${matcher.text}`
      const count = keys.get(plain) ?? 0
      keys.set(plain, count + 1)
      const key = count === 0 ? plain : `${plain}/${count}`
      return {
        ...own,
        key,
        matcher,
        during: this.#during(one, [...place, 'during']),
        continues: one.continue ?? false,
        routes: this.#below(one.routes ?? [], [...place, 'routes'], key, own),
      }
    })
  }

  #during({ during }: RouteBelowSettings, path: Path): Route['during'] {
    const { timeZone, calendar } = this.#known
    for (const [index, span] of (during ?? []).entries()) {
      const problem = findSpanProblem(span)
      if (problem !== undefined)
        this.#problems.add([...path, index, ...problem.path], problem.what, SPAN)
    }
    return during === undefined ? undefined : compileTimes(during, timeZone, calendar)
  }

  #own(settings: Omit<RouteBelowSettings, 'routes'>, path: Path, inherited: Inherited): Inherited {
    const { channels, groupBy, groupWait, groupInterval, repeat, escalation, tellClaims } = settings
    this.#checkAll(channels, [...path, 'channels'], this.#known.channels, CHANNEL)
    this.#checkAll(groupBy, [...path, 'groupBy'], this.#known.labels, LABEL)
    const repeatMs = { ...inherited.repeatMs }
    for (const severity of ['critical', 'warning', 'info'] as const) {
      const written = repeat?.[severity]
      if (written === 'never') repeatMs[severity] = undefined
      else if (written !== undefined)
        repeatMs[severity] = this.#repeat(written, [...path, 'repeat', severity])
    }
    this.#checkOrder(escalation ?? [], [...path, 'escalation'])
    return {
      channels: channels ?? inherited.channels,
      groupBy: groupBy ?? inherited.groupBy,
      groupWaitMs: groupWait === undefined ? inherited.groupWaitMs : parseDurationMs(groupWait),
      groupIntervalMs:
        groupInterval === undefined ? inherited.groupIntervalMs : parseDurationMs(groupInterval),
      repeatMs,
      escalation:
        escalation?.map((level, index) => this.#level(level, [...path, 'escalation', index])) ??
        inherited.escalation,
      tellClaims: tellClaims ?? inherited.tellClaims,
    }
  }

  /** More often than that is no reminder. */
  #repeat(written: string, path: Path): number {
    const repeatMs = parseDurationMs(written)
    if (repeatMs < MIN_REPEAT_MS)
      this.#problems.add(
        path,
        { zh: `${written} 太短`, en: `${written} is too short` },
        { zh: '至少 1m，或 never', en: 'at least 1m, or never' },
      )
    return repeatMs
  }

  /** Levels are reached one after the other: one that is meant to be sooner would wait for those before it. */
  #checkOrder(levels: NonNullable<RootSettings['escalation']>, path: Path): void {
    for (const [index, { after }] of levels.entries()) {
      const before = levels[index - 1]?.after
      if (before === undefined || parseDurationMs(after) >= parseDurationMs(before)) continue
      this.#problems.add(
        [...path, index, 'after'],
        {
          zh: `${after} 早于上一级的 ${before}`,
          en: `${after} is sooner than ${before} of the level before`,
        },
        {
          zh: '逐级递增，各级都从告警发出时算起',
          en: 'levels in the order of their times, all counted from the first notice',
        },
      )
    }
  }

  #level(level: NonNullable<RootSettings['escalation']>[number], path: Path): EscalationLevel {
    const { people: known, channels } = this.#known
    this.#checkAll(level.channels, [...path, 'channels'], channels, CHANNEL)
    this.#checkAll(level.people, [...path, 'people'], new Set(known.keys()), PERSON)
    return {
      afterMs: parseDurationMs(level.after),
      unless: level.unless,
      channels: level.channels,
      people: (level.people ?? []).flatMap((name) => known.get(name) ?? []),
    }
  }

  #checkAll(
    names: readonly string[] | undefined,
    path: Path,
    known: ReadonlySet<string>,
    kind: LocalizedText,
  ): void {
    for (const [index, name] of (names ?? []).entries())
      checkName(name, known, [...path, index], kind, this.#problems)
  }
}

const MIN_REPEAT_MS = 60_000

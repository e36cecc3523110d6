import type { Language } from '@wardround/program'
import type { Alert } from '../../rules/alert.ts'
import { byUrgency } from '../../rules/severity.ts'
import type { Contact, Notice, NoticeAlert, NoticeOccasion, NoticeProject } from '../notice.ts'
import { MAX_ALERTS_PER_NOTICE, MAX_PEOPLE } from './limits.ts'
import type { News } from './news.ts'
import type { EscalationLevel, Route } from './route.ts'
import type { TrackedAlert } from './tracked-alert.ts'

/** What notices say beside the alerts. */
export interface NoticeContext {
  /** An alert that fires as it stands now, with its newest numbers; undefined: nothing newer is known of it. */
  presentOf(alert: Pick<Alert, 'ruleId' | 'key'>): Alert | undefined
  /** Links begin with it. */
  externalUrl(): string
  languageOf(channel: string): Language
  /** IANA name of the zone whose clocks times are told by. */
  timeZone(): string
  /** Text of a document of a host's. */
  quoteOf(host: string, quote: string): string | undefined
  /** Who is on duty for a project; '' is no project's. */
  dutyOf(project: string, atMs: number): readonly Contact[]
  /** Whom a project's chain names at a level, from 1; '' is no project's. */
  escalationOf(project: string, level: number): readonly Contact[]
  /** What people call a project, and the time of closer guard in which it is; undefined: nothing is known of it. */
  projectOf(project: string, atMs: number): NoticeProject | undefined
  /** What people call a host or device; undefined: as it is called itself. */
  displayNameOf(host: string): string | undefined
  /** How many alerts are muted because of one. */
  mutes(id: string): number
}

/** What one route tells at once of one group. */
export interface Telling {
  readonly occasion: NoticeOccasion
  readonly route: Route
  readonly groupKey: string
  readonly groupLabels: Readonly<Record<string, string>>
  readonly news: readonly News[]
  /** Of an escalation: the level, and its number from 1. */
  readonly level?: { readonly number: number; readonly settings: EscalationLevel } | undefined
}

/** The notices of a telling, one for each channel that it concerns. */
export function writeNotices(telling: Telling, atMs: number, context: NoticeContext): Notice[] {
  const { occasion, route, groupKey, groupLabels, level } = telling
  const sorted = telling.news.toSorted((a, b) => byUrgency(a.alert, b.alert))
  const people = peopleOf(telling, atMs, context)
  return channelsOf(telling).map((channel) => {
    const news = sorted.filter(({ tracked }) => concerns(channel, tracked, telling))
    return {
      occasion,
      channel,
      route: route.key,
      groupLabels,
      groupKey,
      atMs,
      language: context.languageOf(channel),
      timeZone: context.timeZone(),
      externalUrl: context.externalUrl(),
      escalation: level?.number ?? 0,
      people,
      alerts: news.slice(0, MAX_ALERTS_PER_NOTICE).map((one) => toNoticeAlert(one, atMs, context)),
      truncated: Math.max(0, news.length - MAX_ALERTS_PER_NOTICE),
    }
  })
}

/** The route's channels, and those that were told by an escalation of one of the alerts. */
function channelsOf({ route, news, level }: Telling): string[] {
  if (level !== undefined) return [...new Set(level.settings.channels)]
  const escalated = news.flatMap(({ tracked }) => escalatedTo(tracked, route))
  return [...new Set([...route.channels, ...escalated])]
}

function concerns(channel: string, tracked: TrackedAlert, { route, level }: Telling): boolean {
  return (
    level !== undefined ||
    route.channels.includes(channel) ||
    escalatedTo(tracked, route).includes(channel)
  )
}

/** The channels of the levels that an alert has reached. */
function escalatedTo({ told }: TrackedAlert, { key, escalation }: Route): readonly string[] {
  const level = told.get(key)?.level ?? 0
  return level === 0 ? [] : escalation.slice(0, level).flatMap(({ channels }) => channels)
}

function peopleOf(
  { news, level }: Telling,
  atMs: number,
  context: NoticeContext,
): readonly Contact[] {
  const projects = new Set(news.map(({ alert }) => alert.labels['project'] ?? ''))
  const people = new Map<string, Contact>()
  for (const person of level?.settings.people ?? []) people.set(person.name, person)
  for (const project of projects) {
    if (people.size >= MAX_PEOPLE) break
    for (const person of level === undefined ? [] : context.escalationOf(project, level.number))
      people.set(person.name, person)
    for (const person of context.dutyOf(project, atMs)) people.set(person.name, person)
  }
  return [...people.values()].slice(0, MAX_PEOPLE)
}

function toNoticeAlert(
  { tracked, alert, reason, severityWas }: News,
  atMs: number,
  context: NoticeContext,
): NoticeAlert {
  const { host, quote } = alert
  return {
    alert: tracked.flappingUntilMs === undefined ? alert : sayFlapping(alert, tracked),
    reason,
    severityWas,
    hostName: context.displayNameOf(host),
    quote: quote === undefined ? undefined : context.quoteOf(host, quote),
    claimedBy: tracked.claim?.by,
    claimNote: tracked.claim?.note,
    claimedFrom: tracked.claim?.from,
    mutes: context.mutes(tracked.id),
    project: context.projectOf(alert.labels['project'] ?? '', atMs),
  }
}

/** It is told once that it comes and goes, and what became of it when it is stable. */
function sayFlapping(alert: NoticeAlert['alert'], { raisedAtMs }: TrackedAlert) {
  const { zh, en } = alert.summary
  const times = raisedAtMs.length
  return {
    ...alert,
    summary: {
      zh: `${zh}（反复告警：1 小时内第 ${times} 次；稳定 30 分钟后再通知最终状态）`,
      en: `${en} (it comes and goes: ${times} times within an hour; its final state is told when it was stable for 30 minutes)`,
    },
  }
}

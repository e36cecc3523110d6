import { type Language, type LocalizedText, pickText } from '@wardround/program'
import type { Alert } from '../../rules/alert.ts'
import { describeClause, NUMBERS_OF } from '../../rules/clauses.ts'
import { SEVERITIES } from '../../rules/severity.ts'
import { formatValue } from '../../rules/texts/format-value.ts'
import { describeRecent } from '../../rules/alerts/recent-values.ts'
import { commonLink, leadsToOwnMachine } from '../channels/links.ts'
import type { Contact, Notice, NoticeAlert } from '../notice.ts'
import { inertText } from './inert-text.ts'
import { clockOf, formatMoment, formatSpan } from './moments.ts'
import {
  endWord,
  hostOf,
  isFiring,
  projectOf,
  stateOf,
  subjectOf,
  titleOf,
  toldAlerts,
  worstOf,
  type Standing,
} from './notice-title.ts'
import { ENDED_BY, LABELS, RESOLVING, SEVERITY_WORDS } from './notice-words.ts'

/** One alert in words; every text is inert, none is escaped for a format. */
export interface AlertText {
  readonly standing: Standing
  /** `【严重】文件系统空间不足 · db1` */
  readonly heading: string
  /** The heading with the summary and the beginning, for a list. */
  readonly line: string
  /** What else is known of it, each with its label. */
  readonly facts: readonly (readonly [label: string, text: string])[]
}

/** A notice in words. */
export interface NoticeText {
  readonly title: string
  readonly standing: Standing
  readonly alerts: readonly AlertText[]
  /** Alerts of the group that the notice had no room for. */
  readonly truncated: number
  /** Undefined where nobody but who sits at the collector gets there. */
  readonly link: { readonly label: string; readonly url: string } | undefined
  /** Who is to be mentioned: nobody where nothing fires. */
  readonly people: readonly Contact[]
  readonly language: Language
  /** `还有 12 条未列出` */
  more(count: number): string
}

/** Puts a notice into words of its language. Times are those of its zone's clocks. */
export function toNoticeText(notice: Notice): NoticeText {
  const { language, truncated, externalUrl } = notice
  const alerts = toldAlerts(notice)
  const say = (text: LocalizedText): string => pickText(text, language)
  const standing = worstOf(alerts)
  return {
    title: titleOf({ ...notice, alerts }, standing),
    standing,
    alerts: alerts.map((one) => toAlertText(one, notice)),
    truncated,
    link: leadsToOwnMachine(externalUrl) ? undefined : linkOf(alerts, notice),
    people: standing === 'resolved' ? [] : notice.people,
    language,
    more: (count) => say({ zh: `还有 ${count} 条未列出`, en: `and ${count} more` }),
  }
}

function linkOf(alerts: readonly NoticeAlert[], { externalUrl, language }: Notice) {
  return {
    label: pickText({ zh: '查看详情', en: 'Details' }, language),
    url: commonLink(
      externalUrl,
      alerts.map(({ alert }) => alert),
    ),
  }
}

function toAlertText(one: NoticeAlert, notice: Notice): AlertText {
  const { alert } = one
  const { language } = notice
  const standing = isFiring(one) ? alert.severity : 'resolved'
  const state = stateOf(one)
  const mark = pickText({ zh: `【${state.zh}】`, en: `[${state.en}] ` }, language)
  const heading = mark + pickText(subjectOf(one), language)
  const summary = inertText(pickText(alert.summary, language))
  return {
    standing,
    heading,
    line: mark + pickText(lineOf(one, summary, notice), language),
    facts: factsOf(one, notice, summary),
  }
}

/** What it is, where and since when; what the summary says of the host is not said twice, but for what people call it. */
function lineOf(one: NoticeAlert, summary: string, notice: Notice): LocalizedText {
  const { alert, claimedBy, hostName } = one
  const { endsAtMs } = alert
  const isSaid = summary.includes(alert.host) && hostName === undefined
  const named = isSaid
    ? { zh: inertText(alert.name.zh, 100), en: inertText(alert.name.en, 100) }
    : subjectOf(one)
  const moment = (ms: number): string => formatMoment(ms, notice.atMs, clockOf(notice.timeZone))
  const ended = typeof endsAtMs === 'number' ? moment(endsAtMs) : undefined
  const since = moment(alert.startsAtMs)
  const who = claimedBy === undefined ? '' : inertText(claimedBy, 100)
  const listed = (when: string, claimed: string) =>
    [summary === '' ? instanceOf(one) : summary, when, claimed].filter((text) => text !== '')
  const end = endWord([one])?.zh ?? '恢复'
  const zh = listed(ended === undefined ? `${since} 起` : `${ended} ${end}`, who && `${who} 已认领`)
  const en = listed(
    ended === undefined ? `since ${since}` : `ended ${ended}`,
    who && `claimed by ${who}`,
  )
  return { zh: `${named.zh}：${zh.join('，')}`, en: `${named.en}: ${en.join(', ')}` }
}

function factsOf(
  one: NoticeAlert,
  { atMs, language, timeZone, occasion }: Notice,
  summary: string,
): (readonly [string, string])[] {
  const { alert, mutes, project, quote, reason } = one
  const { value, unit, threshold, startsAtMs, endsAtMs, clauses, numbers, runbook } = alert
  const say = (text: LocalizedText): string => pickText(text, language)
  const moment = (ms: number): string => formatMoment(ms, atMs, clockOf(timeZone))
  const fires = isFiring(one)
  // a state, or yes and no, says nothing that the summary does not say in words; JSON has no infinity
  const isSaid = unit === 'state' || unit === 'boolean'
  // what ended without a recovery has no value of its end
  const isOver = endWord([one]) !== undefined
  const span = formatSpan((endsAtMs ?? atMs) - startsAtMs)
  const claim: [keyof typeof LABELS, string] = ['claimedBy', say(claimOf(one))]
  const facts: [keyof typeof LABELS, string | undefined][] = [
    ...(occasion === 'claim' ? [claim] : []),
    [fires ? 'what' : 'was', summary],
    ['severity', fires ? say(severityChange(one)) : ''],
    ['now', fires && alert.phase === 'resolving' ? say(RESOLVING) : ''],
    ['where', placeOf(one, say)],
    [
      fires ? 'value' : 'endValue',
      isSaid || isOver || typeof value !== 'number' ? '' : say(formatValue(value, unit)),
    ],
    ['threshold', fires && threshold && !isSaid ? say(threshold) : ''],
    ['recent', fires && !isSaid ? recentOf(alert, say) : ''],
    ['since', moment(startsAtMs) + (fires && atMs > startsAtMs ? say(lasting(span)) : '')],
    [isOver ? 'over' : 'ended', typeof endsAtMs === 'number' ? moment(endsAtMs) : ''],
    ['lasted', fires ? '' : say(span)],
    ['why', fires || reason === 'condition' ? '' : say(ENDED_BY[reason])],
    ['quote', fires ? quote : ''],
    ['runbook', fires && runbook ? say(runbook) : ''],
    ...(occasion === 'claim' ? [] : [claim]),
    ['mutes', mutes > 0 ? say(mutedBy(mutes)) : ''],
    ['guard', fires && project?.guard ? say(project.guard) : ''],
    ['numbers', fires ? say(NUMBERS_OF[numbers]) : ''],
    ['clauses', fires ? clauses.map((clause) => say(describeClause(clause))).join('；') : ''],
  ]
  return facts
    .map(([label, text]) => [say(LABELS[label]), inertText(text ?? '')] as const)
    .filter(([, text]) => text !== '')
}

/** Where it moved. What JSON can't hold comes back from the outbox as null. */
function recentOf({ recent, unit }: Alert, say: (text: LocalizedText) => string): string {
  const numbers = recent.filter(({ value }) => typeof value === 'number')
  const shown = new Set(numbers.map(({ value }) => say(formatValue(value, unit))))
  const text = shown.size < 2 ? undefined : describeRecent(numbers, unit)
  return text === undefined ? '' : say(text)
}

function lasting(span: LocalizedText): LocalizedText {
  return { zh: `（已持续 ${span.zh}）`, en: ` (for ${span.en})` }
}

/** `李工（从王工处接手）：正在换盘` */
function claimOf({ claimedBy, claimedFrom, claimNote }: NoticeAlert): LocalizedText {
  if (claimedBy === undefined) return { zh: '', en: '' }
  const from = claimedFrom === undefined ? '' : inertText(claimedFrom, 100)
  const note = claimNote === undefined ? '' : inertText(claimNote)
  return {
    zh: `${claimedBy}${from && `（从 ${from} 接手）`}${note && `：${note}`}`,
    en: `${claimedBy}${from && ` (took over from ${from})`}${note && `: ${note}`}`,
  }
}

/** `严重程度由警告升为严重` */
function severityChange({ alert, severityWas: was }: NoticeAlert): LocalizedText {
  if (was === undefined) return { zh: '', en: '' }
  const [before, now] = [SEVERITY_WORDS[was], SEVERITY_WORDS[alert.severity]]
  const isWorse = SEVERITIES.indexOf(alert.severity) > SEVERITIES.indexOf(was)
  return {
    zh: `严重程度由${before.zh}${isWorse ? '升' : '降'}为${now.zh}`,
    en: `${isWorse ? 'rose' : 'fell'} from ${before.en} to ${now.en}`,
  }
}

function mutedBy(count: number): LocalizedText {
  return {
    zh: `另有 ${count} 条告警因它而不再单独通知`,
    en: `${count} other alerts are not told because of it`,
  }
}

/** Project, host and instance. */
function placeOf(one: NoticeAlert, say: (text: LocalizedText) => string): string {
  const { project } = one.alert
  return [projectOf(one, say), project?.isSubject === true ? '' : say(hostOf(one)), instanceOf(one)]
    .filter((text) => text !== undefined && text !== '')
    .join(' / ')
}

const NO_INSTANCE = new Set(['alertname', 'host', 'project', 'role', 'severity'])

function instanceOf({ alert }: NoticeAlert): string {
  return Object.entries(alert.labels)
    .filter(([name]) => !NO_INSTANCE.has(name) && !(name === 'incident' && alert.project))
    .map(([name, value]) => `${name}=${inertText(value, 100)}`)
    .join(' ')
}

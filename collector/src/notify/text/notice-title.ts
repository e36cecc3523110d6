import { type Language, type LocalizedText, pickText } from '@wardround/program'
import { SEVERITIES, type Severity } from '../../rules/severity.ts'
import type { Notice, NoticeAlert } from '../notice.ts'
import { inertText } from './inert-text.ts'
import {
  DEMO_MARK,
  ENDED_AS,
  GUARDED,
  OCCASION_WORDS,
  RESOLVED,
  SEVERITY_WORDS,
} from './notice-words.ts'

/** How something stands: the colour of a message. */
export type Standing = Severity | 'resolved'

/** The end of a former severity, and of a warning that came true, is the other side of an alert that is told anyway. */
export function toldAlerts({ alerts }: Notice): readonly NoticeAlert[] {
  const told = alerts.filter(({ reason }) => reason !== 'severity' && reason !== 'replaced')
  return told.length === 0 ? alerts : told
}

export function worstOf(alerts: readonly NoticeAlert[]): Standing {
  const firing = alerts.filter(isFiring).map(({ alert }) => SEVERITIES.indexOf(alert.severity))
  return firing.length === 0 ? 'resolved' : (SEVERITIES[Math.max(...firing)] ?? 'critical')
}

export function isFiring({ alert }: NoticeAlert): boolean {
  return typeof alert.endsAtMs !== 'number'
}

function stateWord(standing: Standing): LocalizedText {
  return standing === 'resolved' ? RESOLVED : SEVERITY_WORDS[standing]
}

/** In what state one is: its severity, `警告→严重` where that is another than was told, or how it ended. */
export function stateOf(one: NoticeAlert): LocalizedText {
  const standing = isFiring(one) ? one.alert.severity : 'resolved'
  const word = endWord([one]) ?? stateWord(standing)
  const { severityWas: was } = one
  if (was === undefined || standing === 'resolved') return word
  const before = SEVERITY_WORDS[was]
  return { zh: `${before.zh}→${word.zh}`, en: `${before.en} → ${word.en}` }
}

/** How is called that all have ended without a recovery; undefined: some fire, or have recovered. */
export function endWord(alerts: readonly NoticeAlert[]): LocalizedText | undefined {
  const words = alerts.map((one) => (isFiring(one) ? undefined : ENDED_AS[one.reason]))
  return words.includes(undefined) ? undefined : words[0]
}

/** `【严重·升级】文件系统空间不足 · db1`, or how many there are. */
export function titleOf(notice: Notice, standing: Standing): string {
  const { alerts, truncated, language, occasion } = notice
  const demo = notice.demo === true ? pickText(DEMO_MARK, language) : ''
  const [only, ...others] = alerts
  if (only !== undefined && others.length === 0 && truncated === 0)
    return demo + markOf(stateOf(only), notice) + pickText(subjectOf(only), language)
  const mark = demo + markOf(endWord(alerts) ?? stateWord(standing), notice)
  const project = commonProject(alerts, language)
  const about = occasion === 'test' || project === undefined ? '' : ` · ${inertText(project)}`
  return `${mark}${pickText(countsOf(alerts, truncated), language)}${about}`
}

/** What is of one kind the mark before it names already. */
function countsOf(alerts: readonly NoticeAlert[], truncated: number): LocalizedText {
  const firing = alerts.filter(isFiring).length + truncated
  const over = alerts.filter((one) => endWord([one]) !== undefined).length
  const recovered = alerts.length + truncated - firing - over
  const counts: readonly (readonly [number, string, string])[] = [
    [firing, '条告警', 'firing'],
    [recovered, '条已恢复', 'resolved'],
    [over, '条已结束', 'over'],
  ]
  const there = counts.filter(([count]) => count > 0)
  const [[only, , word] = [0, '', '']] = there
  if (there.length < 2)
    return { zh: `${only} 条告警`, en: `${only} ${word === 'firing' ? word : 'alerts'}` }
  return {
    zh: there.map(([count, zh]) => `${count} ${zh}`).join('，'),
    en: there.map(([count, , en]) => `${count} ${en}`).join(', '),
  }
}

function markOf(state: LocalizedText, { alerts, occasion, escalation, language }: Notice): string {
  const level = escalation > 0 ? ` ${escalation}` : ''
  const word = OCCASION_WORDS[occasion]
  const words = [
    state,
    ...(word === undefined ? [] : [{ zh: word.zh + level, en: word.en + level }]),
    ...(alerts.some(({ project }) => project?.guard !== undefined) ? [GUARDED] : []),
  ]
  const zh = `【${words.map((one) => one.zh).join('·')}】`
  return pickText({ zh, en: `[${words.map((one) => one.en).join(', ')}] ` }, language)
}

/** What the alert is and whom it is about: a project by its name. */
export function subjectOf(one: NoticeAlert): LocalizedText {
  const { name, project } = one.alert
  const about = project?.isSubject === true ? inBoth(project.name) : hostOf(one)
  return {
    zh: `${inertText(name.zh, 100)} · ${about.zh}`,
    en: `${inertText(name.en, 100)} · ${about.en}`,
  }
}

/** `db1（数据库一号）`: the host, and what people call it. */
export function hostOf({ alert, hostName }: NoticeAlert): LocalizedText {
  const host = inertText(alert.host, 100)
  const called = hostName === undefined ? '' : inertText(hostName, 100)
  if (called === '' || called === host) return { zh: host, en: host }
  return { zh: `${host}（${called}）`, en: `${host} (${called})` }
}

function inBoth({ zh, en }: LocalizedText): LocalizedText {
  return { zh: inertText(zh, 100), en: inertText(en, 100) }
}

/** The project of all. */
function commonProject(alerts: readonly NoticeAlert[], language: Language): string | undefined {
  const [first] = alerts
  const id = first?.alert.labels['project']
  if (first === undefined || alerts.some(({ alert }) => alert.labels['project'] !== id))
    return undefined
  return projectOf(first, (text) => pickText(text, language))
}

/** The project of an alert, by its name where that is known. */
export function projectOf(
  { alert, project }: NoticeAlert,
  say: (text: LocalizedText) => string,
): string | undefined {
  const name = project?.name ?? alert.project?.name
  return name === undefined ? alert.labels['project'] : say(name)
}

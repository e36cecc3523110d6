import { readFile } from 'node:fs/promises'
import { checkYaml, ConfigError, type Language } from '@wardround/program'
import { describe, expect, test } from 'vitest'
import { CollectorConfig } from '../config.ts'
import { readChannels } from '../notify/channels/read-channels.ts'
import type { DispatchRules } from '../notify/dispatch/dispatcher.ts'
import { resolveDispatch } from './resolve-dispatch.ts'
import { catalogue, rulesFromYaml } from '../rules/testing/rules-from-yaml.ts'

const RULE =
  'name: {zh: x, en: x}, value: cpu.usage_active, warning: {above: 1}, summary: {zh: x, en: x}'

/** Ids of rules that `rules.pack` leaves out. */
const PACK = new Set(['agent_offline', 'tcp_unreachable', 'http_failed'])

async function resolve(text: string, rules = 'rules: []'): Promise<DispatchRules> {
  const config = checkYaml(CollectorConfig, { file: 'collector.yaml', text })
  const channels = await readChannels(config.value.notify, {}, 'zh-CN')
  return resolveDispatch(config, channels, catalogue, { ...rulesFromYaml(rules), leftOut: PACK })
}

/** What is said about `notify:` with these lines, which begin at line 4. */
async function refusalOf(lines: string, language: Language = 'en'): Promise<string> {
  const channel = '  channels: [{name: duty, type: webhook, url: "http://127.0.0.1:1/"}]'
  const text = `listen: 127.0.0.1:0\nnotify:\n${channel}\n${lines}`
  const error: unknown = await resolve(text).catch((thrown: unknown) => thrown)
  if (error instanceof ConfigError) return error.format(language)
  return error instanceof Error ? `${error.name}: ${error.message}` : 'nothing'
}

const WINDOW = (more: string) => `  maintenance: [{name: w, where: {host: db1}, ${more}}]`

test.each([
  {
    note: 'a label that no alert has, in a route',
    lines: '  route: {routes: [{where: {hots: db1}}]}',
    says: 'collector.yaml:4:35: there is no label "hots"; did you mean "host"?',
  },
  {
    note: 'a severity that there is not',
    lines: '  route: {routes: [{where: {severity: [warning, critcal]}}]}',
    says: 'collector.yaml:4:49: there is no severity "critcal"; did you mean "critical"?',
  },
  {
    note: 'a severity that there is not, under repeat',
    lines: '  route: {repeat: {urgent: 1h}}',
    says: 'collector.yaml:4:20: unknown key "urgent"',
  },
  {
    note: 'an expression that back-tracks',
    lines: '  route: {routes: [{where: {host: "~^(a+)+$"}}]}',
    says: 'collector.yaml:4:35: ',
    also: 'back-tracks',
  },
  {
    note: 'an expression that is none',
    lines: '  dependencies: [{parent: {host: "~("}, child: {host: x}}]',
    says: 'collector.yaml:4:34: ',
  },
  {
    note: 'a label that no alert has, in a dependency',
    lines: '  dependencies: [{parent: {host: a}, child: {instanse: x}, equal: [host]}]',
    says: 'collector.yaml:4:56: there is no label "instanse"; did you mean "instance"?',
  },
  {
    note: 'a label that no alert has, that both must share',
    lines: '  dependencies: [{parent: {host: a}, child: {host: b}, equal: [host, pathe]}]',
    says: 'collector.yaml:4:70: there is no label "pathe"; did you mean "path"?',
  },
  {
    note: 'a channel that there is not, in a route',
    lines: '  route: {channels: [dutty]}',
    says: 'collector.yaml:4:22: there is no channel "dutty"; did you mean "duty"?',
  },
  {
    note: 'a channel that there is not, in an escalation',
    lines: '  route: {escalation: [{after: 15m, channels: [boss]}]}',
    says: 'collector.yaml:4:48: there is no channel "boss"',
  },
  {
    note: 'an escalation without a channel',
    lines: '  route: {escalation: [{after: 15m, channels: []}]}',
    says: 'collector.yaml:4:47: ',
  },
  {
    note: 'an escalation that names none',
    lines: '  route: {escalation: [{after: 15m}]}',
    says: 'collector.yaml:4:24: "channels" is missing',
  },
  {
    note: 'an escalation whose levels are out of order',
    lines:
      '  route: {escalation: [{after: 30m, channels: [duty]}, {after: 10m, channels: [duty]}]}',
    says: 'collector.yaml:4:64: 10m is sooner than 30m of the level before; expected levels in the order of their times',
  },
  {
    note: 'labels beside the instances of a database, in a dependency',
    lines:
      '  dependencies: [{parent: {host: a}, child: {host: b}, equal: [host], everyInstance: true}]',
    says: 'collector.yaml:4:63: with everyInstance the instances of a database decide, not labels; expected either equal or everyInstance',
  },
  {
    note: 'a rule that there is not, in a dependency',
    lines: '  dependencies: [{parent: {alertname: agent_offlin}, child: {host: x}, equal: [host]}]',
    says: 'collector.yaml:4:39: there is no rule "agent_offlin"; did you mean "agent_offline"?',
  },
  {
    note: 'a rule that there is not, of several that are left out',
    lines:
      '  dependencies: [{parent: {host: x}, child: {alertname: ["!agent_offline", "!http_faild"]}}]',
    says: 'collector.yaml:4:76: there is no rule "http_faild"; did you mean "http_failed"?',
  },
  {
    note: 'an expression that fits no rule',
    lines: '  dependencies: [{parent: {host: x}, child: {alertname: "~^orcl_"}}]',
    says: 'collector.yaml:4:57: "^orcl_" fits the id of no rule; expected the id of a rule of the pack or of your own',
  },
  {
    note: 'a rule that there is not, in a route',
    lines: '  route: {routes: [{where: {alertname: tcp_unreachabel}}]}',
    says: 'collector.yaml:4:40: there is no rule "tcp_unreachabel"; did you mean "tcp_unreachable"?',
  },
  {
    note: 'a person that there is not',
    lines: '  route: {escalation: [{after: 15m, channels: [duty], people: [李主任]}]}',
    says: 'collector.yaml:4:64: there is no person "李主任"',
  },
  {
    note: 'a repeat that is a storm',
    lines: '  route: {repeat: {critical: 5s}}',
    says: 'collector.yaml:4:30: 5s is too short; expected at least 1m, or never',
  },
  {
    note: 'a time of day that there is not',
    lines: '  route: {routes: [{during: [{from: "25:00"}]}]}',
    says: 'collector.yaml:4:37: ',
  },
  {
    note: 'a day that there is not',
    lines: '  route: {routes: [{during: [{weekdays: [funday]}]}]}',
    says: 'collector.yaml:4:42: ',
  },
  {
    note: 'a stretch that names no time',
    lines: '  route: {routes: [{during: [{}]}]}',
    says: 'collector.yaml:4:30: it names no time, and so holds always; expected at least one of',
  },
  {
    note: 'a stretch of no length',
    lines: '  route: {routes: [{during: [{from: "08:00", to: "08:00"}]}]}',
    says: 'collector.yaml:4:50: it ends when it begins',
  },
  {
    note: 'a stretch that begins at the end of a day',
    lines: '  route: {routes: [{during: [{from: "24:00"}]}]}',
    says: 'collector.yaml:4:37: 24:00 is the end of a day',
  },
  {
    note: 'a cron that is none',
    lines: WINDOW('cron: "0 25 * * *", duration: 2h'),
    says: 'collector.yaml:4:53: the hour field "25" of the cron is not valid; expected 0–23, also *, a list 1,3,',
    also: 'a whole example: 0 2 * * 6 (Saturdays at 02:00)',
  },
  {
    note: 'a cron of a date that there is not',
    lines: WINDOW('cron: "0 2 30 2 *", duration: 2h'),
    says: 'collector.yaml:4:53: there is no such date: the window would never begin; expected a date that there is',
  },
  {
    note: 'a window of no length',
    lines: WINDOW('cron: "0 2 * * *", duration: 0s'),
    says: 'collector.yaml:4:76: it is no time long',
  },
  {
    note: 'an end before the start',
    lines: WINDOW('from: 2026-12-01T22:00, to: 2026-12-01T20:00'),
    says: 'collector.yaml:4:75: it ends before it begins',
  },
  {
    note: 'a moment that there is not',
    lines: WINDOW('from: 2026-13-01T22:00, to: 2027-12-01T20:00'),
    says: 'collector.yaml:4:53: there is no such time',
  },
  {
    note: 'two ways to say when',
    lines: WINDOW('cron: "0 2 * * *", to: 2026-12-01T20:00'),
    says: 'collector.yaml:4:17: its times are not whole, or of two kinds; expected cron and duration, or from and to',
  },
  {
    note: 'a time zone that there is not, of a window',
    lines: WINDOW('cron: "0 2 * * *", duration: 2h, timeZone: Asia/Shangri-La'),
    says: 'collector.yaml:4:90: there is no time zone "Asia/Shangri-La"',
  },
  {
    note: 'a time zone that there is not',
    lines: '  timeZone: Asia/Shangri-La',
    says: 'collector.yaml:4:13: there is no time zone "Asia/Shangri-La"; expected an IANA name',
  },
  {
    note: 'a window for everything',
    lines: '  maintenance: [{name: w, where: {}, cron: "0 2 * * *", duration: 2h}]',
    says: 'collector.yaml:4:34: without a condition nothing at all would be told',
  },
  {
    note: 'a window that is there twice',
    lines: `${WINDOW('cron: "0 2 * * *", duration: 2h').slice(0, -1)}, {name: w, where: {host: a}, cron: "0 3 * * *", duration: 1h}]`,
    says: 'maintenance window "w" is there twice',
  },
])('$note is refused at its place', async ({ lines, says, also }) => {
  const refusal = await refusalOf(lines)
  expect(refusal).toContain(says)
  expect(refusal).toMatch(/^collector\.yaml:4:\d+: /)
  if (also !== undefined) expect(refusal).toContain(also)
})

describe('a calendar with holidays and the days worked for them', () => {
  const SETTINGS = (more: string) => `${more}
notify:
  route: {routes: [{during: [{days: workday, from: "08:30", to: "17:30"}]}]}
  maintenance: [{name: w, where: {host: db1}, cron: "0 12 * * *", duration: 1h, days: restday}]`

  async function at(day: string, more = '') {
    const { root, windows } = await resolve(SETTINGS(more))
    const noonMs = Date.parse(`${day}T12:30:00+08:00`)
    return {
      leads: root.routes[0]?.during?.(noonMs),
      isOpen: windows[0]?.rangeAt(noonMs) !== undefined,
    }
  }
  const [worked, off] = [
    { leads: true, isOpen: false },
    { leads: false, isOpen: true },
  ]

  test.each([
    ['2026-10-09', 'Friday', worked],
    ['2026-10-01', 'Thursday, National Day', off],
    ['2026-10-10', 'Saturday, worked instead (调休)', worked],
    ['2026-10-11', 'Sunday', off],
  ])('%s, %s', async (day, _, expected) => {
    expect(await at(day)).toEqual(expected)
  })

  test("the site's own days hold", async () => {
    const days = (kind: string, day: string) => `calendar: {days: [{day: ${day}, kind: ${kind}}]}`
    expect(await at('2026-10-09', days('off', '2026-10-09'))).toEqual(off)
    expect(await at('2026-10-11', days('work', '2026-10-11'))).toEqual(worked)
  })

  test('by dates, wherever the site is', async () => {
    const site = "calendar: {timeZone: America/New_York, days: [{day: 2026-10-09, kind: 'off'}]}"
    expect(await at('2026-10-09', site)).toEqual(off)
    expect(await at('2026-10-08', site)).toEqual(worked)
  })
})

test("a rule's own repeat stands above the route's", async () => {
  const rules = ['a, repeatEvery: 1h', 'b, repeatEvery: never', 'c']
    .map((id) => `  - {id: ${id}, ${RULE}, where: {cpu: cpu-total}}`)
    .join('\n')
  const { repeatOf } = await resolve('', `rules:\n${rules}`)
  expect(['a', 'b', 'c', 'gone'].map((id) => repeatOf(id))).toEqual([
    3_600_000,
    0,
    undefined,
    undefined,
  ])
})

test.each(['notifications.md', 'notifications.zh-CN.md'])(
  'the settings of docs/%s are taken',
  async (file) => {
    const text = await readFile(new URL(`../../../docs/${file}`, import.meta.url), 'utf8')
    const example = /```yaml\n(notify:\n  people:[^]*?)```/.exec(text)?.[1] ?? ''
    const channels = ['group', 'sms', 'his-group'].map(
      (name) => `{name: ${name}, type: webhook, url: "http://127.0.0.1:1/"}`,
    )
    const whole = example.replace('notify:', `notify:\n  channels: [${channels.join(', ')}]`)
    const { root, windows, dependencies } = await resolve(whole)
    expect(root.routes.map(({ channels: names }) => names)).toEqual([['his-group'], []])
    expect(windows).toHaveLength(2)
    expect(dependencies.length).toBeGreaterThan(1)
  },
)

const ROUTE = (span: string) => `  route: {routes: [{during: [${span}]}]}`

/** The same in both languages: what was wrong, where, what was expected, and an example. */
test.each([
  {
    lines: WINDOW('cron: "0 2 * *", duration: 2h'),
    zh: '4:53: cron 表达式“0 2 * *”有 4 个字段；应为五个以空格分隔的字段：分 时 日 月 星期，例如 0 2 * * 6（每周六 02:00）',
    en: '4:53: cron "0 2 * *" has 4 fields; expected five fields with spaces between: minute hour day month weekday, such as 0 2 * * 6 (Saturdays at 02:00)',
  },
  {
    lines: WINDOW('cron: "0 2 * * 8", duration: 2h'),
    zh: '4:53: cron 表达式的“星期”字段“8”无效；应为 0–7（0 和 7 均为周日）或 SUN–SAT，也可写 *、列表 1,3、由小到大的范围 1-5 或步长 */2；完整的例子：0 2 * * 6（每周六 02:00）',
    en: '4:53: the weekday field "8" of the cron is not valid; expected 0–7 (0 and 7 are Sunday) or SUN–SAT, also *, a list 1,3,',
  },
  {
    lines: WINDOW('cron: "30-10 2 * * *", duration: 2h'),
    zh: '4:53: cron 表达式的“分”字段“30-10”无效；应为 0–59',
    en: '4:53: the minute field "30-10" of the cron is not valid; expected 0–59',
  },
  {
    lines: WINDOW('from: 2026-12-01 22:00, to: 2026-12-02T02:00'),
    zh: '；应为日期和时间，例如 2026-12-01T22:00，',
    en: '; expected a day and a time such as 2026-12-01T22:00, or',
  },
  {
    lines: WINDOW('from: 2026-12-01T22:00, to: 2026-12-01T20:00'),
    zh: '4:75: 结束时间不晚于开始时间；应为晚于 from 的时刻，例如 from: 2026-12-01T22:00',
    en: '4:75: it ends before it begins; expected a time after from, such as from: 2026-12-01T22:00',
  },
  {
    lines: WINDOW('cron: "0 2 * * *", duration: 0s'),
    zh: '4:76: 时长为零；应为大于零的时长，例如 2h',
    en: '4:76: it is no time long; expected a duration above zero, such as 2h',
  },
  {
    lines: ROUTE('{from: "8:00"}'),
    zh: '；应为带引号的时刻，两位小时和两位分钟，从 "00:00" 到 "24:00"，例如 "08:30"',
    en: '; expected a time of day in quotes, two digits for the hour and two for the minute, "00:00" to "24:00", such as "08:30"',
  },
])('a time that is none is refused in both languages: $en', async ({ lines, zh, en }) => {
  expect(await refusalOf(lines, 'zh-CN')).toContain(zh)
  expect(await refusalOf(lines, 'en')).toContain(en)
})

test.each([
  ['a leap day', '0 2 29 2 *'],
  ['the 31st', '0 2 31 * *'],
])('a window may begin on %s', async (_, cron) => {
  const { windows } = await resolve(
    `notify: {maintenance: [{name: w, where: {host: a}, cron: "${cron}", duration: 1h}]}`,
  )
  expect(windows[0]?.nextStartMs(Date.parse('2026-03-01T00:00:00Z'))).toBeDefined()
})

test('levels of an escalation may be due at the same time', async () => {
  const level = 'after: 30m, channels: [duty]'
  const { root } = await resolve(
    `notify:\n  channels: [{name: duty, type: webhook, url: "http://127.0.0.1:1/"}]\n  route: {escalation: [{${level}}, {${level}, unless: resolved}]}`,
  )
  expect(root.escalation).toHaveLength(2)
})

import { WallClock } from '@wardround/program'
import { describe, expect, test } from 'vitest'
import { toDingTalkMessage } from '../channels/dingtalk.ts'
import { mergeNotices } from '../delivery/merge-notices.ts'
import type { Alert } from '../../rules/alert.ts'
import type { NoticeAlert, NoticeOccasion } from '../notice.ts'
import { aNotice, aNoticeAlert } from '../testing/a-notice.ts'
import { anAlert, FIRED_AT_MS } from '../testing/a-transition.ts'
import { toHtml } from './html.ts'
import { formatMoment } from './moments.ts'
import { toNoticeText } from './notice-text.ts'
import { toPlainText } from './plain-text.ts'

const MINUTE_MS = 60_000

const ended = (more = {}) => anAlert({ endsAtMs: FIRED_AT_MS + 90 * MINUTE_MS, ...more })

describe('a notice in words', () => {
  test('says all that is known of one alert, each fact on a line of its own', () => {
    const alert = anAlert({
      recent: [81, 86, 95].map((value, at) => ({ timeMs: FIRED_AT_MS + at * MINUTE_MS, value })),
      runbook: { zh: '清理归档日志', en: 'Remove archived logs' },
    })
    const one = aNoticeAlert({ alert, claimedBy: '张三', mutes: 3, quote: 'oracle 88%' })
    const notice = aNotice({ alerts: [one], atMs: FIRED_AT_MS + 5 * MINUTE_MS })
    const lines = toPlainText(toNoticeText(notice)).split('\n')
    expect(lines).toEqual([
      '【严重】文件系统空间不足 · db1',
      '现象：/u01 已使用 95%',
      '位置：his / db1 / path=/u01',
      '当前值：95%',
      '阈值：≥ 95%',
      '走势：近 2 分钟：81%、86%、95%',
      '开始：12:31（已持续 5 分钟）',
      '现场：oracle 88%',
      '处置：清理归档日志',
      '认领：张三',
      '关联：另有 3 条告警因它而不再单独通知',
      '阈值来源：本平台默认值',
      'http://monitor:8470/#/host/db1',
    ])
  })

  test.each([
    ['zh-CN', '【演示数据】【严重】文件系统空间不足 · db1'],
    ['en', '[Demo data] [Critical] File system is filling up · db1'],
  ] as const)('of a demo says so first (%s)', (language, title) => {
    expect(toNoticeText(aNotice({ demo: true, language })).title).toBe(title)
    const several = aNotice({ demo: true, language, alerts: [aNoticeAlert(), aNoticeAlert()] })
    expect(toNoticeText(several).title).toMatch(/^(【演示数据】|\[Demo data\] )/)
  })

  test('tells what has ended from what fires, with how long it lasted and why', () => {
    const one = aNoticeAlert({ alert: ended(), reason: 'retired' })
    const text = toPlainText(toNoticeText(aNotice({ alerts: [one], language: 'en' })))
    expect(text).toMatch(/^\[Resolved\] File system is filling up · db1\n/)
    expect(text).toContain('\nLasted: 1.5 h\nWhy: a person retired the host, instance or device\n')
    expect(text).not.toContain('Numbers:')
  })

  test.each<[NoticeOccasion, number, string]>([
    ['news', 0, '【严重】'],
    ['repeat', 0, '【严重·重复提醒】'],
    ['escalation', 2, '【严重·升级 2】'],
    ['digest', 0, '【严重·存量问题汇总】'],
    ['catchUp', 0, '【严重·暂缓后补发】'],
    ['claim', 0, '【严重·已认领】'],
    ['test', 0, '【严重·测试】'],
  ])('the occasion %s has its word', (occasion, escalation, mark) => {
    expect(toNoticeText(aNotice({ occasion, escalation })).title).toBe(
      `${mark}文件系统空间不足 · db1`,
    )
  })

  test('several alerts are counted under the worst that fires', () => {
    const alerts = [
      aNoticeAlert(),
      aNoticeAlert({ alert: anAlert({ severity: 'warning' }) }),
      aNoticeAlert({ alert: ended() }),
    ]
    const text = toNoticeText(aNotice({ alerts, truncated: 4 }))
    expect(text.title).toBe('【严重】6 条告警，1 条已恢复 · his')
    expect(toPlainText(text).split('\n')).toEqual([
      text.title,
      '- 【严重】文件系统空间不足 · db1：/u01 已使用 95%，12:31 起',
      '- 【警告】文件系统空间不足 · db1：/u01 已使用 95%，12:31 起',
      '- 【已恢复】文件系统空间不足 · db1：/u01 已使用 95%，14:01 恢复',
      '还有 4 条未列出',
      'http://monitor:8470/#/host/db1',
    ])
  })

  test('a change of severity is one alert', () => {
    const alerts = [
      aNoticeAlert(),
      aNoticeAlert({ alert: ended({ severity: 'warning' }), reason: 'severity' }),
    ]
    const text = toNoticeText(aNotice({ alerts }))
    expect(text.title).toBe('【严重】文件系统空间不足 · db1')
    expect(text.alerts).toHaveLength(1)
  })

  test('a severity that rose or fell is said as such: in the title, in a list and in a sentence', () => {
    const rose = aNoticeAlert({ severityWas: 'warning' })
    const fell = aNoticeAlert({
      alert: anAlert({ severity: 'warning' }),
      severityWas: 'critical',
    })
    const say = (alerts: NoticeAlert[], language: 'zh-CN' | 'en' = 'zh-CN') =>
      toPlainText(toNoticeText(aNotice({ alerts, language })))
    expect(say([rose])).toMatch(/^【警告→严重】文件系统空间不足 · db1\n/)
    expect(say([rose])).toContain('\n级别：严重程度由警告升为严重\n')
    expect(say([fell])).toMatch(/^【严重→警告】/)
    expect(say([fell])).toContain('\n级别：严重程度由严重降为警告\n')
    expect(say([rose, fell])).toContain('\n- 【警告→严重】文件系统空间不足 · db1：')
    expect(say([rose], 'en')).toMatch(
      /^\[Warning → Critical\] .*\n(.*\n)?Severity: rose from Warning to Critical\n/,
    )
  })

  test('a host is named as it is and as people call it', () => {
    const one = aNoticeAlert({ hostName: '数据库一号' })
    const text = toNoticeText(aNotice({ alerts: [one, one] }))
    expect(toPlainText(toNoticeText(aNotice({ alerts: [one] }))).split('\n')).toEqual(
      expect.arrayContaining([
        '【严重】文件系统空间不足 · db1（数据库一号）',
        '位置：his / db1（数据库一号） / path=/u01',
      ]),
    )
    expect(text.alerts[0]?.line).toMatch(/^【严重】文件系统空间不足 · db1（数据库一号）：/)
    const summary = { zh: 'db1 的 /u01 已使用 95%', en: '' }
    const named = aNoticeAlert({ alert: anAlert({ summary }), hostName: '数据库一号' })
    const [line] = toNoticeText(aNotice({ alerts: [named, one] })).alerts
    expect(line?.line).toContain('db1（数据库一号）：db1 的 /u01')
    expect(toNoticeText(aNotice({ alerts: [one], language: 'en' })).title).toContain(
      'db1 (数据库一号)',
    )
  })

  test.each(['http://127.0.0.1:8470', 'http://localhost:8470/', 'http://[::1]:8470'])(
    'a message has no link to %s, which nobody else reaches',
    (externalUrl) => {
      const notice = aNotice({ externalUrl })
      const text = toNoticeText(notice)
      expect(toPlainText(text)).toMatch(/\n阈值来源：本平台默认值$/)
      const { markdown } = toDingTalkMessage(notice, { keyword: '', mentionAll: 'never' })
      expect(markdown.text + toHtml(text)).not.toMatch(/查看详情|127\.0|localhost|::1/)
      expect(toNoticeText(aNotice()).link).toBeDefined()
    },
  )

  test('what is about to end says so beside its numbers', () => {
    const one = aNoticeAlert({ alert: anAlert({ phase: 'resolving', value: 80 }) })
    expect(toPlainText(toNoticeText(aNotice({ occasion: 'repeat', alerts: [one] })))).toContain(
      '\n现状：已不满足告警条件，正在确认恢复\n位置：his / db1 / path=/u01\n当前值：80%\n',
    )
  })

  test('a claim says who has it, from whom and with what words', () => {
    const one = aNoticeAlert({ claimedBy: '李工', claimedFrom: '王工', claimNote: '正在换盘' })
    const say = (language: 'zh-CN' | 'en') =>
      toPlainText(toNoticeText(aNotice({ occasion: 'claim', alerts: [one], language })))
    expect(say('zh-CN')).toMatch(/^【严重·已认领】.*\n认领：李工（从 王工 接手）：正在换盘\n/)
    expect(say('en')).toContain('\nClaimed by: 李工 (took over from 王工): 正在换盘\n')
  })

  describe('nothing is said twice', () => {
    const textOf = (...alerts: ReturnType<typeof aNoticeAlert>[]) =>
      toNoticeText(aNotice({ alerts }))
    const DOWN = {
      name: { zh: 'Oracle 无法连接', en: 'Oracle is down' },
      summary: { zh: 'db1 上的 Oracle 实例 his 无应答', en: 'Oracle his on db1 does not answer' },
    }

    test('a host that the summary names', () => {
      const one = aNoticeAlert({ alert: anAlert(DOWN), claimedBy: '王工' })
      expect(textOf(one, one).alerts[0]?.line).toBe(
        '【严重】Oracle 无法连接：db1 上的 Oracle 实例 his 无应答，12:31 起，王工 已认领',
      )
    })

    test.each(['state', 'boolean'] as const)('a %s beside its words', (unit) => {
      const recent = [0, 1].map((value, at) => ({ timeMs: FIRED_AT_MS + at * 60_000, value }))
      const alert = anAlert({
        ...DOWN,
        unit,
        value: 0,
        threshold: { zh: '= 否', en: '= no' },
        recent,
      })
      const labels = textOf(aNoticeAlert({ alert })).alerts[0]?.facts.map(([label]) => label)
      expect(labels).toEqual(['现象', '位置', '开始', '阈值来源'])
    })

    test('a value that has not moved', () => {
      const recent = [95.01, 95.02].map((value, at) => ({
        timeMs: FIRED_AT_MS + at * 60_000,
        value,
      }))
      expect(toPlainText(textOf(aNoticeAlert({ alert: anAlert({ recent }) })))).not.toContain(
        '走势',
      )
    })

    test('that what has ended has ended', () => {
      const alerts = [aNoticeAlert({ alert: ended() }), aNoticeAlert({ alert: ended() })]
      expect(textOf(...alerts).title).toBe('【已恢复】2 条告警 · his')
      expect(toPlainText(textOf(aNoticeAlert({ alert: ended() })))).toMatch(
        /\n原告警：\/u01 已使用 95%\n[^]*\n恢复时：95%\n/,
      )
    })
  })

  describe('an end that is no recovery', () => {
    const NAME = { zh: '服务时限将到', en: 'Time runs out' }
    const clock = (reason: NoticeAlert['reason']) =>
      aNoticeAlert({ alert: ended({ name: NAME, fingerprint: 'c' }), reason })
    const titleOf = (...alerts: NoticeAlert[]) => toNoticeText(aNotice({ alerts })).title

    test.each<[NoticeAlert['reason'], string]>([
      ['replaced', '【预警已成事实】服务时限将到 · db1'],
      ['stopped', '【停止计时】服务时限将到 · db1'],
      ['over', '【已结束】服务时限将到 · db1'],
      ['severity', '【级别已变】服务时限将到 · db1'],
      ['condition', '【已恢复】服务时限将到 · db1'],
    ])('by %s', (reason, title) => {
      expect(titleOf(clock(reason))).toBe(title)
      expect(titleOf(clock(reason), clock(reason)).startsWith(title.slice(0, 5))).toBe(true)
    })

    test('is not counted among recoveries, and what came true is told as what it is now', () => {
      expect(titleOf(clock('stopped'), aNoticeAlert({ alert: ended() }))).toBe(
        '【已恢复】1 条已恢复，1 条已结束 · his',
      )
      expect(titleOf(clock('replaced'), aNoticeAlert())).toBe('【严重】文件系统空间不足 · db1')
      expect(titleOf(clock('replaced'), aNoticeAlert(), aNoticeAlert())).toBe(
        '【严重】2 条告警 · his',
      )
    })
  })

  describe('of a project', () => {
    const project = { id: 'his', name: { zh: '医院信息系统', en: 'HIS' }, isSubject: true }
    const duty = anAlert({ host: 'his', project, labels: { project: 'his' } })
    const clock = anAlert({ project: { ...project, isSubject: false } })
    const textOf = (...alerts: Alert[]) =>
      toNoticeText(aNotice({ alerts: alerts.map((alert) => aNoticeAlert({ alert })) }))

    test('has the project’s name and leads to its page', () => {
      const text = textOf(duty)
      expect(text.title).toBe('【严重】文件系统空间不足 · 医院信息系统')
      expect(toPlainText(text)).toContain('\n位置：医院信息系统\n')
      expect(text.link?.url).toBe('http://monitor:8470/#/project/his')
      expect(textOf(clock).link?.url).toBe('http://monitor:8470/#/project/his')
      expect(textOf(clock, duty).link?.url).toBe('http://monitor:8470/#/project/his')
      expect(textOf(clock, duty).title).toBe('【严重】2 条告警 · 医院信息系统')
    })

    test('a fault with its clocks leads to its host', () => {
      expect(textOf(clock, anAlert()).link?.url).toBe('http://monitor:8470/#/host/db1')
      expect(textOf(duty, anAlert()).link?.url).toBe('http://monitor:8470/')
    })

    test('that is guarded more closely says so', () => {
      const guard = { zh: '国庆节（至 2026-10-07）', en: 'National Day (until 2026-10-07)' }
      const known = { name: project.name, guard }
      const text = toNoticeText(aNotice({ alerts: [aNoticeAlert({ project: known })] }))
      expect(text.title).toBe('【严重·重点保障】文件系统空间不足 · db1')
      expect(toPlainText(text)).toContain('\n位置：医院信息系统 / db1 / path=/u01\n')
      expect(toPlainText(text)).toContain('\n重点保障期：国庆节（至 2026-10-07）\n')
    })
  })

  test('what has ended calls nobody', () => {
    const people = [{ name: '张三', phone: '13800000000' }]
    expect(toNoticeText(aNotice({ people })).people).toEqual(people)
    const alerts = [aNoticeAlert({ alert: ended() })]
    expect(toNoticeText(aNotice({ people, alerts })).people).toEqual([])
  })
})

test.each([
  [0, '12:31'],
  [2 * 86_400_000, '11-22 12:31'],
  [60 * 86_400_000, '2026-11-22 12:31'],
])('a moment is as short as it can be (%i ms later)', (laterMs, text) => {
  const clock = new WallClock('Asia/Shanghai')
  expect(formatMoment(FIRED_AT_MS, FIRED_AT_MS + laterMs, clock)).toBe(text)
})

test.each([
  ['UTC', '04:31 UTC'],
  ['Europe/Berlin', '05:31 UTC+1'],
  ['Asia/Kolkata', '10:01 UTC+5.5'],
])('the clocks of %s say that they are not China’s', (zone, text) => {
  expect(formatMoment(FIRED_AT_MS, FIRED_AT_MS, new WallClock(zone))).toBe(text)
})

test.each([
  ['Asia/Tokyo', '13:31 UTC+9'],
  ['Asia/Shanghai', '12:31'],
  ['No/Such', '04:31 UTC'],
  [undefined, '04:31 UTC'],
])('a notice of zone %s tells its times by the clocks there', (timeZone, time) => {
  const text = toPlainText(toNoticeText(aNotice({ timeZone })))
  expect(text).toContain(`\n开始：${time}`)
})

describe('notices of one channel, merged', () => {
  test('have the newest of each alert, firing and worst first, and everybody who is to know', () => {
    const fires = aNoticeAlert({ alert: anAlert({ key: 'a', fingerprint: 'a' }) })
    const ends = aNoticeAlert({ alert: ended({ key: 'a', fingerprint: 'a' }) })
    const mild = aNoticeAlert({
      alert: anAlert({ key: 'b', fingerprint: 'b', severity: 'warning' }),
    })
    const merged = mergeNotices([
      aNotice({ alerts: [fires], people: [{ name: '张三' }], truncated: 2 }),
      aNotice({ alerts: [mild], people: [{ name: '李四' }], occasion: 'repeat' }),
      aNotice({ alerts: [ends], people: [{ name: '张三' }], truncated: 1 }),
    ])
    expect(merged.alerts).toEqual([
      { ...mild, isNews: false },
      { ...ends, isNews: true },
    ])
    expect(merged).toMatchObject({ occasion: 'news', truncated: 3 })
    expect(merged.people.map(({ name }) => name)).toEqual(['张三', '李四'])
  })

  test('beyond a bound are counted', () => {
    const alerts = Array.from({ length: 600 }, (_, index) =>
      aNoticeAlert({ alert: anAlert({ fingerprint: `f${index}` }) }),
    )
    const others = alerts.map(({ alert }) =>
      aNoticeAlert({ alert: { ...alert, fingerprint: `g${alert.fingerprint}` } }),
    )
    const merged = mergeNotices([aNotice({ alerts }), aNotice({ alerts: others })])
    expect(merged.alerts).toHaveLength(1000)
    expect(merged.truncated).toBe(200)
  })
})

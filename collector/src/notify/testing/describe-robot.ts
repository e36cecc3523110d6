import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AttemptOutcome } from '../delivery/attempt-outcome.ts'
import type { Channel } from '../channel.ts'
import type { NoticeAlert } from '../notice.ts'
import { openLog } from '@wardround/program'
import { openNotifier } from '../delivery/notifier.ts'
import { aNotice, aNoticeAlert } from './a-notice.ts'
import { anAlert } from './a-transition.ts'
import { openMemoryTables } from './memory-tables.ts'
import { withoutOwnMarkup } from './acting-markup.ts'
import type { RobotRules, RobotStandIn } from './robot-stand-ins.ts'
import { sendOnce } from './send-once.ts'
import { startWebhookServer } from './webhook-server.ts'

const log = openLog({ name: 'test', level: 'silent' })

export interface RobotContract {
  /** Of the channel that is tested. */
  readonly kind: string
  readonly open: (url: string) => Promise<Channel>
  readonly start: (rules?: RobotRules) => Promise<RobotStandIn>
  /** Member of the answer that holds the code. */
  readonly code: string
  /** What the service would take for more than text. */
  readonly acting: RegExp
  /** What of a text is Markdown; without it all of it. */
  readonly markup?: (text: string) => string
  /** A text as people see it there; without it as it was sent. */
  readonly shown?: (text: string) => string
  /** Every code of ecosystem.md 2.5 and what it means. */
  readonly codes: readonly (readonly [code: number, meaning: object])[]
}

function alertsOfHosts(count: number): NoticeAlert[] {
  return Array.from({ length: count }, (_, index) => {
    const host = `h${String(index).padStart(4, '0')}`
    return aNoticeAlert({
      alert: anAlert({ host, key: host, fingerprint: host, labels: { host, project: 'his' } }),
    })
  })
}

const same = (text: string) => text

/** Hosts that a text names, and how many it says it leaves out. */
function countIn(text: string): { hosts: string[]; more: number } {
  const hosts = text.match(/\bh\d{4}\b/g) ?? []
  const more = Number(/还有 (\d+) 条未列出/.exec(text)?.[1] ?? 0)
  return { hosts: [...new Set(hosts)], more }
}

/** What every robot must do; each is run against its stand-in. */
export function describeRobot(contract: RobotContract): void {
  describe(`a robot of ${contract.kind}`, () => {
    testAnswers(contract)
    testBounds(contract)
    testInertness(contract)
    testRate(contract)
  })
}

function testAnswers({ open, start, code, codes }: RobotContract): void {
  test('takes a message, and its own code alone is success', async () => {
    await using robot = await start()
    expect(await sendOnce(await open(robot.url))).toEqual({ kind: 'accepted' })
    expect(robot.texts[0]).toContain('文件系统空间不足')
  })

  test.each(codes)('code %i is told apart', async (value, meaning) => {
    await using server = await startWebhookServer((_hit, answer) => {
      answer.end(JSON.stringify({ [code]: value, errmsg: 'said so', msg: 'said so' }))
    })
    const outcome: AttemptOutcome = await sendOnce(await open(server.url))
    expect(outcome).toMatchObject({
      kind: 'refused',
      detail: {
        zh: expect.stringMatching(new RegExp(`^${value} [^a-z]*\\p{Script=Han}.*: said so$`, 'u')),
        en: expect.stringMatching(new RegExp(`^${value} [a-z].*: said so$`)),
      },
      ...meaning,
    })
  })

  test('an answer without its code is none: HTTP 200 of a gateway is tried again', async () => {
    await using server = await startWebhookServer((_hit, answer) => void answer.end('<html>ok'))
    expect(await sendOnce(await open(server.url))).toMatchObject({
      kind: 'refused',
      reason: 'serverError',
    })
  })
}

function testBounds({ open, start }: RobotContract): void {
  test('many alerts fit its bytes, and what is left out is counted to the last', async () => {
    await using robot = await start()
    const channel = await open(robot.url)
    for (const count of [2, 20, 60, 500, 1000]) {
      const alerts = alertsOfHosts(count)
      expect(await sendOnce(channel, [aNotice({ alerts, truncated: 7 })])).toEqual({
        kind: 'accepted',
      })
      const { hosts, more } = countIn(robot.texts.at(-1) ?? '')
      expect(hosts.length).toBeGreaterThan(0)
      expect(hosts.length + more).toBe(count + 7)
      expect(robot.texts.at(-1)).toContain('(http://monitor:8470/')
    }
  })

  test('no emoji and no four-byte character is cut in two at the limit', async () => {
    await using robot = await start({ requests: 1000 })
    const channel = await open(robot.url)
    const family = '👨‍👩‍👧‍👦'
    for (let index = 0; index < 40; index++) {
      const alert = anAlert({
        summary: { zh: `${'x'.repeat(index)}${family.repeat(300)}`, en: '' },
        runbook: { zh: '𠮷'.repeat(400), en: '' },
      })
      const alerts = [aNoticeAlert({ alert, quote: `${'中'.repeat(490)}${family.repeat(9)}` })]
      expect(await sendOnce(channel, [aNotice({ alerts })])).toEqual({ kind: 'accepted' })
      const text = robot.texts.at(-1) ?? ''
      expect(text.isWellFormed()).toBe(true)
      expect(text.replaceAll(family, '')).not.toMatch(/[👨👩👧👦\u200d]/u)
    }
  })

  test('a label of 64 kB is cut', async () => {
    await using robot = await start()
    const labels = { ...anAlert().labels, path: 'ü'.repeat(65_536) }
    const alerts = [aNoticeAlert({ alert: anAlert({ labels }) })]
    const outcome = await sendOnce(await open(robot.url), [aNotice({ alerts })])
    expect(outcome).toEqual({ kind: 'accepted' })
  })
}

// oxlint-disable-next-line no-control-regex -- these must not be there
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f\u202e]/

/** What people copy out of a message. */
const COPIED = [
  '/u01/app/oracle/oradata/his_01.dbf',
  'C:\\app\\oracle\\alert_his.log',
  '10.1.0.5:1521',
  '[2001:db8::5]:1521',
  '-3.5 dBm',
  '91.2%',
  '#3',
  'ops@example.org',
  'http://10.1.0.5:8080/app?a=1&b=2',
  'a | b > c ~ d!',
]

const HOSTILE = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '@all',
    '@所有人',
    '<@all>',
    '<at id=all></at>',
    '<at user_id="all">all</at>',
    '[x](http://evil)',
    '![x](http://evil)',
    '**bold**',
    '`code`',
    '<font color="info">x</font>',
    '# title',
    '\u001b[31mred\u001b[0m',
    'a\r\nb',
    '{{value}}',
    '\u202egnp.exe',
  ),
)

function testInertness({ open, start, acting, shown = same, markup = same }: RobotContract): void {
  test('what people copy pastes as it was, without spaces that nobody sees', async () => {
    await using robot = await start({ requests: 1_000_000 })
    const channel = await open(robot.url)
    for (const copied of COPIED) {
      const alert = anAlert({ summary: { zh: copied, en: copied } })
      await sendOnce(channel, [aNotice({ alerts: [aNoticeAlert({ alert })] })])
      const text = shown(robot.texts.at(-1) ?? '')
      expect(text.split(/\s*\n/)).toContain(`**现象**：${copied}`)
      expect(text).not.toMatch(/[\u200b-\u200f\u2060\ufeff]/)
    }
  })

  test('text of unknown origin stays text (S9)', async () => {
    await using robot = await start({ requests: 1_000_000 })
    const channel = await open(robot.url)
    await fc.assert(
      fc.asyncProperty(HOSTILE, HOSTILE, async (one, other) => {
        const alert = anAlert({
          host: one,
          name: { zh: other, en: other },
          summary: { zh: `${one}${other}`, en: one },
          labels: { ...anAlert().labels, path: other },
        })
        await sendOnce(channel, [aNotice({ alerts: [aNoticeAlert({ alert, quote: one })] })])
        const text = robot.texts.at(-1) ?? ''
        expect(withoutOwnMarkup(markup(text))).not.toMatch(acting)
        expect(text).not.toMatch(CONTROL)
      }),
      { numRuns: 100 },
    )
  })
}

function testRate({ open, start }: RobotContract): void {
  test('5,000 alerts stay within its rate as digests, and none is dropped in silence (A6)', async () => {
    // A minute is a second here: the windows of channel and stand-in are shortened alike.
    const perMs = 1000
    const requests = 20
    await using robot = await start({ requests, perMs })
    const opened = await open(robot.url)
    const limit = { key: 'test', windows: [{ requests, perMs }] }
    const tables = openMemoryTables()
    const parts = { outbox: tables.outbox, log, version: '0' }
    await using notifier = openNotifier({ ...parts, channels: [{ ...opened, limit }] })
    const alerts = alertsOfHosts(5000)
    for (let from = 0; from < alerts.length; from += 250) {
      const arriving = alerts.slice(from, from + 250).map((one, index) => ({
        deliveryId: `d${from + index}`,
        channel: 'duty',
        groupKey: one.alert.host,
        createdAtMs: Date.now(),
        notice: aNotice({ alerts: [one] }),
      }))
      tables.table.enqueue(arriving)
      notifier.wake()
      await new Promise((resolve) => setTimeout(resolve, perMs / 20))
    }
    await expect.poll(() => tables.table.counts()).toMatchObject({ duty: { sent: 5000 } })
    expect(robot.codes.filter((answered) => answered !== 0)).toEqual([])
    const counted = robot.texts.map(countIn)
    const told = counted.reduce((sum, { hosts, more }) => sum + hosts.length + more, 0)
    expect(told).toBe(5000)
    expect(robot.hits.length).toBeLessThan(60)
  })
}

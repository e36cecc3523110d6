import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLog } from '@wardround/program'
import { describe, expect, onTestFinished, test } from 'vitest'
import { formatNotices } from '../http/worker-text.ts'
import { openEventFiles } from '../state/event-files.ts'
import { buildPayload } from './channels/alert-payload.ts'
import { toPosted } from './channels/alertmanager.ts'
import { compileBody } from './channels/body-template.ts'
import { toDingTalkMessage } from './channels/dingtalk.ts'
import { toFeishuMessage } from './channels/feishu.ts'
import { toView, VIEW_NAMES } from './channels/notice-view.ts'
import { isSigned, signHeaders } from './channels/signature.ts'
import { argumentsFor, numbersOf } from './channels/sms-modem.ts'
import { toWeComMessage } from './channels/wecom.ts'
import type { Notice } from './notice.ts'
import { aNotice, aNoticeAlert } from './testing/a-notice.ts'
import { anAlert } from './testing/a-transition.ts'
import { ACTING_MARKUP, withoutOwnMarkup } from './testing/acting-markup.ts'
import { hostileStrings } from './testing/hostile-strings.ts'
import { openMemoryTables } from './testing/memory-tables.ts'
import { toHtml } from './text/html.ts'
import { type NoticeText, toNoticeText } from './text/notice-text.ts'
import { toPlainText } from './text/plain-text.ts'

// Row S9: 10,000 strings of unknown origin into every place where a notice, its log or its state is written. What is looked at is what services are
// sent; over the wire it is tried with fewer strings, by each channel's own test.

const STRINGS = hostileStrings(10_000)
const STRICT = { keyword: '', mentionAll: 'never', format: 'markdown' } as const
const TIMEOUT = 60_000

/** A notice in which a string stands wherever one of unknown origin may. */
function noticeOf(text: string): Notice {
  const words = { zh: text, en: text }
  const labels = { ...anAlert().labels, host: text, path: text }
  const alert = anAlert({ host: text, name: words, summary: words, labels, runbook: words })
  const ids = { dingtalk: text, wecom: text, feishu: text }
  return aNotice({
    groupLabels: labels,
    groupKey: text,
    people: [{ name: text, phone: text, email: text, ...ids }],
    alerts: [aNoticeAlert({ alert, quote: text, claimedBy: text })],
  })
}

const NOTICES = STRINGS.map(noticeOf)
const TEXTS = NOTICES.map(toNoticeText)

/** The string of the first notice for which it does not hold. */
function firstBroken(holds: (notice: Notice, text: NoticeText) => boolean): string | undefined {
  return STRINGS.find((_, at) => {
    const [notice, text] = [NOTICES[at], TEXTS[at]]
    return notice === undefined || text === undefined || !holds(notice, text)
  })
}

test('there are as many strings as were asked for, and most are different', () => {
  expect(STRINGS).toHaveLength(10_000)
  expect(new Set(STRINGS).size).toBeGreaterThan(9_500)
})

// oxlint-disable-next-line no-control-regex -- these must not be there
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/
describe('10,000 strings stay text in', { timeout: TIMEOUT }, () => {
  test('log lines', () => {
    const lines: string[] = []
    const log = openLog({ name: 'test', destination: { write: (line) => void lines.push(line) } })
    for (const text of STRINGS)
      log.error({ channel: text, detail: text, err: new Error(text) }, text)
    expect(lines).toHaveLength(STRINGS.length)
    // oxlint-disable-next-line no-control-regex -- these must not be there
    expect(lines.find((line) => /[\u0000-\u001f]/.test(line.slice(0, -1)))).toBeUndefined()
    const broken = STRINGS.find((text, at) => JSON.parse(lines[at] ?? '').channel !== text)
    expect(broken).toBeUndefined()
  })

  test('titles, which are subjects of mails and headings of cards', () => {
    const broken = firstBroken((_, { title }) => {
      return !CONTROL.test(title) && !title.includes('\n') && title.isWellFormed()
    })
    expect(broken).toBeUndefined()
  })

  test('plain text: e-mail and short messages', () => {
    const labelOf = (line: string) => line.split('：')[0] ?? ''
    const labels = new Set(
      toPlainText(toNoticeText(noticeOf('x')))
        .split('\n')
        .map(labelOf),
    )
    const broken = firstBroken((_, text) => {
      const [, ...lines] = toPlainText(text).split('\n')
      const link = lines.pop() ?? ''
      return (
        lines.every((line) => labels.has(labelOf(line)) && !CONTROL.test(line)) &&
        /^http:\/\/monitor:8470\/#\/host\/\S*$/.test(link)
      )
    })
    expect(broken).toBeUndefined()
  })

  test('HTML', () => {
    const own =
      /<(\/?(html|head|body|h2|h3|table|tr|td|p|a)|!doctype html|meta charset="utf-8")( style="[^"<>]*")?( href="http:\/\/monitor:8470\/[^"<>]*")?>/g
    const broken = firstBroken((_, text) => {
      const rest = toHtml(text).replace(own, '')
      return !/[<>"']/.test(rest) && !CONTROL.test(rest)
    })
    expect(broken).toBeUndefined()
  })

  test.each([
    {
      kind: 'DingTalk’s Markdown',
      acting: ACTING_MARKUP.dingtalk,
      textOf: (notice: Notice): string => toDingTalkMessage(notice, STRICT).markdown.text,
    },
    {
      kind: 'WeCom’s Markdown',
      acting: ACTING_MARKUP.wecom,
      textOf: (notice: Notice): string =>
        JSON.parse(JSON.stringify(toWeComMessage(notice, STRICT))).markdown.content,
    },
    {
      kind: 'Feishu’s card',
      acting: ACTING_MARKUP.feishu,
      textOf(notice: Notice): string {
        const { card } = toFeishuMessage(notice, STRICT)
        return card.elements[0]?.text.content ?? ''
      },
    },
  ])('$kind', ({ acting, textOf }) => {
    const broken = firstBroken((notice) => {
      const text = textOf({ ...notice, people: [] })
      return !acting.test(withoutOwnMarkup(text)) && !CONTROL.test(text) && text.isWellFormed()
    })
    expect(broken).toBeUndefined()
  })

  test('mentions: nobody is mentioned but by an id or a number', () => {
    const broken = firstBroken(({ people }) => {
      const notice = aNotice({ people })
      const { at } = toDingTalkMessage(notice, STRICT)
      const wecom = JSON.stringify(toWeComMessage(notice, { ...STRICT, format: 'text' }))
      const { mentioned_list: users, mentioned_mobile_list: mobiles } = JSON.parse(wecom).text
      const ids: string[] = [...at.atMobiles, ...at.atUserIds, ...users, ...mobiles]
      return !at.isAtAll && ids.every((id) => /^[\w.@+-]*$/.test(id) && !isEverybody(id))
    })
    expect(broken).toBeUndefined()
  })

  test('the arguments of a modem’s program', () => {
    const args = ['sendsms', 'TEXT', '{phone}', '-unicode']
    const broken = firstBroken((notice) =>
      [...numbersOf(notice, [])].every((number) =>
        /^sendsms TEXT \+?\d{3,20} -unicode$/.test(argumentsFor(number, args).join(' ')),
      ),
    )
    expect(broken).toBeUndefined()
  })

  test('signed bodies made of a template', () => {
    const template = { a: '{{title}}', b: { c: 'x {{alert.host}} y' }, d: '{{groupKey}}' }
    const render = compileBody(template, VIEW_NAMES)
    const nowMs = Date.now()
    const broken = firstBroken((notice) => {
      const body = JSON.stringify(render(toView(notice, 'd-1')))
      const [timestamp = '', signature = ''] = Object.values(signHeaders('secret', body, nowMs))
      return (
        Object.keys(JSON.parse(body)).join() === 'a,b,d' &&
        /^\d+ sha256=[0-9a-f]{64}$/.test(`${timestamp} ${signature}`) &&
        isSigned('secret', body, { timestamp, signature }, nowMs)
      )
    })
    expect(broken).toBeUndefined()
  })

  test('a webhook’s payload and an Alertmanager’s labels', () => {
    const broken = STRINGS.find((text) => {
      const alert = anAlert({ host: text, labels: { ...anAlert().labels, [text]: text } })
      const one = aNoticeAlert({ alert })
      const notice = aNotice({ alerts: [one] })
      const payload = JSON.parse(JSON.stringify(buildPayload(notice)))
      if (payload.alerts[0].labels.alertname !== 'filesystem_used') return true
      return !Object.entries(toPosted(one, notice, Date.now()).labels).every(
        ([name, value]) =>
          /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) && value.isWellFormed() && value !== '',
      )
    })
    expect(broken).toBeUndefined()
  })

  test('metrics', () => {
    const count = { queued: 1, sent: 2, givenUp: 3 }
    const line = /^wardround_collector_notices\{channel="([^"\\\n]|\\["\\n])*",state="\w+"\} \d+$/
    const broken = STRINGS.find((text) => {
      const counts = Object.fromEntries([[text, count]])
      const [, , ...rows] = formatNotices(counts).trimEnd().split('\n')
      return !(rows.length === 3 && rows.every((row) => line.test(row)))
    })
    expect(broken).toBeUndefined()
  })

  test('SQL: the outbox, its reasons and the decisions', () => {
    const { table, dispatch, database } = openMemoryTables()
    // SQLite keeps UTF-8, to its first NUL where it is asked for a text: what comes back is compared without them.
    const whole = STRINGS.map((text, at) => `${at} ${text.toWellFormed().replaceAll('\0', '')}`)
    for (let from = 0; from < whole.length; from += 1000)
      table.enqueue(whole.slice(from, from + 1000).map(toDelivery))
    const due = table.due('a', 2, 20_000, 'all').deliveries
    expect(due.map(({ deliveryId }) => deliveryId)).toEqual(whole)
    for (const text of whole)
      table.giveUp([text], { atMs: 2, reason: 'clientError', detail: { zh: text, en: text } })
    expect(table.counts()).toEqual({ a: { queued: 0, sent: 0, givenUp: whole.length } })
    const details = table.givenUp(20_000).map(({ detail }) => detail)
    const told = new Set(details.map((detail) => (typeof detail === 'string' ? '' : detail.zh)))
    expect(whole.find((text) => !told.has(text))).toBeUndefined()
    const unknown = whole.find((text) => dispatch.decisions(text, 9)[0]?.ruleId !== text)
    expect(unknown).toBeUndefined()
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
  })

  test('file names: events of any subject and key stand in files of their days', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'wardround-hostile-'))
    onTestFinished(() => rm(directory, { recursive: true }))
    const files = openEventFiles(join(directory, 'events'))
    const events = STRINGS.map((text, at) => ({
      atMs: Date.UTC(2026, 10, 22) + at,
      subject: text,
      kind: 'notice_given_up',
      key: `${at} ${text}`,
      body: JSON.stringify({ text }),
    }))
    for (let from = 0; from < events.length; from += 1000)
      files.append(events.slice(from, from + 1000))
    const written = await readdir(directory, { recursive: true })
    expect(written.sort()).toEqual(['events', join('events', '2026-11-22.jsonl')])
  })
})

/** What a chat service takes for everybody. */
function isEverybody(id: string): boolean {
  return /^@?all$/i.test(id)
}

function toDelivery(text: string) {
  const alert = anAlert({ ruleId: text, key: text, fingerprint: text })
  const notice = aNotice({ groupKey: text, alerts: [aNoticeAlert({ alert })] })
  return { deliveryId: text, channel: 'a', groupKey: text, createdAtMs: 1, notice }
}

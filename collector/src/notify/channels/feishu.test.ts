import { Secret } from '@wardround/program'
import { expect, test } from 'vitest'
import { aChannel } from '../testing/a-channel.ts'
import { aNotice, aNoticeAlert } from '../testing/a-notice.ts'
import { anAlert, FIRED_AT_MS } from '../testing/a-transition.ts'
import { ACTING_MARKUP } from '../testing/acting-markup.ts'
import { describeRobot } from '../testing/describe-robot.ts'
import { startFeishu } from '../testing/robot-stand-ins.ts'
import { sendOnce } from '../testing/send-once.ts'
import { startWebhookServer } from '../testing/webhook-server.ts'
import { signature, toFeishuMessage } from './feishu.ts'

const open = (url: string, settings = {}) =>
  aChannel({ type: 'feishu', url, ...settings }, { SIGN: 'testsecret' })

describeRobot({
  acting: ACTING_MARKUP.feishu,
  markup: (text) => text.slice(text.indexOf('\n')), // the title is plain text
  shown: (text) =>
    text.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code))),
  kind: 'Feishu',
  open,
  start: startFeishu,
  code: 'code',
  codes: [
    [9499, { reason: 'clientError' }],
    [19021, { reason: 'authError' }],
    [19022, { reason: 'authError' }],
    [19024, { reason: 'authError' }],
    [11232, { reason: 'rateLimited', pauseMs: 60_000 }],
  ],
})

test('the signature is the one of the service’s own example', () => {
  expect(signature(new Secret('testsecret'), 1_700_000_000_999)).toEqual({
    timestamp: '1700000000',
    sign: 'AOc8oJ7//5OlQlfWC3nRL0R+IkuzcD1FKcAyibRK9Q8=',
  })
})

test('signature and keyword are what the robot asks for; a wrong one is given up', async () => {
  await using robot = await startFeishu({ secret: 'testsecret', keyword: '运维' })
  const signed = { signingSecret: { env: 'SIGN' } }
  await sendOnce(await open(robot.url, { ...signed, keyword: '运维' }))
  await sendOnce(await open(robot.url, { keyword: '运维' }))
  await sendOnce(await open(robot.url, signed))
  expect(robot.codes).toEqual([0, 19021, 19024])
})

test('StatusCode 0 of old is success too', async () => {
  await using server = await startWebhookServer((_hit, answer) => {
    answer.end('{"Extra":null,"StatusCode":0,"StatusMessage":"success"}')
  })
  expect(await sendOnce(await open(server.url))).toEqual({ kind: 'accepted' })
})

test('it never asks more than five times in a second', async () => {
  const channel = await open('http://10.0.0.8/')
  expect(channel.limit?.windows).toEqual([
    { requests: 100, perMs: 60_000 },
    { requests: 5, perMs: 1000 },
  ])
})

test.each([
  ['critical', undefined, 'red'],
  ['warning', undefined, 'orange'],
  ['info', undefined, 'blue'],
  ['critical', FIRED_AT_MS + 1, 'green'],
] as const)('a card about %s (ended: %s) is %s', (severity, endsAtMs, template) => {
  const alerts = [aNoticeAlert({ alert: anAlert({ severity, endsAtMs }) })]
  const message = toFeishuMessage(aNotice({ alerts, people: [{ name: '张三', feishu: 'ou_1' }] }), {
    keyword: '',
    mentionAll: 'critical',
  })
  expect(message.card.header.template).toBe(template)
  const content = message.card.elements[0]?.text.content
  const mentions =
    severity === 'critical' ? '<at id=ou_1></at><at id=all></at>' : '<at id=ou_1></at>'
  if (template !== 'green') expect(content?.endsWith(mentions)).toBe(true)
  else expect(content).not.toContain('<at')
})

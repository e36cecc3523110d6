import { Secret } from '@wardround/program'
import { expect, test } from 'vitest'
import { aChannel } from '../testing/a-channel.ts'
import { aNotice, aNoticeAlert } from '../testing/a-notice.ts'
import { anAlert, FIRED_AT_MS } from '../testing/a-transition.ts'
import { ACTING_MARKUP } from '../testing/acting-markup.ts'
import { describeRobot } from '../testing/describe-robot.ts'
import { startDingTalk } from '../testing/robot-stand-ins.ts'
import { sendOnce } from '../testing/send-once.ts'
import { signUrl, toDingTalkMessage } from './dingtalk.ts'

const open = (url: string, settings = {}) =>
  aChannel({ type: 'dingtalk', url, ...settings }, { SIGN: 'SECtest' })

const PLAIN = { keyword: '', mentionAll: 'never' } as const

describeRobot({
  acting: ACTING_MARKUP.dingtalk,
  kind: 'DingTalk',
  open,
  start: startDingTalk,
  code: 'errcode',
  codes: [
    [130101, { reason: 'rateLimited', pauseMs: 600_000 }],
    [410100, { reason: 'rateLimited', pauseMs: 600_000 }],
    [90030, { reason: 'quota', pauseMs: 3_600_000 }],
    [310000, { reason: 'authError' }],
    [460101, { reason: 'tooLong' }],
    [-1, { reason: 'serverError' }],
    [999, { reason: 'clientError' }],
  ],
})

test('the signature is the one of the service’s own example', () => {
  const url = signUrl(
    'https://oapi.dingtalk.com/robot/send?access_token=T',
    new Secret('SECtest'),
    1_700_000_000_000,
  )
  expect(url.search).toBe(
    '?access_token=T&timestamp=1700000000000&sign=aZLLrriXgn05YbwaGR7knYsLeJADjr9NwLaNNKpxh4g%3D',
  )
})

test('signature and keyword are what the robot asks for; a wrong one is given up', async () => {
  await using robot = await startDingTalk({ secret: 'SECtest', keyword: '运维' })
  const signed = { signingSecret: { env: 'SIGN' } }
  expect(await sendOnce(await open(robot.url, { ...signed, keyword: '运维' }))).toEqual({
    kind: 'accepted',
  })
  for (const settings of [{ keyword: '运维' }, signed]) {
    expect(await sendOnce(await open(robot.url, settings))).toMatchObject({ reason: 'authError' })
  }
})

test('people are mentioned in the text and beside it, while something fires', () => {
  const people = [
    { name: '张三', phone: '+8613800000000', dingtalk: 'zhang<3>' },
    { name: '李四', email: 'li@example.org' },
  ]
  const firing = toDingTalkMessage(aNotice({ people }), { ...PLAIN, mentionAll: 'critical' })
  expect(firing.at).toEqual({ atMobiles: ['13800000000'], atUserIds: ['zhang3'], isAtAll: true })
  expect(firing.markdown.text).toMatch(/\n@13800000000 @zhang3$/)
  const alert = anAlert({ endsAtMs: FIRED_AT_MS + 60_000 })
  const ended = aNotice({ people, alerts: [aNoticeAlert({ alert })] })
  expect(toDingTalkMessage(ended, { ...PLAIN, mentionAll: 'critical' }).at).toEqual({
    atMobiles: [],
    atUserIds: [],
    isAtAll: false,
  })
})

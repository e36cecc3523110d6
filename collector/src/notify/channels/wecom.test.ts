import { expect, test } from 'vitest'
import { aChannel } from '../testing/a-channel.ts'
import { aNotice } from '../testing/a-notice.ts'
import { ACTING_MARKUP } from '../testing/acting-markup.ts'
import { describeRobot } from '../testing/describe-robot.ts'
import { startWeCom } from '../testing/robot-stand-ins.ts'
import { toWeComMessage } from './wecom.ts'

describeRobot({
  acting: ACTING_MARKUP.wecom,
  kind: 'WeCom',
  open: (url, settings = {}) => aChannel({ type: 'wecom', url, ...settings }),
  start: startWeCom,
  code: 'errcode',
  codes: [
    [93000, { reason: 'authError' }],
    [45009, { reason: 'rateLimited', pauseMs: 60_000 }],
    [40058, { reason: 'tooLong' }],
    [-1, { reason: 'serverError' }],
    [40008, { reason: 'clientError' }],
  ],
})

const PEOPLE = [
  { name: '张三', phone: '13800000000', wecom: 'zhangsan' },
  { name: '李四', wecom: 'li>si' },
]

test('as Markdown people are mentioned by their ids', () => {
  const message = toWeComMessage(aNotice({ people: PEOPLE }), {
    format: 'markdown',
    mentionAll: 'never',
  })
  expect(message).toMatchObject({
    msgtype: 'markdown',
    markdown: { content: expect.stringMatching(/\n<@zhangsan><@lisi>$/) },
  })
  const toAll = toWeComMessage(aNotice(), { format: 'markdown', mentionAll: 'always' })
  expect(toAll).toMatchObject({ markdown: { content: expect.stringMatching(/\n<@all>$/) } })
})

test('as text they are mentioned by phone too, in 2,048 bytes', () => {
  const alerts = Array.from({ length: 100 }, () => aNotice().alerts).flat()
  const message = toWeComMessage(aNotice({ people: PEOPLE, alerts }), {
    format: 'text',
    mentionAll: 'always',
  })
  expect(message).toMatchObject({
    msgtype: 'text',
    text: { mentioned_list: ['zhangsan', 'lisi', '@all'], mentioned_mobile_list: ['13800000000'] },
  })
  const content = 'text' in message ? message.text.content : ''
  expect(Buffer.byteLength(content)).toBeLessThanOrEqual(2048)
  expect(content).toMatch(/还有 \d+ 条未列出\nhttp:\/\/monitor:8470\//)
})

import { expect, test } from 'vitest'
import type { NoticeOccasion } from '../notice.ts'
import { aNotice } from '../testing/a-notice.ts'
import { toDingTalkMessage } from './dingtalk.ts'
import { toFeishuMessage } from './feishu.ts'
import { toWeComMessage } from './wecom.ts'

const ROBOTS = {
  dingtalk: (occasion: NoticeOccasion) =>
    toDingTalkMessage(aNotice({ occasion }), { keyword: '', mentionAll: 'always' }).at.isAtAll,
  feishu: (occasion: NoticeOccasion) =>
    JSON.stringify(
      toFeishuMessage(aNotice({ occasion }), { keyword: '', mentionAll: 'always' }),
    ).includes('<at id=all>'),
  wecom: (occasion: NoticeOccasion) =>
    JSON.stringify(
      toWeComMessage(aNotice({ occasion }), { format: 'text', mentionAll: 'always' }),
    ).includes('@all'),
}

test.each(Object.entries(ROBOTS))('%s calls everybody, but not to a claim', (_, callsAll) => {
  expect(callsAll('news')).toBe(true)
  expect(callsAll('claim')).toBe(false)
})

import { expect, test } from 'vitest'
import { describeReason } from './readiness-text.ts'

test.each([
  {
    code: 'JOURNAL_NO_SPACE',
    detail: 'journal: no space',
    zh: '收件日志所在磁盘空间不足（journal: no space）',
    en: 'journal: no space',
  },
  {
    code: 'JOURNAL_IO',
    detail: 'journal: EIO',
    zh: '收件日志不能写入（journal: EIO）',
    en: 'journal: EIO',
  },
  { code: 'STORE', detail: 'gone', zh: '时序存储不能工作（gone）', en: 'store: gone' },
  { code: 'ALERT_STATE', detail: 'full', zh: '告警状态不能保存（full）', en: 'alert state: full' },
  { code: 'ENEW', detail: 'something', zh: 'something', en: 'something' },
])('$code is said in both languages', ({ code, detail, zh, en }) => {
  expect(describeReason(code, detail)).toEqual({ zh, en })
})

import { describe, expect, test } from 'vitest'
import { mergeNotices } from '../delivery/merge-notices.ts'
import type { Notice } from '../notice.ts'
import { aNotice, aNoticeAlert } from '../testing/a-notice.ts'
import { anAlert } from '../testing/a-transition.ts'
import { toDingTalkMessage } from './dingtalk.ts'
import { toFeishuMessage } from './feishu.ts'
import { toWeComMessage } from './wecom.ts'

type When = 'critical' | 'always'

const ROBOTS = {
  dingtalk: (notice: Notice, mentionAll: When) =>
    toDingTalkMessage(notice, { keyword: '', mentionAll }).at.isAtAll,
  feishu: (notice: Notice, mentionAll: When) =>
    JSON.stringify(toFeishuMessage(notice, { keyword: '', mentionAll })).includes('<at id=all>'),
  wecom: (notice: Notice, mentionAll: When) =>
    JSON.stringify(toWeComMessage(notice, { format: 'text', mentionAll })).includes('@all'),
}

/** A notice of a critical alert of a host. */
function ofHost(host: string, more: Partial<Notice> = {}): Notice {
  const alert = anAlert({ host, key: host, fingerprint: host })
  return aNotice({ alerts: [aNoticeAlert({ alert })], ...more })
}

describe.each(Object.entries(ROBOTS))('%s', (_, callsAll) => {
  test.each<When>(['critical', 'always'])(
    '%s calls everybody to news, repeats and escalations, never to claims and digests',
    (when) => {
      const called = (
        ['news', 'repeat', 'escalation', 'catchUp', 'digest', 'claim'] as const
      ).filter((occasion) => callsAll(aNotice({ occasion }), when))
      expect(called).toEqual(['news', 'repeat', 'escalation', 'catchUp'])
    },
  )

  test('a merged message calls everybody only where something critical is news in it', () => {
    const digest = ofHost('db1', { occasion: 'digest' })
    const repeat = ofHost('db2', { occasion: 'repeat' })
    const warning = aNotice({ alerts: [aNoticeAlert({ alert: anAlert({ severity: 'warning' }) })] })
    const calls = (...notices: Notice[]) => callsAll(mergeNotices(notices), 'critical')
    expect(calls(digest, repeat, warning)).toBe(false)
    expect(calls(digest, repeat, ofHost('db3'))).toBe(true)
    expect(calls(ofHost('db2'), repeat)).toBe(true)
  })
})

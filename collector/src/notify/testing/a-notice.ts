import type { Notice, NoticeAlert } from '../notice.ts'
import { anAlert, FIRED_AT_MS } from './a-transition.ts'

export function aNoticeAlert(more: Partial<NoticeAlert> = {}): NoticeAlert {
  return {
    alert: anAlert(),
    reason: 'condition',
    quote: undefined,
    claimedBy: undefined,
    mutes: 0,
    ...more,
  }
}

export function aNotice(more: Partial<Notice> = {}): Notice {
  return {
    occasion: 'news',
    channel: 'duty',
    route: '{}',
    groupLabels: { alertname: 'filesystem_used', host: 'db1', path: '/u01', project: 'his' },
    groupKey: '{}:{alertname="filesystem_used", host="db1", path="/u01", project="his"}',
    atMs: FIRED_AT_MS,
    language: 'zh-CN',
    timeZone: 'Asia/Shanghai',
    externalUrl: 'http://monitor:8470/',
    escalation: 0,
    people: [],
    alerts: [aNoticeAlert()],
    truncated: 0,
    ...more,
  }
}

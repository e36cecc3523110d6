import type { IncidentBook } from '../projects/incident-book.ts'
import type { Alerting } from '../notify/alerting.ts'
import type { Notifier } from '../notify/delivery/notifier.ts'
import type { UnreadyReason } from '../http/routes/health.ts'

export interface LossParts {
  readonly incidents: Pick<IncidentBook, 'dropped'>
  readonly alerting: Pick<Alerting, 'status'>
  readonly notifier: Pick<Notifier, 'status'>
}

/** What alerts, notices and incidents had no room for, since the start of the process. */
export interface Losses {
  /** Alerts without an incident, so without the clocks of the contract. */
  readonly incidents: number
  /** Transitions that the history lacks. */
  readonly transitions: number
  /** Rows of alerts of an earlier process that could not be read. */
  readonly rows: number
  /** Decisions about notices that are not on record. */
  readonly decisions: number
  /** Messages that nobody gets, by channel. */
  readonly notices: ReadonlyMap<string, number>
}

export function lossesOf({ incidents, alerting, notifier }: LossParts): Losses {
  const {
    lostTransitions: transitions,
    lostDecisions: decisions,
    unreadableRows: rows,
  } = alerting.status()
  const notices = Object.entries(notifier.status()).map(
    ([channel, { dropped }]) => [channel, dropped] as const,
  )
  return { incidents: incidents.dropped, transitions, rows, decisions, notices: new Map(notices) }
}

/** Losses that somebody must make good: what a contract counts, and what people were not told. */
export function lossNotices({ incidents, notices }: Losses): UnreadyReason[] {
  const reasons: UnreadyReason[] = []
  if (incidents > 0)
    reasons.push({
      code: 'INCIDENTS_DROPPED',
      message: {
        zh: `未了结的服务事件过多，启动以来有 ${incidents} 条告警没有计入合同服务时限；请确认并了结已恢复的事件`,
        en: `too many incidents are open: ${incidents} alerts since the start are without the clocks of their contract; accept those that are over`,
      },
    })
  for (const [channel, dropped] of notices)
    if (dropped > 0)
      reasons.push({
        code: 'NOTICES_DROPPED',
        message: {
          zh: `待发队列无法写入且内存已满，启动以来告警通道“${channel}”丢失 ${dropped} 条消息；请在页面核对当前告警`,
          en: `the outbox could not be written and memory was full: channel "${channel}" has lost ${dropped} messages since the start; see the page for what fires`,
        },
      })
  return reasons
}

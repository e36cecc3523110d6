import type { UnreadyReason } from '../http/routes/health.ts'
import type { FactFeed } from '../ingest/fact-feed.ts'
import type { JournalWriter } from '../ingest/journal-writer.ts'
import type { Alerting } from '../notify/alerting.ts'
import { detailIn } from '../notify/delivery/failure-detail.ts'
import type { Notifier } from '../notify/delivery/notifier.ts'
import { describeReason } from './readiness-text.ts'
import type { State } from '../state/state.ts'
import type { Store } from '../store/store.ts'
import { withinDeadline } from './within-deadline.ts'

export interface ReadinessParts {
  readonly writer: Pick<JournalWriter, 'failure'>
  readonly facts: Pick<FactFeed, 'failure'>
  readonly alerting: Pick<Alerting, 'status'>
  readonly store: Pick<Store, 'status'>
}

/** Everything that keeps the collector from its work now: storing, evaluating, telling. */
export async function unreadyReasons(parts: ReadinessParts): Promise<UnreadyReason[]> {
  const details = new Map<string, string>()
  // The writer refuses for the facts' sake too: then both name the one failure.
  for (const failure of [parts.writer.failure, parts.facts.failure]) {
    if (failure !== undefined) details.set(failure.code, failure.message)
  }
  const alerts = parts.alerting.status().failure
  if (alerts !== undefined) details.set('ALERT_STATE', alerts)
  const store = await describeStore(parts.store)
  if (store !== undefined) details.set('STORE', store)
  return [...details].map(([code, detail]) => ({ code, message: describeReason(code, detail) }))
}

/** What a demo says of itself. */
export const DEMO_NOTICE: UnreadyReason = {
  code: 'DEMO_DATA',
  message: {
    zh: '演示数据：所有主机、设备与数值均为虚构',
    en: 'demo data: all hosts, devices and values are invented',
  },
}

/** A moment, epoch ms, by the clocks of `notify.timeZone`. */
export type SayMoment = (atMs: number) => string

/** What should be known though nothing keeps the collector from its work. */
export async function readinessNotices(
  state: Pick<State, 'rawRecords'>,
  notifier: Pick<Notifier, 'status'>,
  sayMoment: SayMoment,
): Promise<UnreadyReason[]> {
  return [...refusingChannels(notifier), ...(await shortenedLogs(state, sayMoment))]
}

/** Channels whose newest message was given up: its people are told nothing until somebody sees to it. */
function refusingChannels(notifier: Pick<Notifier, 'status'>): UnreadyReason[] {
  return Object.entries(notifier.status()).flatMap(([channel, { refusal }]) =>
    refusal === undefined
      ? []
      : [
          {
            code: 'CHANNEL_REFUSES',
            message: {
              zh: `告警通道“${channel}”拒收，消息已放弃：${detailIn(refusal.detail, 'zh-CN')}；请检查配置后执行 wardround-collector test-notify --channel ${channel}`,
              en: `channel "${channel}" refuses messages, which were given up: ${detailIn(refusal.detail, 'en')}; check its settings with wardround-collector test-notify --channel ${channel}`,
            },
          },
        ],
  )
}

async function shortenedLogs(
  state: Pick<State, 'rawRecords'>,
  sayMoment: SayMoment,
): Promise<UnreadyReason[]> {
  try {
    const { cutUntilMs } = await withinDeadline(state.rawRecords.status())
    if (cutUntilMs === undefined) return []
    const until = sayMoment(cutUntilMs)
    const message = {
      zh: `设备日志（trap、syslog）超过 limits.rawLogBytes，${until} 之前的已提前删除，未保留满 retention.rawLogs`,
      en: `traps and syslog exceed limits.rawLogBytes: those before ${until} were deleted earlier than retention.rawLogs says`,
    }
    return [{ code: 'RAW_LOGS_CUT', message }]
  } catch {
    return [] // a state that does not answer is a reason, which unreadyReasons() gives
  }
}

async function describeStore(store: Pick<Store, 'status'>): Promise<string | undefined> {
  try {
    const { ok, reason } = await withinDeadline(store.status())
    return ok ? undefined : (reason ?? 'can not store')
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

import type { UnreadyReason } from '../http/routes/health.ts'
import type { HeartbeatSender } from './heartbeat-sender.ts'

/** What `/readyz` says of heartbeats that don't arrive: whoever waits for them believes this collector dead. */
export function heartbeatNotices(sender: Pick<HeartbeatSender, 'status'>): UnreadyReason[] {
  return [...sender.status()]
    .filter(([, { outcome }]) => outcome === 'failed')
    .map(([name]) => ({
      code: 'HEARTBEAT_FAILED',
      message: {
        zh: `心跳“${name}”未送达，对方会认为本监控中心已失效；原因见日志`,
        en: `the heartbeat "${name}" does not arrive, and whoever waits for it believes this collector dead; the log says why`,
      },
    }))
}

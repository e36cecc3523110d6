import type { UnreadyReason } from '../http/routes/health.ts'
import type { OwnNetwork } from './own-network.ts'

/** What `/readyz` says of the collector's own network: it keeps nothing from storing. */
export function networkNotices(
  network: Pick<OwnNetwork, 'frozen' | 'isNeverReached'>,
): UnreadyReason[] {
  if (network.frozen !== undefined) return [{ code: 'NETWORK_LOST', message: network.frozen }]
  return network.isNeverReached ? [{ code: 'SELF_CHECK_NEVER_REACHED', message: NEVER }] : []
}

const NEVER = {
  zh: 'notify.selfCheck 的检查目标一个也没有连上过，请核对；在此之前它不会暂缓任何告警',
  en: 'none of the targets of notify.selfCheck has ever been reached; until one is, nothing is held back. Check them',
}

import type { UnreadyReason } from '../../http/routes/health.ts'
import type { SayMoment } from '../../readiness/readiness.ts'
import type { RemoteStoreStatus } from './remote-stores.ts'

const SECONDS_PER_HOUR = 3_600

/** What /readyz says of stores outside: they keep nothing from its work. */
export function remoteStoreNotices(
  stores: readonly RemoteStoreStatus[],
  sayMoment: SayMoment,
): UnreadyReason[] {
  return stores.flatMap((store) => [
    ...failing(store),
    ...refusing(store),
    ...lacking(store, sayMoment),
  ])
}

function failing({ name, ok, failure, lagSeconds }: RemoteStoreStatus): UnreadyReason[] {
  if (ok) return []
  const hours = (lagSeconds / SECONDS_PER_HOUR).toFixed(1)
  const reason = failure?.reason
  return [
    {
      code: failure?.kind === 'refused' ? 'STORE_REFUSES' : 'STORE_BEHIND',
      message: {
        zh: `外部时序库“${name}”未能写入，已积压 ${hours} 小时${reason === undefined ? '' : `（${reason}）`}；数据保留在本机，恢复后自动补写`,
        en: `store "${name}" takes no samples, those of ${hours} hours wait${reason === undefined ? '' : ` (${reason})`}; they are kept here and written when it is back`,
      },
    },
  ]
}

function refusing({ name, deadLetters }: RemoteStoreStatus): UnreadyReason[] {
  if (deadLetters === 0) return []
  return [
    {
      code: 'STORE_DEAD_LETTERS',
      message: {
        zh: `外部时序库“${name}”拒收了 ${deadLetters} 行数据，已连同原因写入状态目录 stores/${name}/dead-letters.jsonl；内置库中仍有这些数据`,
        en: `store "${name}" refused ${deadLetters} lines; they are in stores/${name}/dead-letters.jsonl of the state directory with its words; the embedded store has these samples`,
      },
    },
  ]
}

function lacking({ name, gaps }: RemoteStoreStatus, sayMoment: SayMoment): UnreadyReason[] {
  const [first] = gaps
  if (first === undefined) return []
  const [from, to] = [first.filledToMs, first.toMs].map(sayMoment)
  return [
    {
      code: 'STORE_GAP',
      message: {
        zh: `外部时序库“${name}”缺少 ${from} 至 ${to} 的数据（停机超过 budget），将从内置库补齐`,
        en: `store "${name}" lacks samples from ${from} to ${to} (it was down for longer than its budget); they are filled in from the embedded store`,
      },
    },
  ]
}

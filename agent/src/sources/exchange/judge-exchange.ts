import type { ExchangeCount } from './exchange-session.ts'

export interface ExchangeAims {
  readonly minimum: number
  readonly tolerancePercent: number
}

export interface ExchangeVerdict {
  /** Sent less received. */
  readonly diffCount: number | undefined
  /** Its size in percent of what was sent, 100 at most; 100 where nothing was sent and something came. */
  readonly diffPercent: number | undefined
  readonly failed: number | undefined
  readonly isSuccess: boolean
}

/** Whether a window went as it should: both ends were asked, enough was sent, nothing failed, and what came is what was sent. */
export function judgeExchange(
  { from, to }: Pick<ExchangeCount, 'from' | 'to'>,
  { minimum, tolerancePercent }: ExchangeAims,
): ExchangeVerdict {
  const sent = from.count
  const received = to.count
  const failed = sum(from.failed, to.failed)
  if (sent === undefined || received === undefined)
    return { diffCount: undefined, diffPercent: undefined, failed, isSuccess: false }
  const diffCount = sent - received
  const diffPercent = toPercent(Math.abs(diffCount), sent)
  const isSuccess = sent >= minimum && (failed ?? 0) === 0 && diffPercent <= tolerancePercent
  return { diffCount, diffPercent, failed, isSuccess }
}

export function sum(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined && other === undefined ? undefined : (one ?? 0) + (other ?? 0)
}

function toPercent(part: number, whole: number): number {
  if (part === 0) return 0
  return whole <= 0 ? 100 : Math.min(100, (part / whole) * 100)
}

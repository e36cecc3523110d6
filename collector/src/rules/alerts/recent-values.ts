import type { LocalizedText, Unit } from '@wardround/protocol'
import { formatValue } from '../texts/format-value.ts'

/** A value as a rule evaluated it; `timeMs` is the sample's, epoch ms. */
export interface RecentValue {
  readonly timeMs: number
  readonly value: number
}

const MAX_VALUES = 10
const ABOUT_A_MINUTE_MS = 55_000

/** The values with one more: at most ten, about a minute apart, the last one always the newest. */
export function withValue(
  recent: readonly RecentValue[],
  timeMs: number,
  value: number,
): readonly RecentValue[] {
  const newest = { timeMs, value }
  const beforeLast = recent.at(-2)
  if (beforeLast !== undefined && timeMs - beforeLast.timeMs < ABOUT_A_MINUTE_MS)
    return [...recent.slice(0, -1), newest]
  return [...recent.slice(1 - MAX_VALUES), newest]
}

/** `近 4 分钟：81%、86%、93%`; undefined where there is nothing to compare, or where numbers say nothing. */
export function describeRecent(
  recent: readonly RecentValue[],
  unit: Unit,
): LocalizedText | undefined {
  const [first] = recent
  const last = recent.at(-1)
  if (first === undefined || last === undefined || recent.length < 2 || unit === 'state')
    return undefined
  const span = formatValue(Math.max(0, last.timeMs - first.timeMs) / 1000, 'seconds')
  // A value that JSON can't hold comes back from the outbox as null.
  const values = recent.flatMap(({ value }) =>
    Number.isFinite(value) ? [formatValue(value, unit)] : [],
  )
  return {
    zh: `近 ${span.zh}：${values.map(({ zh }) => zh).join('、')}`,
    en: `within ${span.en}: ${values.map(({ en }) => en).join(', ')}`,
  }
}

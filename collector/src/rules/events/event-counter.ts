import type { RuleStateRow } from '../alert.ts'
import type { EventRule } from '../compiled-rule.ts'
import type { Downtime } from '../alerts/row-keeper.ts'
import type { Severity } from '../severity.ts'

/** Under this rule id, which no rule file can give, rows hold what was counted: one for each rule and alert. */
export const EVENT_ROWS = '@events'

/** So many events are remembered at least, so that one that comes again isn't counted again. */
const MIN_KEPT = 100

/** Events of one host, of one kind and with the same identifying members. Times are of the engine's clock. */
export interface EventCounter {
  readonly ruleId: string
  readonly host: string
  readonly tags: Readonly<Record<string, string>>
  /** The agent that told of the newest. */
  agent: string
  /** When they came, the newest last. */
  readonly timesMs: number[]
  /** Digests of their keys, in the same order. */
  readonly keys: number[]
  /** When an event last met each severity that is active. */
  held: Partial<Record<Severity, number>>
}

/** Counts an event; false where it was counted before. */
export function countEvent(
  counter: EventCounter,
  rule: EventRule,
  key: string,
  atMs: number,
): boolean {
  const digest = digestOf(key)
  const { timesMs, keys } = counter
  if (keys.includes(digest)) return false
  const most = Math.max(MIN_KEPT, ...rule.levels.map(({ atLeast }) => atLeast))
  const surplus = Math.max(0, timesMs.length + 1 - most)
  timesMs.splice(0, surplus)
  keys.splice(0, surplus)
  timesMs.push(atMs)
  keys.push(digest)
  return true
}

/** How many came within the window that ends now. */
export function countWithin({ timesMs }: EventCounter, windowMs: number, atMs: number): number {
  let count = 0
  for (let at = timesMs.length - 1; at >= 0; at--) {
    if (atMs - (timesMs[at] ?? 0) >= windowMs) break
    count++
  }
  return count
}

/** The counter of a row; undefined where it can't be read. While nobody watched it was not quiet. */
export function fromCounterRow(
  { json }: RuleStateRow,
  { atMs, downMs }: Downtime,
): EventCounter | undefined {
  const stored = readStored(json)
  if (stored === undefined) return undefined
  const held = Object.entries(stored.held).map(
    ([severity, heldMs]) => [severity, Math.min(atMs, heldMs + downMs)] as const,
  )
  const timesMs = stored.timesMs.map((timeMs) => Math.min(atMs, timeMs))
  return { ...stored, timesMs, held: Object.fromEntries(held) }
}

function readStored(json: string): EventCounter | undefined {
  try {
    const stored: unknown = JSON.parse(json)
    const isRight =
      typeof stored === 'object' &&
      stored !== null &&
      'timesMs' in stored &&
      Array.isArray(stored.timesMs) &&
      'keys' in stored &&
      Array.isArray(stored.keys) &&
      'held' in stored &&
      typeof stored.held === 'object'
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by toCounterRow alone
    return isRight ? (stored as unknown as EventCounter) : undefined
  } catch {
    return undefined // damaged: its owner counts it
  }
}

/** 53 bits of a text (cyrb53): two of the hundred that are compared are the same by chance once in 10¹² events. */
function digestOf(text: string): number {
  let low = 0xdeadbeef
  let high = 0x41c6ce57
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    low = Math.imul(low ^ unit, 2654435761)
    high = Math.imul(high ^ unit, 1597334677)
  }
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  return 4294967296 * (2097151 & high) + (low >>> 0)
}

import type { JsonValue } from '@wardround/protocol'
import { excerptOf, textFor } from './log-excerpt.ts'
import type { ReadBounds } from './log-follower.ts'
import type { ReadRecord } from './log-records.ts'
import { matchRules, SEVERITIES, type LogRule, type Severity } from './log-rule.ts'
import { RuleCounts } from './rule-counts.ts'

/** A log that is followed, whatever it is kept in. */
export interface FollowedLog {
  /** Value of the tag `file`. */
  readonly label: string
  readonly isThere: boolean
  /** Undefined where it is not known. */
  readonly lagBytes: number | undefined
  readonly totals: {
    readonly lines: number
    readonly cutLines: number
    readonly lostFiles: number
  }
  /** Saved with the place up to which it was read. */
  readonly counts: Map<string, number>
}

export interface WatchLogOptions {
  readonly follower: FollowedLog
  /** Gives what is new of it. */
  readonly read: (onRecord: (record: ReadRecord) => void, bounds: ReadBounds) => Promise<void>
  readonly rules: readonly LogRule[]
  /** Of the body of each event, beside file, rules and text. */
  readonly about: Readonly<Record<string, string>>
  /** Whether events carry a text. */
  readonly excerpt: boolean
  readonly emitEvent: (kind: string, key: string, body: JsonValue) => void
  readonly timeMs: number
  readonly bounds: ReadBounds
}

/** Of one log in one run, where a site sets nothing. */
export const MAX_BYTES_PER_RUN = 8 * 1_048_576
/** Of one log in one run; the rest is counted. */
const MAX_EVENTS_PER_RUN = 20
const MAX_GROUPS = 8
const MAX_GROUP_LENGTH = 128

/** Reads what is new in a log, counts what the rules find and makes an event of each record that one matches. @throws ProbeError */
export async function watchLog(options: WatchLogOptions): Promise<void> {
  const { follower, rules, about, emitEvent, timeMs, bounds } = options
  const counts = new RuleCounts(follower.counts)
  let events = 0
  await options.read((record) => {
    const matched = matchRules(rules, record)
    if (matched.length === 0) return
    for (const rule of matched) countMatch(counts, rule, record, timeMs)
    if (++events > MAX_EVENTS_PER_RUN) return counts.leaveOut()
    emitEvent('log', record.key(), {
      ...about,
      file: follower.label,
      rules: matched.map(({ name }) => name),
      severity: worstOf(matched),
      ...groupsFor(matched, record, options),
      ...textFor(record.lines, options),
    })
  }, bounds)
}

function countMatch(counts: RuleCounts, rule: LogRule, record: ReadRecord, timeMs: number): void {
  counts.add(rule, timeMs)
  if (rule.counted === undefined || rule.counted.length === 0) return
  const groups = rule.groupsOf?.(record) ?? {}
  for (const group of rule.counted) {
    const value = groups[group]
    if (value !== undefined) counts.addValue(rule, group, value, timeMs)
  }
}

function worstOf(rules: readonly LogRule[]): Severity {
  const at = Math.max(...rules.map(({ severity }) => SEVERITIES.indexOf(severity)))
  return SEVERITIES[at] ?? 'info'
}

/** What named groups of the expressions hold, masked as the text is. */
function groupsFor(
  rules: readonly LogRule[],
  record: ReadRecord,
  { excerpt }: { readonly excerpt: boolean },
): { groups?: Record<string, string> } {
  if (!excerpt) return {}
  const found = rules.flatMap((rule) => Object.entries(rule.groupsOf?.(record) ?? {}))
  if (found.length === 0) return {}
  const groups = Object.fromEntries(
    found
      .slice(0, MAX_GROUPS)
      .map(([name, value]) => [name, excerptOf([value]).slice(0, MAX_GROUP_LENGTH)]),
  )
  return { groups }
}

import type { JsonValue } from '@wardround/protocol'
import { textFor } from './log-excerpt.ts'
import type { LogFiles } from './log-files.ts'
import type { LogFollower } from './log-follower.ts'
import { matchRules, type LogRule } from './log-rule.ts'

export interface WatchLogOptions {
  readonly files: LogFiles
  readonly follower: LogFollower
  readonly rules: readonly LogRule[]
  /** Of the body of each event, beside file, rules and text. */
  readonly about: Readonly<Record<string, string>>
  /** Whether events carry a text. */
  readonly excerpt: boolean
  readonly emitEvent: (kind: string, key: string, body: JsonValue) => void
  readonly signal: AbortSignal
}

const MAX_BYTES_PER_RUN = 8 * 1_048_576
/** Of one log in one run; the rest is counted. */
const MAX_EVENTS_PER_RUN = 20
const LEFT_OUT = 'events left out'

/** Reads what is new in a log, counts what the rules find and makes an event of each record that one matches. @throws ProbeError */
export async function watchLog(options: WatchLogOptions): Promise<void> {
  const { files, follower, rules, about, emitEvent, signal } = options
  let events = 0
  await files.read(
    follower,
    (record) => {
      const matched = matchRules(rules, record)
      if (matched.length === 0) return
      for (const name of matched) follower.count(countOf(name))
      if (++events > MAX_EVENTS_PER_RUN) return follower.count(LEFT_OUT)
      const body = { ...about, file: follower.label, rules: matched }
      emitEvent('log', record.key(), { ...body, ...textFor(record.lines, options) })
    },
    { maxBytes: MAX_BYTES_PER_RUN, signal },
  )
}

/** How often a rule matched since the log was first followed. */
export function matchesOf(follower: LogFollower, rule: LogRule): number {
  return follower.counts.get(countOf(rule.name)) ?? 0
}

/** Matches that were counted and became no event, because too many came in one run. */
export function eventsLeftOut(follower: LogFollower): number {
  return follower.counts.get(LEFT_OUT) ?? 0
}

function countOf(rule: string): string {
  return `rule ${rule}`
}

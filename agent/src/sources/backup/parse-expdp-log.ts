import { LogText } from '../log/log-text.ts'

/** How an export's log ends. */
export interface ExpdpEnding {
  readonly outcome: 'ok' | 'warning' | 'failed'
  /** By the log's own count; undefined where it does not say. */
  readonly elapsedMs: number | undefined
  /** The last line, and the first errors. */
  readonly lines: readonly string[]
}

/** Of a log that may have a million lines, so much of its end is read. */
export const EXPDP_TAIL_BYTES = 256 * 1024
const MOST_ERRORS = 10
const LONGEST_LINE = 300
const DAY_MS = 86_400_000

/** Data Pump's own words, in English and in simplified Chinese. */
const ENDINGS: readonly (readonly [RegExp, 'ok' | 'failed'])[] = [
  [/successfully completed|成功完成/, 'ok'],
  [/completed with \d+ error|有 *\d+ *个错误/, 'failed'],
  [/stopped due to fatal error|致命错误/, 'failed'],
  [/stopped by user request|用户请求/, 'failed'],
]

/**
 * The verdict of a Data Pump log; undefined where it has none yet. A job that says it completed and told of ORA- errors before is a warning.
 * @param tail the last bytes of the log, UTF-8 or GB18030
 */
export function parseExpdpLog(tail: Buffer): ExpdpEnding | undefined {
  const lines = linesOf(tail)
  const at = lines.findLastIndex((line) => outcomeOf(line) !== undefined)
  const last = lines[at]
  const outcome = last === undefined ? undefined : outcomeOf(last)
  if (last === undefined || outcome === undefined) return undefined
  const errors = lines.filter((line) => /^(?:ORA|UDE|KUP)-\d{5}/.test(line)).slice(0, MOST_ERRORS)
  return {
    outcome: outcome === 'ok' && errors.length > 0 ? 'warning' : outcome,
    elapsedMs: elapsedOf(last),
    lines: [last, ...errors],
  }
}

/** A line of a table that is called so is none: the job's line begins with the job. */
function outcomeOf(line: string): 'ok' | 'failed' | undefined {
  if (!/^(?:Job|作业) *"/.test(line)) return undefined
  return ENDINGS.find(([words]) => words.test(line))?.[1]
}

function elapsedOf(line: string): number | undefined {
  const found = /elapsed (\d{1,5}) (\d\d):(\d\d):(\d\d)/.exec(line)
  if (found === null) return undefined
  const [, days = 0, hours = 0, minutes = 0, seconds = 0] = found.map(Number)
  return days * DAY_MS + ((hours * 60 + minutes) * 60 + seconds) * 1000
}

function linesOf(tail: Buffer): readonly string[] {
  // the first line may be half, and with it a character
  const start = tail.length < EXPDP_TAIL_BYTES ? 0 : tail.indexOf(0x0a) + 1
  const text = new LogText('auto').decode(tail.subarray(start), true)
  return text.split(/\r?\n/).map((line) => line.slice(0, LONGEST_LINE).trim())
}

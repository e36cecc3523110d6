import { parseDurationMs } from '@wardround/program'
import { badRequest } from './problem.ts'

const EPOCH_MS = /^\d{1,16}$/
const RELATIVE = /^-(\d+(?:\.\d+)?(?:ms|s|m|h|d))$/
/**
 * RFC 3339 with its offset: a time without one would depend on where it is read. The offset's plus may be a space: that is what a `+` means in
 * an address, and who writes one by hand forgets to write %2B.
 */
const RFC3339 =
  /^(\d{4}-\d{2}-\d{2})[Tt ]((?:[01]\d|2[0-3]):\d{2}:\d{2}(?:\.\d+)?)([Zz]|[+ -](?:[01]\d|2[0-3]):[0-5]\d)$/

/**
 * A time of a request: epoch milliseconds, RFC 3339, `now`, or relative to now (`-5m`).
 * @throws HttpProblem 400 that names the parameter
 */
export function parseRequestTime(text: string, parameter: string, nowMs: number): number {
  if (text === 'now') return nowMs
  if (EPOCH_MS.test(text)) return Number(text)
  const relative = RELATIVE.exec(text)?.[1]
  if (relative !== undefined) return nowMs - parseDurationMs(relative)
  const parsed = parseRfc3339(text)
  if (Number.isFinite(parsed)) return parsed
  throw badRequest({
    zh: `${parameter}：“${text}”不是时间；应为 RFC 3339（2026-11-22T08:00:00Z）、毫秒数、now 或相对时间（-5m）`,
    en: `${parameter}: "${text}" is no time; expected RFC 3339 (2026-11-22T08:00:00Z), epoch milliseconds, now, or relative to now (-5m)`,
  })
}

/** NaN where it is none. */
function parseRfc3339(text: string): number {
  const [, date, time, offset] = RFC3339.exec(text) ?? []
  if (date === undefined || time === undefined || offset === undefined) return Number.NaN
  // Date.parse takes 30 February for 2 March.
  const dayMs = Date.parse(`${date}T00:00:00Z`)
  if (Number.isNaN(dayMs) || !new Date(dayMs).toISOString().startsWith(date)) return Number.NaN
  return Date.parse(`${date}T${time}${offset.toUpperCase().replace(' ', '+')}`)
}

/** A step or other length of time of a request. @throws HttpProblem 400 that names the parameter */
export function parseRequestDuration(text: string, parameter: string): number {
  try {
    const durationMs = parseDurationMs(text)
    if (durationMs > 0) return durationMs
  } catch {
    // told below, with the parameter's name
  }
  throw badRequest({
    zh: `${parameter}：“${text}”不是时长；应为数字加 ms、s、m、h 或 d，例如 10s`,
    en: `${parameter}: "${text}" is no duration; expected a number and ms, s, m, h or d, such as 10s`,
  })
}

/**
 * Milliseconds that a Retry-After header asks for: seconds, or a date (RFC 9110, 10.2.3). Undefined where there is none or it says neither; at most
 * `maxMs`: nobody is waited for longer.
 */
export function readRetryAfterMs(
  header: string | string[] | undefined,
  nowMs: number,
  maxMs: number,
): number | undefined {
  const text = (Array.isArray(header) ? header[0] : header)?.trim()
  if (text === undefined || text === '') return undefined
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - nowMs
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(0, waitMs), maxMs)
}

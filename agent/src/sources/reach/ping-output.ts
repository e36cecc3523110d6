/** What ping(8) counted; undefined is what it did not say. */
export interface PingCounts {
  readonly transmitted: number
  readonly received: number
  readonly lossPercent: number
  readonly minimumMs: number | undefined
  readonly averageMs: number | undefined
  readonly maximumMs: number | undefined
  readonly deviationMs: number | undefined
}

const COUNTS = /^(\d{1,9}) packets transmitted, (\d{1,9}) (?:packets )?received,/m
const TIMES =
  /^(?:rtt|round-trip) min\/avg\/max(?:\/(?:mdev|stddev))? = ([\d.]{1,20})\/([\d.]{1,20})\/([\d.]{1,20})(?:\/([\d.]{1,20}))?/m

/** Parses the summary of iputils, busybox and BSD; undefined where there is none (the host is not known, …). */
export function parsePing(output: string): PingCounts | undefined {
  const counts = COUNTS.exec(output)
  if (counts === null) return undefined
  const transmitted = Number(counts[1])
  const received = Math.min(transmitted, Number(counts[2])) // duplicates are no answers more
  const [minimumMs, averageMs, maximumMs, deviationMs] = (TIMES.exec(output) ?? [])
    .slice(1)
    .map(numberIn)
  return {
    transmitted,
    received,
    lossPercent: transmitted === 0 ? 100 : (100 * (transmitted - received)) / transmitted,
    minimumMs,
    averageMs,
    maximumMs,
    deviationMs,
  }
}

function numberIn(text: string | undefined): number | undefined {
  const value = Number(text ?? Number.NaN)
  return Number.isFinite(value) ? value : undefined
}

const NOT_KNOWN =
  /unknown host|Name or service not known|Temporary failure in name resolution|No address associated|bad address|cannot resolve/i
const NOT_PERMITTED = /Operation not permitted|Permission denied|are you root/i

/** What a ping without a summary says. */
export function whyNoPing(said: string): 'unknown_host' | 'not_permitted' | 'other' {
  if (NOT_KNOWN.test(said)) return 'unknown_host'
  return NOT_PERMITTED.test(said) ? 'not_permitted' : 'other'
}

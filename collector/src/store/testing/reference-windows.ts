import type { Query } from '@wardround/query'

const DAY_MS = 86_400_000
/** Clocks are changed at quarters of an hour. */
const QUARTER_MS = 900_000

export interface ReferenceWindow {
  readonly startMs: number
  readonly endMs: number
}

/** The windows of a query and the one before the first, found step by step: slow and plain, so that it can be believed. */
export function referenceWindows({ fromMs, toMs, stepMs, timeZone }: Query): ReferenceWindow[] {
  const starts = timeZone === undefined ? epochStarts(fromMs, toMs, stepMs) : []
  if (timeZone !== undefined) starts.push(...zoneStarts(fromMs, toMs, stepMs, timeZone))
  const windows = starts
    .slice(0, -1)
    .map((startMs, i) => ({ startMs, endMs: starts[i + 1]! }))
    .filter(({ startMs }) => startMs < toMs)
  const first = windows.findIndex(({ endMs }) => endMs > fromMs)
  return windows.slice(first - 1)
}

function epochStarts(fromMs: number, toMs: number, stepMs: number): number[] {
  const starts: number[] = []
  const firstMs = Math.floor(fromMs / stepMs) * stepMs - stepMs
  for (let at = firstMs; at < toMs + stepMs; at += stepMs) starts.push(at)
  return starts
}

function zoneStarts(fromMs: number, toMs: number, stepMs: number, timeZone: string): number[] {
  const daysEach = Math.max(1, stepMs / DAY_MS)
  const midnights = midnightsBetween(
    fromMs - (2 * daysEach + 2) * DAY_MS,
    toMs + (2 * daysEach + 2) * DAY_MS,
    timeZone,
  )
  if (stepMs >= DAY_MS)
    return midnights.filter(({ day }) => day % daysEach === 0).map(({ atMs }) => atMs)
  return midnights.slice(0, -1).flatMap(({ atMs }, i) => {
    const starts: number[] = []
    for (let at = atMs; at < midnights[i + 1]!.atMs; at += stepMs) starts.push(at)
    return starts
  })
}

/** Each quarter of an hour at which another date begins, and the number of that day since 1970-01-01. */
function midnightsBetween(
  fromMs: number,
  toMs: number,
  timeZone: string,
): { atMs: number; day: number }[] {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' })
  const found: { atMs: number; day: number }[] = []
  let before: string | undefined
  for (let at = Math.floor(fromMs / QUARTER_MS) * QUARTER_MS; at < toMs; at += QUARTER_MS) {
    const date = format.format(at)
    if (before !== undefined && date !== before)
      found.push({ atMs: at, day: Date.parse(date) / DAY_MS })
    before = date
  }
  return found
}

const MINUTE_MS = 60_000
/** How far back `matches_10m` reaches. */
const MINUTES = 10

const KEY = /^recent (\d+) ([^]*)$/

/**
 * Counts by the minute in the map of a log's other counts, with which they are saved: so they outlive a restart. A match counts when it is
 * found, not when the log says it happened: what was written while the agent was down is told, too.
 */
export function addRecent(counts: Map<string, number>, name: string, timeMs: number): void {
  const key = `recent ${Math.floor(timeMs / MINUTE_MS)} ${name}`
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

/** Of the last ten minutes, by name; what is older, or of a clock that was set back, is forgotten. */
export function takeRecent(counts: Map<string, number>, timeMs: number): Map<string, number> {
  const now = Math.floor(timeMs / MINUTE_MS)
  const recent = new Map<string, number>()
  for (const [key, count] of counts) {
    const [, minute, name = ''] = KEY.exec(key) ?? []
    if (minute === undefined) continue
    const age = now - Number(minute)
    if (age >= 0 && age < MINUTES) recent.set(name, (recent.get(name) ?? 0) + count)
    else counts.delete(key)
  }
  return recent
}

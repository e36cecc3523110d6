/**
 * How many transactions of one set of MySQL's are not in another: `uuid:1-5:11,uuid:tag:3` (tags since 8.4).
 * @returns undefined for a text that is no such set
 */
export function countMissingGtids(received: string, executed: string): number | undefined {
  const wanted = parseSet(received)
  const done = parseSet(executed)
  if (wanted === undefined || done === undefined) return undefined
  let missing = 0
  for (const [origin, intervals] of wanted)
    missing += countUncovered(intervals, done.get(origin) ?? [])
  return missing
}

/** How far a replica of MariaDB's is behind what it has received: `domain-server-sequence,…`, summed over the domains. */
export function countMissingSequences(received: string, executed: string): number | undefined {
  const wanted = parsePositions(received)
  const done = parsePositions(executed)
  if (wanted === undefined || done === undefined) return undefined
  let missing = 0
  for (const [domain, sequence] of wanted)
    missing += Math.max(0, sequence - (done.get(domain) ?? 0))
  return missing
}

type Interval = readonly [first: number, last: number]

function parseSet(text: string): Map<string, Interval[]> | undefined {
  const set = new Map<string, Interval[]>()
  for (const part of text.split(',').map((each) => each.trim())) {
    if (part === '') continue
    const [uuid = '', ...rest] = part.toLowerCase().split(':')
    let origin = uuid
    for (const piece of rest) {
      const match = /^(\d+)(?:-(\d+))?$/.exec(piece)
      if (match === null && !/^[a-z_][a-z0-9_]*$/.test(piece)) return undefined
      if (match === null) origin = `${uuid}:${piece}`
      else add(set, origin, [Number(match[1]), Number(match[2] ?? match[1])])
    }
    if (rest.length === 0) return undefined
  }
  return set
}

function add(set: Map<string, Interval[]>, origin: string, interval: Interval): void {
  const intervals = set.get(origin)
  if (intervals === undefined) set.set(origin, [interval])
  else intervals.push(interval)
}

/** One pass over both: a set may have thousands of intervals. Those of one set don't overlap each other. */
function countUncovered(wanted: readonly Interval[], done: readonly Interval[]): number {
  const covered = done.toSorted(byFirst)
  let missing = 0
  let from = 0
  for (const [first, last] of wanted.toSorted(byFirst)) {
    missing += last - first + 1
    while ((covered[from]?.[1] ?? Infinity) < first) from++
    for (let at = from; (covered[at]?.[0] ?? Infinity) <= last; at++)
      missing -= overlap([first, last], covered[at] ?? [0, -1])
  }
  return missing
}

function byFirst([a]: Interval, [b]: Interval): number {
  return a - b
}

function overlap([first, last]: Interval, [from, to]: Interval): number {
  return Math.max(0, Math.min(last, to) - Math.max(first, from) + 1)
}

function parsePositions(text: string): Map<string, number> | undefined {
  const positions = new Map<string, number>()
  for (const part of text.split(',').map((each) => each.trim())) {
    if (part === '') continue
    const match = /^(\d+)-\d+-(\d+)$/.exec(part)
    if (match?.[1] === undefined) return undefined
    positions.set(match[1], Math.max(positions.get(match[1]) ?? 0, Number(match[2])))
  }
  return positions
}

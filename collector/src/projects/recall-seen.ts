import type { Logger } from '@wardround/program'
import { CATALOGUE } from '@wardround/protocol'
import type { Query, TagFilter } from '@wardround/query'
import type { Agent } from '../ingest/agent.ts'
import type { Store } from '../store/store.ts'
import { SEEN_FIELDS, type SeenPoints } from './seen-points.ts'

export interface RecallParts {
  readonly store: Pick<Store, 'query'>
  /** Agents, with when an earlier process heard of them. */
  readonly registry: Iterable<Pick<Agent, 'host' | 'lastSeenMs'>>
  readonly log: Logger
  readonly nowMs: () => number
}

/** What was seen in an earlier process is asked for so far back. */
const RECALL_MS = 2 * 86_400_000
const HOUR_MS = 3_600_000
/** The hour in which a host was last seen is looked through by minutes, that minute by seconds. */
const FINER_MS = [60_000, 1000]

/** In which window a host or device was last seen, and by what. */
interface Sighting {
  readonly measurement: string
  readonly field: string
  /** Start of the window, epoch ms. */
  readonly fromMs: number
}

/**
 * Asks the store what was seen before this start: points to the hour, hosts and devices to the second of their last sample. Of an agent of which the
 * store has nothing that late it counts when it was last heard of. What cannot be asked for is taken for never seen.
 */
export async function recallSeen(parts: RecallParts, seen: SeenPoints): Promise<void> {
  const toMs = parts.nowMs()
  let sightings = await recallPoints(parts, seen, toMs)
  let windowMs = HOUR_MS
  for (const stepMs of FINER_MS) {
    sightings = await narrow(parts, sightings, { windowMs, stepMs, toMs })
    windowMs = stepMs
  }
  for (const [subject, { fromMs }] of sightings) seen.recallSubject(subject, fromMs)
  for (const { host, lastSeenMs } of parts.registry)
    if (lastSeenMs !== undefined && seen.seenAtMs(host) === undefined)
      seen.recallSubject(host, lastSeenMs)
}

type Sightings = ReadonlyMap<string, Sighting>

/** A point counts as seen until the end of its hour: what may still be there is not missed. */
async function recallPoints(
  parts: RecallParts,
  seen: SeenPoints,
  toMs: number,
): Promise<Sightings> {
  const sightings = new Map<string, Sighting>()
  for (const [measurement, fields] of Object.entries(SEEN_FIELDS)) {
    const groupBy = ['host', ...tagsOf(measurement)]
    for (const field of fields) {
      const fromMs = toMs - RECALL_MS
      const query = { measurement, field, groupBy, stepMs: HOUR_MS, fromMs, toMs }
      for (const { tags, points } of await ask(parts, query)) {
        const [timeMs, value] = points.at(-1) ?? []
        const { host, ...own } = tags
        if (host === undefined || timeMs === undefined || typeof value !== 'number') continue
        const shape = { measurement, field, tags: Object.entries(own).toSorted(byName) }
        seen.recallPoint(host, shape, Math.min(timeMs + HOUR_MS, toMs), value)
        if (timeMs > (sightings.get(host)?.fromMs ?? -Infinity))
          sightings.set(host, { measurement, field, fromMs: Math.max(timeMs, fromMs) })
      }
    }
  }
  return sightings
}

/** The same in shorter windows; as it was where the store does not answer. Those of one window are asked for together. */
async function narrow(
  parts: RecallParts,
  sightings: Sightings,
  { windowMs, stepMs, toMs }: { windowMs: number; stepMs: number; toMs: number },
): Promise<Sightings> {
  const together = Map.groupBy(sightings, ([, { measurement, field, fromMs }]) =>
    JSON.stringify([measurement, field, fromMs]),
  )
  const narrowed = new Map(sightings)
  for (const [first, ...others] of together.values()) {
    if (first === undefined) continue
    const [, sighting] = first
    const values = [first, ...others].map(([subject]) => subject)
    const series = await ask(parts, {
      ...sighting,
      where: [{ tag: 'host', operator: 'in', values }],
      groupBy: ['host'],
      stepMs,
      toMs: Math.min(sighting.fromMs + windowMs, toMs),
    })
    for (const { tags, points } of series) {
      const fromMs = points.at(-1)?.[0]
      const { host } = tags
      if (host !== undefined && fromMs !== undefined) narrowed.set(host, { ...sighting, fromMs })
    }
  }
  return narrowed
}

interface Asked extends Pick<Query, 'measurement' | 'groupBy' | 'stepMs' | 'fromMs' | 'toMs'> {
  readonly field: string
  readonly where?: readonly TagFilter[]
}

async function ask({ store, log }: RecallParts, { field, where = [], ...query }: Asked) {
  try {
    const fields = [field]
    const asked: Query = { ...query, fields, where, projects: 'all', aggregate: 'last' }
    return (await store.query(asked)).series
  } catch (error) {
    const { measurement } = query
    log.warn({ err: error, measurement, field }, 'what was seen earlier could not be read')
    return []
  }
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1
}

function tagsOf(measurement: string): readonly string[] {
  const declared = CATALOGUE.find(({ measurements }) => Object.hasOwn(measurements, measurement))
  return declared?.measurements[measurement]?.identifyingTags ?? []
}

import { openLog } from '@wardround/program'
import { SeriesTable } from '@wardround/protocol'
import type { Query } from '@wardround/query'
import { expect, test } from 'vitest'
import { recallSeen } from './recall-seen.ts'
import { SeenPoints } from './seen-points.ts'

const HOUR_MS = 3_600_000
const NOW_MS = Date.UTC(2026, 10, 22, 4, 30, 20)

/** Stands in for the store: the probe's samples of hosts, answered by windows. */
function storeOf(samples: Readonly<Record<string, readonly number[]>>) {
  return async ({ measurement, where, fromMs, toMs, stepMs, groupBy }: Query) => {
    const [only] = where
    const asked = only !== undefined && 'values' in only ? only.values : Object.keys(samples)
    const own = groupBy.length > 1 ? { probe: 'host.cpu', target: 'host' } : {}
    const series = asked.flatMap((host) => {
      const within = (samples[host] ?? []).filter((at) => fromMs <= at && at < toMs)
      const windows = new Set(within.map((at) => at - (at % stepMs)))
      const points = [...windows].map((at) => [at, 1] as const)
      return measurement !== 'probe' || points.length === 0
        ? []
        : [{ field: 'success', tags: { host, ...own }, points }]
    })
    return { series }
  }
}

async function recalled(
  samples: Readonly<Record<string, readonly number[]>>,
  registry: { host: string; lastSeenMs: number | undefined }[] = [],
) {
  const seen = new SeenPoints(new SeriesTable())
  const log = openLog({ name: 'test', level: 'silent' })
  const store = { query: storeOf(samples) }
  await recallSeen({ store, registry, log, nowMs: () => NOW_MS }, seen)
  return seen
}

test('after a restart a host was last seen at its last sample, to the second, and not at the restart', async () => {
  const died = NOW_MS - 25 * 60_000
  const long = NOW_MS - 30 * HOUR_MS
  const seen = await recalled({ died: [died - 60_000, died], long: [long], both: [long, died] })
  expect(seen.seenAtMs('died')).toBe(died)
  expect(seen.seenAtMs('long')).toBe(long)
  expect(seen.seenAtMs('both')).toBe(died)
  expect(seen.seenAtMs('never')).toBeUndefined()
  expect(seen.find('died', 'probe')[0]?.atMs).toBe(NOW_MS)
})

test('of an agent of which the store has nothing that late it counts when it was heard of', async () => {
  const days = NOW_MS - 5 * 24 * HOUR_MS
  const seen = await recalled({ here: [NOW_MS - 1000 * 60] }, [
    { host: 'gone', lastSeenMs: days },
    { host: 'here', lastSeenMs: NOW_MS },
    { host: 'new', lastSeenMs: undefined },
  ])
  expect(seen.seenAtMs('gone')).toBe(days)
  expect(seen.seenAtMs('here')).toBe(NOW_MS - 60_000)
  expect(seen.seenAtMs('new')).toBeUndefined()
})

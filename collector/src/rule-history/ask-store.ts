import type { HistoryNeed, PointHistory } from '../rules/history.ts'
import type { Store } from '../store/store.ts'

/**
 * Asks a store for what functions of rules need to know of the past: one question per aggregate for all hosts. Steps are whole and closed: what is
 * newer comes as samples.
 * @throws QueryError when it is more than the store answers at once; the signal's reason
 */
export async function askStore(
  store: Pick<Store, 'query'>,
  need: HistoryNeed,
  nowMs: number,
  signal: AbortSignal,
): Promise<PointHistory[]> {
  const { measurement, field, groupBy, stepMs } = need
  const toMs = Math.floor(nowMs / stepMs) * stepMs
  const fromMs = toMs - Math.ceil(need.windowMs / stepMs) * stepMs
  const window = { groupBy, stepMs, fromMs, toMs }
  const [values, counts] = await inTurn(need.aggregates, (aggregate) =>
    store.query(
      { measurement, fields: [field], projects: 'all', where: [], aggregate, ...window },
      { signal },
    ),
  )
  const countsBy = new Map(
    counts?.series.map(({ tags, points }) => [tagKey(tags), new Map(points)]),
  )
  return (values?.series ?? []).map(({ tags, points }) => {
    const countAt = countsBy.get(tagKey(tags))
    return {
      tags,
      points: {
        times: Float64Array.from(points, ([timeMs]) => timeMs + stepMs / 2),
        values: Float64Array.from(points, ([, value]) => value ?? Number.NaN),
        counts: Float64Array.from(points, ([timeMs]) => countAt?.get(timeMs) ?? 1),
      },
    }
  })
}

function tagKey(tags: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(tags).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

async function inTurn<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (const item of items) results.push(await run(item))
  return results
}

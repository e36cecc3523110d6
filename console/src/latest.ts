import { fetchQuery } from './api.ts'
import { useRefreshed } from './use-refreshed.ts'

const LOOK_BACK_MS = 5 * 60_000
const REFRESH_MS = 15_000
const NONE: ReadonlyMap<string, Readonly<Record<string, number>>> = new Map()

/** The newest value of some fields of a measurement, by the value of one tag; read again every quarter of a minute. */
export function useLatest(
  host: string,
  measurement: string,
  tag: string,
  fields: readonly string[],
): ReadonlyMap<string, Readonly<Record<string, number>>> {
  const [rows] = useRefreshed(
    (signal) => fetchLatest(host, measurement, tag, fields, signal),
    NONE,
    REFRESH_MS,
    [host, measurement, tag, fields.join(',')],
  )
  return rows
}

async function fetchLatest(
  host: string,
  measurement: string,
  tag: string,
  fields: readonly string[],
  signal: AbortSignal,
) {
  const nowMs = Date.now()
  const rows = new Map<string, Record<string, number>>()
  for (const field of fields) {
    const series = await fetchQuery(
      {
        measurement,
        field,
        where: { host },
        aggregate: 'last',
        groupBy: [tag],
        step: '10s',
        fromMs: nowMs - LOOK_BACK_MS,
        toMs: nowMs,
      },
      signal,
    )
    for (const { tags, points } of series) {
      const key = tags[tag]
      const newest = points.at(-1)
      if (key === undefined || newest === undefined) continue
      const row = rows.get(key) ?? {}
      row[field] = newest[1]
      rows.set(key, row)
    }
  }
  return rows
}

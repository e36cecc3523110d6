import type { TagFilter } from '@wardround/query'
import type { SeriesListing } from '../../store/store.ts'
import type { TimeRange } from '../conditions/time-range.ts'
import type { SelectContext } from '../select/select-context.ts'

const DAY_MS = 86_400_000

/** The series of a measurement as InfluxDB writes them: `cpu,cpu=cpu0,host=db1`. Of the last week where the condition says no time. */
export async function seriesKeys(
  { measurement, fields }: SeriesListing['measurements'][number],
  { where, range }: { readonly where: readonly TagFilter[]; readonly range: TimeRange },
  { store, projects, signal, nowMs }: SelectContext,
): Promise<string[]> {
  const toMs = range.toMs ?? nowMs + 2 * DAY_MS
  const fromMs = Math.max(0, range.fromMs ?? nowMs - 7 * DAY_MS)
  if (fromMs >= toMs) return []
  const answer = await store.answer(
    {
      measurement,
      fields,
      projects,
      where,
      aggregate: 'count',
      groupBy: [],
      stepMs: Math.ceil(toMs / DAY_MS) * DAY_MS,
      fromMs,
      toMs,
    },
    { eachSeries: true, signal },
  )
  return [...new Set(answer.map(({ tags }) => toKey(measurement, tags)))]
}

function toKey(measurement: string, tags: Readonly<Record<string, string>>): string {
  const pairs = Object.keys(tags)
    .toSorted()
    .map((tag) => `,${escape(tag)}=${escape(tags[tag]!)}`)
  return measurement.replaceAll(/[, ]/g, String.raw`\$&`) + pairs.join('')
}

function escape(text: string): string {
  return text.replaceAll(/[,= ]/g, String.raw`\$&`)
}

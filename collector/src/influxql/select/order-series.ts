import type { SelectStatement, Slice } from '../language/syntax.ts'
import type { ResultColumn, ResultSeries } from '../result.ts'

/** By measurement, then by the values of the tags, in the order of their bytes. */
export function sortSeries(series: readonly ResultSeries[], descending: boolean): ResultSeries[] {
  const keyed = series.map((one) => ({ one, key: keyOf(one) }))
  const sorted = keyed.toSorted((a, b) => Buffer.compare(a.key, b.key)).map(({ one }) => one)
  return descending ? sorted.toReversed() : sorted
}

function keyOf({ name, tags = {} }: ResultSeries): Buffer {
  const values = Object.keys(tags)
    .toSorted()
    .map((tag) => tags[tag])
  return Buffer.from([name, ...values].join('\0'))
}

/** What LIMIT and OFFSET leave of the rows, and SLIMIT and SOFFSET of the series. */
export function sliceSeries(
  all: readonly ResultSeries[],
  { rows, series, descending }: Pick<SelectStatement, 'rows' | 'series' | 'descending'>,
): ResultSeries[] {
  return sliceSets(all, series)
    .map((one) => (descending ? reverse(one) : one))
    .map((one) => sliceRows(one, rows))
    .filter(({ times }) => times.length > 0)
}

/** InfluxDB counts series in the order of the tags that they have, and then of those tags' values. */
function sliceSets(all: readonly ResultSeries[], by: Slice): readonly ResultSeries[] {
  if (by.limit === 0 && by.offset === 0) return all
  const keyed = all.map((one) => ({ one, key: setKeyOf(one) }))
  const sorted = keyed.toSorted((a, b) => Buffer.compare(a.key, b.key)).map(({ one }) => one)
  const kept = new Set(slice(sorted, by))
  return all.filter((one) => kept.has(one))
}

function setKeyOf({ name, tags = {} }: ResultSeries): Buffer {
  const present = Object.keys(tags)
    .toSorted()
    .filter((tag) => tags[tag] !== '')
  return Buffer.from([name, ...present, ...present.map((tag) => tags[tag])].join('|'))
}

function slice<T>(all: readonly T[], { limit, offset }: Slice): readonly T[] {
  return limit === 0 && offset === 0
    ? all
    : all.slice(offset, limit === 0 ? undefined : offset + limit)
}

function sliceRows(series: ResultSeries, { limit, offset }: Slice): ResultSeries {
  if (limit === 0 && offset === 0) return series
  const end = limit === 0 ? series.times.length : offset + limit
  return {
    ...series,
    times: series.times.slice(offset, end),
    columns: series.columns.map(({ name, values }) => ({
      name,
      values: values.slice(offset, end),
    })),
  }
}

function reverse(series: ResultSeries): ResultSeries {
  return {
    ...series,
    times: series.times.toReversed(),
    columns: series.columns.map(({ name, values }): ResultColumn => ({
      name,
      values: values.toReversed(),
    })),
  }
}

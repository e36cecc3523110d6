import { fetchQuery, type QuerySeries } from './api.ts'
import type { ChartDefinition, LineDefinition } from './chart-definitions.ts'
import { alignPoints, timesOf, type TimeWindow } from './time-grid.ts'

/** A line ready to draw: its name and one value for each time of the chart, null where there is a gap. */
export interface ChartLine {
  readonly name: string
  readonly values: readonly (number | null)[]
}

export interface ChartData {
  /** Epoch seconds, evenly spaced, so that a gap stays a gap. */
  readonly times: readonly number[]
  readonly lines: readonly ChartLine[]
}

/** Reads all lines of a chart for one host. */
export async function fetchChart(
  chart: ChartDefinition,
  host: string,
  window: TimeWindow,
  nameOf: (line: LineDefinition, split: string | undefined) => string,
  signal: AbortSignal,
): Promise<ChartData> {
  const answers = await Promise.all(
    chart.lines.map((line) => fetchLine(line, host, window, signal)),
  )
  const times = timesOf(window)
  const lines = answers.flatMap((series, index) => {
    const line = chart.lines[index]
    if (line === undefined) return []
    return series.map((one) => ({
      name: nameOf(line, line.splitBy === undefined ? undefined : one.tags[line.splitBy]),
      values: alignPoints(one, window),
    }))
  })
  return { times, lines }
}

function fetchLine(
  line: LineDefinition,
  host: string,
  window: TimeWindow,
  signal: AbortSignal,
): Promise<readonly QuerySeries[]> {
  const groupBy = line.splitBy === undefined ? [] : [line.splitBy]
  return fetchQuery(
    {
      measurement: line.measurement,
      field: line.field,
      aggregate: line.aggregate,
      where: { host, ...line.where },
      groupBy,
      step: window.step,
      fromMs: window.fromMs,
      toMs: window.toMs,
    },
    signal,
  )
}

import { useEffect, useState } from 'preact/hooks'
import { Chart } from './chart.tsx'
import { fetchChart, type ChartData } from './chart-data.ts'
import { HOST_CHARTS, type ChartDefinition, type LineDefinition } from './chart-definitions.ts'
import { language, text } from './i18n/language.ts'
import { windowEnding } from './time-grid.ts'
import { range, RANGES } from './time-range.ts'

const SHORTEST_REFRESH_MS = 10_000
/** How often devices are asked. */
const POLLED_SECONDS = 60

/** All charts of a host over the chosen range; each reads its data again as new windows fill. */
export function HostCharts({ host, isPolled }: { host: string; isPolled: boolean }) {
  return (
    <div class="charts">
      {HOST_CHARTS.map((chart) => (
        <HostChart key={`${host} ${chart.title}`} host={host} chart={chart} isPolled={isPolled} />
      ))}
    </div>
  )
}

interface HostChartProps {
  readonly host: string
  readonly chart: ChartDefinition
  readonly isPolled: boolean
}

function HostChart({ host, chart, isPolled }: HostChartProps) {
  const { data, failure } = useChart(host, chart, isPolled ? POLLED_SECONDS : 0)
  if (data !== undefined && data.lines.length === 0) return null
  return (
    <section class="card chart" data-chart={chart.title}>
      <h3>{text(chart.title)}</h3>
      {failure !== undefined && <p class="failure">{text('failed') + failure}</p>}
      {data !== undefined && <Chart data={data} unit={chart.unit} syncKey={host} />}
    </section>
  )
}

function useChart(
  host: string,
  chart: ChartDefinition,
  leastSeconds: number,
): { data: ChartData | undefined; failure: string | undefined } {
  const [data, setData] = useState<ChartData>()
  const [failure, setFailure] = useState<string>()
  const chosen = RANGES[range.value]
  const words = language.value

  useEffect(() => {
    const controller = new AbortController()
    const refresh = async () => {
      try {
        setData(
          await fetchChart(
            chart,
            host,
            windowEnding(Date.now(), chosen, Math.max(leastSeconds, chart.everySeconds ?? 0)),
            lineName,
            controller.signal,
          ),
        )
        setFailure(undefined)
      } catch (error) {
        if (!controller.signal.aborted)
          setFailure(error instanceof Error ? error.message : String(error))
      }
    }
    void refresh()
    const timer = setInterval(() => void refresh(), Math.max(SHORTEST_REFRESH_MS, chosen.stepMs))
    return () => {
      controller.abort()
      clearInterval(timer)
    }
  }, [host, chart, chosen, words, leastSeconds])

  return { data, failure }
}

function lineName(line: LineDefinition, split: string | undefined): string {
  const label = line.label === undefined ? '' : text(line.label)
  return [split, label].filter((part) => part !== undefined && part !== '').join(' ')
}

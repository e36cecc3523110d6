import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import type { ChartData } from './chart-data.ts'
import type { ChartDefinition } from './chart-definitions.ts'
import { formatBytes, formatCount, formatPercent } from './format.ts'
import { language, text } from './i18n/language.ts'
import { timeZone, wallTime } from './wall-time.ts'

const COLOURS = [
  '#0b7a75',
  '#c8553d',
  '#5566c4',
  '#b8860b',
  '#7d4f9e',
  '#3a8f4d',
  '#b0447a',
  '#607080',
]
const HEIGHT = 180

const FORMATS: Record<ChartDefinition['unit'], (value: number) => string> = {
  percent: formatPercent,
  bytesPerSecond: (value) => `${formatBytes(value)}/s`,
  count: formatCount,
}

/** One uPlot canvas that keeps its place while its data change. */
export function Chart({
  data,
  unit,
  syncKey,
}: {
  data: ChartData
  unit: ChartDefinition['unit']
  syncKey: string
}) {
  const holder = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | undefined>(undefined)
  const words = language.value
  const zone = timeZone.value
  // what the plot is built for; with the same it only takes new data
  const shape = data.lines.map((line) => `${line.name} ${isLonely(line.values)}`).join('\n')

  useEffect(() => {
    const element = holder.current
    if (element === null) return undefined
    const created = new uPlot(
      optionsOf(data, unit, element.clientWidth, syncKey),
      toAligned(data),
      element,
    )
    plot.current = created
    const observer = new ResizeObserver(() =>
      created.setSize({ width: element.clientWidth, height: HEIGHT }),
    )
    observer.observe(element)
    return () => {
      observer.disconnect()
      created.destroy()
      plot.current = undefined
    }
  }, [shape, unit, syncKey, words, zone])

  useEffect(() => {
    plot.current?.setData(toAligned(data))
  }, [data])

  return <div class="plot" ref={holder} />
}

function toAligned(data: ChartData): uPlot.AlignedData {
  return [[...data.times], ...data.lines.map((line) => [...line.values])]
}

function optionsOf(
  data: ChartData,
  unit: ChartDefinition['unit'],
  width: number,
  syncKey: string,
): uPlot.Options {
  const format = FORMATS[unit]
  const ink = getComputedStyle(document.documentElement).getPropertyValue('--ink-faint').trim()
  const grid = {
    stroke: getComputedStyle(document.documentElement).getPropertyValue('--rule').trim(),
    width: 1,
  }
  return {
    width,
    height: HEIGHT,
    tzDate: toSiteDate,
    cursor: { sync: { key: syncKey }, points: { size: 6 } },
    scales: { y: { range: (_plot, low, high) => rangeOf(unit, low, high) } },
    axes: [
      { stroke: ink, grid, ticks: grid, values: timeLabels },
      {
        stroke: ink,
        grid,
        ticks: grid,
        size: 92,
        values: (_plot, values) => values.map((value) => format(value)),
      },
    ],
    series: [
      {
        label: text('time'),
        value: (_plot, seconds: number | null) =>
          seconds === null ? '' : wallTime(seconds * 1000).time,
      },
      ...data.lines.map((line, index) => ({
        label: line.name,
        stroke: COLOURS[index % COLOURS.length] ?? '#888',
        width: 1.5,
        spanGaps: false,
        points: { show: isLonely(line.values) },
        value: (_plot: uPlot, value: number | null) => (value === null ? '–' : format(value)),
      })),
    ],
  }
}

/** A line of points that never touch each other would be invisible without dots. */
function isLonely(values: readonly (number | null)[]): boolean {
  return !values.some((value, index) => value !== null && index > 0 && values[index - 1] !== null)
}

function rangeOf(
  unit: ChartDefinition['unit'],
  low: number | null,
  high: number | null,
): [number, number] {
  if (unit === 'percent') return [0, Math.max(100, high ?? 100)]
  const top = high === null || high === 0 ? 1 : high * 1.1
  return [Math.min(0, low ?? 0), top]
}

/** Where days and hours begin: by the site's clocks, as times are written. */
function toSiteDate(seconds: number): Date {
  const { date, time } = wallTime(seconds * 1000)
  return new Date(`${date}T${time}`)
}

function timeLabels(_plot: uPlot, seconds: number[]): string[] {
  const first = seconds[0]
  const last = seconds.at(-1)
  const days = first !== undefined && last !== undefined && last - first > 36 * 3600
  return seconds.map((second) => {
    const { date, time } = wallTime(second * 1000)
    return days ? date.slice(5) : time.slice(0, 5)
  })
}

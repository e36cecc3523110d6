import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import { lookOf } from './field-look.ts'
import { COLOURS, PALETTE, text } from './markup.ts'
import type { NamedSeries } from './panel-answer.ts'
import { sayValue } from './say-value.ts'
import { timeAxis, type Span } from './time-axis.ts'

const LEFT = 64
const BOTTOM = 18
const LEGEND = 18
const MOST_NAMES = 6
const GRID_LINES = 4

export interface Box {
  readonly width: number
  readonly height: number
}

/** Lines over time, with the rule's bounds where they are within the picture. */
export function drawLines(
  panel: Panel,
  series: readonly NamedSeries[],
  span: Span,
  { width, height }: Box,
): string {
  const plot = { left: LEFT, width: width - LEFT - 8, height: height - BOTTOM - LEGEND - 4 }
  const first = lookOf(panel, series[0]?.name ?? '', series[0]?.refId ?? 'A')
  const [low, high] = rangeOf(panel, series)
  const x = (timeMs: number) =>
    plot.left + ((timeMs - span.fromMs) / (span.toMs - span.fromMs)) * plot.width
  const y = (value: number) => plot.height - ((value - low) / (high - low)) * plot.height + 4
  const grid = Array.from({ length: GRID_LINES + 1 }, (_, at) => {
    const value = low + ((high - low) * at) / GRID_LINES
    return `<line class="grid" x1="${plot.left}" x2="${width - 8}" y1="${y(value)}" y2="${y(value)}"/><text class="axis" text-anchor="end" x="${plot.left - 6}" y="${y(value) + 4}">${text(sayValue(first, value))}</text>`
  })
  const bounds = first.steps
    .filter(({ value }) => value !== null && value > low && value < high)
    .map(
      ({ value, color }) =>
        `<line x1="${plot.left}" x2="${width - 8}" y1="${y(value!)}" y2="${y(value!)}" stroke="${COLOURS[color] ?? color}" stroke-dasharray="6 4"/>`,
    )
  const lines = series.map(({ points }, at) => {
    const path = pathOf(points, x, y)
    return `<path d="${path}" fill="none" stroke="${PALETTE[at % PALETTE.length]}" stroke-width="1.2"/>`
  })
  return `<svg width="${width}" height="${height}">${grid.join('')}${timeAxis(span, x, plot.height + BOTTOM)}${bounds.join('')}${lines.join('')}${legend(series, height - 4)}</svg>`
}

/** A gap is a gap. */
function pathOf(
  points: NamedSeries['points'],
  x: (timeMs: number) => number,
  y: (value: number) => number,
): string {
  let isOpen = false
  return points
    .map(([timeMs, value]) => {
      if (value === null) {
        isOpen = false
        return ''
      }
      const command = isOpen ? 'L' : 'M'
      isOpen = true
      return `${command}${x(timeMs).toFixed(1)} ${y(value).toFixed(1)}`
    })
    .join('')
}

function rangeOf(
  { fieldConfig }: Panel,
  series: readonly NamedSeries[],
): readonly [number, number] {
  const values = series.flatMap(({ points }) =>
    points.flatMap(([, value]) => (value === null ? [] : [value])),
  )
  const { min, max } = fieldConfig?.defaults ?? {}
  const low = min ?? Math.min(0, ...values)
  const high = max ?? Math.max(...values, low) * 1.05
  return high > low ? [low, high] : [low, low + 1]
}

function legend(series: readonly NamedSeries[], y: number): string {
  const shown = series.slice(0, MOST_NAMES)
  let x = 8
  const names = shown.map(({ name }, at) => {
    const mark = `<rect x="${x}" y="${y - 9}" width="14" height="4" fill="${PALETTE[at % PALETTE.length]}"/><text class="axis" x="${x + 18}" y="${y - 3}">${text(name)}</text>`
    x += 34 + widthOf(name)
    return mark
  })
  const more = series.length - shown.length
  return `${names.join('')}${more > 0 ? `<text class="axis" x="${x}" y="${y - 3}">+${more}</text>` : ''}`
}

/** Chinese characters are twice as wide. */
function widthOf(name: string): number {
  return Array.from(name).reduce((sum, character) => sum + (character > '\u2E7F' ? 12 : 6.5), 0)
}

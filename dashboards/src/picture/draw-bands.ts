import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import type { Box } from './draw-lines.ts'
import { colourOf, lookOf } from './field-look.ts'
import { COLOURS, text } from './markup.ts'
import type { NamedSeries } from './panel-answer.ts'
import { sayValue } from './say-value.ts'
import { timeAxis, type Span } from './time-axis.ts'

const LEFT = 150
const BOTTOM = 18
const MOST_ROW = 28
/** A word needs so much room. */
const LEAST_WORD = 36

interface Stretch {
  readonly fromMs: number
  readonly toMs: number
  readonly value: number
}

/** A band for each series, in the words and colours of its states. `period`: cells of that length, ms, in place of what lasts. */
export function drawBands(
  panel: Panel,
  series: readonly NamedSeries[],
  span: Span & { readonly stepMs: number },
  { width, height }: Box,
  isCalendar: boolean,
): string {
  const room = height - BOTTOM
  const row = Math.min(MOST_ROW, room / Math.max(series.length, 1))
  const x = (timeMs: number) =>
    LEFT + ((timeMs - span.fromMs) / (span.toMs - span.fromMs)) * (width - LEFT - 8)
  const bands = series.flatMap((one, at) => {
    const look = lookOf(panel, one.name, one.refId)
    const y = at * row
    const label = `<text class="axis" text-anchor="end" x="${LEFT - 8}" y="${y + row / 2 + 4}">${text(one.name)}</text>`
    const stretches = stretchesOf(one, span, isCalendar).map(({ fromMs, toMs, value }) => {
      const from = Math.max(x(fromMs), LEFT)
      const long = Math.max(x(toMs) - from - (isCalendar ? 1.5 : 0), 1)
      const fill = COLOURS[colourOf(look, value)] ?? COLOURS['green']
      const word =
        long < LEAST_WORD
          ? ''
          : `<text class="word" x="${from + 5}" y="${y + row / 2 + 4}">${text(sayValue(look, value))}</text>`
      return `<rect x="${from.toFixed(1)}" y="${y + row * 0.05}" width="${long.toFixed(1)}" height="${row * 0.9}" fill="${fill}"/>${word}`
    })
    return [label, ...stretches]
  })
  return `<svg width="${width}" height="${height}">${bands.join('')}${timeAxis(span, x, height - 4)}</svg>`
}

/** Equal neighbours are one, but for a calendar's. */
function stretchesOf(
  { points }: NamedSeries,
  { stepMs }: { readonly stepMs: number },
  isCalendar: boolean,
): Stretch[] {
  const stretches: Stretch[] = []
  for (const [fromMs, value] of points) {
    if (value === null) continue
    const before = stretches.at(-1)
    const toMs = fromMs + stepMs
    if (!isCalendar && before?.value === value && before.toMs >= fromMs)
      stretches[stretches.length - 1] = { ...before, toMs }
    else stretches.push({ fromMs, toMs, value })
  }
  return stretches
}

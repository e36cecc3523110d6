import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import { colourOf, lookOf } from './field-look.ts'
import { COLOURS, text } from './markup.ts'
import { lastOf, type NamedSeries } from './panel-answer.ts'
import { sayValue } from './say-value.ts'

/** A tile for each series: its newest number, in its colour. */
export function drawTiles(panel: Panel, series: readonly NamedSeries[]): string {
  const tiles = series.map((one) => {
    const value = lastOf(one)
    const look = lookOf(panel, one.name, one.refId)
    const colour = value === undefined ? 'grey' : colourOf(look, value)
    const said = value === undefined ? '–' : sayValue(look, value)
    return `<div class="tile" style="background:${COLOURS[colour] ?? colour}"><span>${text(one.name)}</span><b>${text(said)}</b></div>`
  })
  return `<div class="tiles">${tiles.join('')}</div>`
}

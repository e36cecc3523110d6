import type { Panel as GrafanaPanel } from '@grafana/grafana-foundation-sdk/dashboard'
import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import type { GridPos } from '@grafana/grafana-foundation-sdk/dashboard'
import type { Board } from '../board.ts'
import type { Panel } from '../panel.ts'
import type { Edition } from './language.ts'
import { toStat } from './stat-panel.ts'
import { toCalendar, toStates } from './states-panel.ts'
import { toTable } from './table-panel.ts'
import { toTimeSeries } from './time-series-panel.ts'

/** Where a panel is, and what it is known by within its board. */
export interface PlacedPanel {
  readonly board: Board
  readonly edition: Edition
  readonly id: number
  readonly gridPos: GridPos
}

export function toPanel(panel: Panel, placed: PlacedPanel): Builder<GrafanaPanel> {
  switch (panel.kind) {
    case 'timeseries':
      return toTimeSeries(panel, placed)
    case 'states':
      return toStates(panel, placed)
    case 'calendar':
      return toCalendar(panel, placed)
    case 'stat':
      return toStat(panel, placed)
    case 'table':
      return toTable(panel, placed)
  }
}

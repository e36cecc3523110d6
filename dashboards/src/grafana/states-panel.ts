import {
  LegendDisplayMode,
  LegendPlacement,
  VisibilityMode,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import { PanelBuilder as StateTimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline'
import { PanelBuilder as StatusHistoryBuilder } from '@grafana/grafana-foundation-sdk/statushistory'
import type { CalendarPanel, Shown, StatesPanel } from '../panel.ts'
import { toMappings } from './mappings.ts'
import { fillIn, lineOverrides, spannedGaps } from './panel-basics.ts'
import type { PlacedPanel } from './panels.ts'
import { toThresholds } from './thresholds.ts'
import { unitOf } from './unit-of.ts'

/** A band for each series, in the words of the catalogue and the colours of the rule; equal neighbours are one. */
export function toStates(panel: StatesPanel, placed: PlacedPanel): StateTimelineBuilder {
  const first = firstOf(panel)
  return fillIn(new StateTimelineBuilder(), panel, placed, { span: 'windows', as: 'series' })
    .unit(unitOf(first, placed.edition.language))
    .mappings(toMappings(first, placed.edition.language))
    .thresholds(toThresholds(undefined))
    .overrides(lineOverrides(panel.lines, placed))
    .mergeValues(true)
    .showValue(VisibilityMode.Auto)
    .rowHeight(0.9)
    .fillOpacity(70)
    .lineWidth(0)
    .spanNulls(spannedGaps(panel))
    .legend(noLegend())
}

/** A cell for each series and period: its last state there. */
export function toCalendar(panel: CalendarPanel, placed: PlacedPanel): StatusHistoryBuilder {
  const first = firstOf(panel)
  const wanted = { span: 'windows', as: 'series', interval: panel.period } as const
  return fillIn(new StatusHistoryBuilder(), panel, placed, wanted)
    .unit(unitOf(first, placed.edition.language))
    .mappings(toMappings(first, placed.edition.language))
    .thresholds(toThresholds(undefined))
    .overrides(lineOverrides(panel.lines, placed))
    .showValue(VisibilityMode.Auto)
    .rowHeight(0.9)
    .fillOpacity(70)
    .lineWidth(1)
    .legend(noLegend())
}

function firstOf({ lines, title }: StatesPanel | CalendarPanel): Shown {
  const [first] = lines
  if (first === undefined) throw new Error(`${title.en}: a panel without lines`)
  return first
}

/** The words stand in the bands. */
function noLegend(): VizLegendOptionsBuilder {
  return new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .showLegend(false)
    .calcs([])
}

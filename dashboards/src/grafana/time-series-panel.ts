import {
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries'
import type { TimeSeriesPanel } from '../panel.ts'
import { ruleOf } from '../rule-of.ts'
import { fillIn, lineOverrides, spannedGaps } from './panel-basics.ts'
import type { PlacedPanel } from './panels.ts'
import { toThresholds } from './thresholds.ts'
import { unitOf } from './unit-of.ts'

/** Lines over time, worst first in the legend; what is longer than three intervals stays a gap. The first line's rule draws its numbers as dashed lines. */
export function toTimeSeries(panel: TimeSeriesPanel, placed: PlacedPanel): PanelBuilder {
  const [first] = panel.lines
  if (first === undefined) throw new Error(`${panel.title.en}: a panel without lines`)
  const rule = first.rule === undefined ? undefined : ruleOf(first.rule)
  const hasBounds = rule !== undefined && rule.bounds.length > 0
  const builder = fillIn(new PanelBuilder(), panel, placed, { span: 'windows', as: 'series' })
    .unit(unitOf(first, placed.edition.language))
    .overrides(lineOverrides(panel.lines, placed))
    .thresholds(toThresholds(rule))
    .thresholdsStyle(
      new GraphThresholdsStyleConfigBuilder().mode(
        hasBounds ? GraphThresholdsStyleMode.Dashed : GraphThresholdsStyleMode.Off,
      ),
    )
    .lineWidth(1)
    .fillOpacity(panel.stacked === true ? 30 : 8)
    .showPoints(VisibilityMode.Auto)
    .spanNulls(spannedGaps(panel))
    .stacking(
      new StackingConfigBuilder().mode(
        panel.stacked === true ? StackingMode.Normal : StackingMode.None,
      ),
    )
    .legend(legend())
    .tooltip(
      new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending),
    )
  if (panel.min !== undefined) builder.min(panel.min)
  if (panel.max !== undefined) builder.max(panel.max)
  return builder
}

function legend(): VizLegendOptionsBuilder {
  return new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.Table)
    .placement(LegendPlacement.Bottom)
    .showLegend(true)
    .calcs(['lastNotNull', 'max'])
    .sortBy('Max')
    .sortDesc(true)
}

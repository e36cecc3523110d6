import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueJustifyMode,
  BigValueTextMode,
  ReduceDataOptionsBuilder,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common'
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat'
import type { StatPanel } from '../panel.ts'
import { ruleOf } from '../rule-of.ts'
import { toMappings } from './mappings.ts'
import { fillIn, lineOverrides } from './panel-basics.ts'
import type { PlacedPanel } from './panels.ts'
import { toThresholds } from './thresholds.ts'
import { unitOf } from './unit-of.ts'

/** A tile for each series, in the colour of its state or of the first line's rule. */
export function toStat(panel: StatPanel, placed: PlacedPanel): PanelBuilder {
  const [first] = panel.lines
  if (first === undefined) throw new Error(`${panel.title.en}: a panel without lines`)
  const { language } = placed.edition
  const isJudged = first.rule !== undefined || first.colours !== undefined
  return fillIn(new PanelBuilder(), panel, placed, { span: 'range', as: 'series' })
    .unit(unitOf(first, language))
    .overrides(lineOverrides(panel.lines, placed))
    .mappings(toMappings(first, language))
    .thresholds(toThresholds(first.rule === undefined ? undefined : ruleOf(first.rule)))
    .colorMode(isJudged ? BigValueColorMode.Background : BigValueColorMode.None)
    .graphMode(BigValueGraphMode.None)
    .justifyMode(BigValueJustifyMode.Auto)
    .textMode(BigValueTextMode.ValueAndName)
    .orientation(VizOrientation.Auto)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).fields('').values(false))
}

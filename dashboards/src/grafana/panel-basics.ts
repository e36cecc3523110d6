import type { GridPos } from '@grafana/grafana-foundation-sdk/dashboard'
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common'
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'
import { windowedOf } from '@wardround/query'
import type { TemplateSpan } from '@wardround/query'
import { ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard'
import { everySeconds, freshSeconds, quickestSeconds } from '../declared.ts'
import { shownOf } from '../panel.ts'
import type { Panel, PanelQuery, Shown, Tile } from '../panel.ts'
import { ruleOf } from '../rule-of.ts'
import type { Edition, Language } from './language.ts'
import { tileLink } from './links.ts'
import { toMappings } from './mappings.ts'
import { thresholdSteps } from './thresholds.ts'
import { toDuration } from './durations.ts'
import type { PlacedPanel } from './panels.ts'
import { dataSource, refIdOf, toTargets } from './targets.ts'
import { unitOf } from './unit-of.ts'

/** What every kind of panel's builder takes. */
interface AnyPanelBuilder {
  id(id: number): this
  title(title: string): this
  description(description: string): this
  gridPos(gridPos: GridPos): this
  datasource(datasource: DataSourceRef): this
  targets(targets: Builder<Dataquery>[]): this
  interval(interval: string): this
  timeFrom(timeFrom: string): this
  withOverride(override: PanelOverride): this
}

interface PanelOverride {
  matcher: { id: string; options?: unknown }
  properties: { id: string; value?: unknown }[]
}

/** Gives a builder what every panel has: place, texts, data source, queries. */
export function fillIn<B extends AnyPanelBuilder>(
  builder: B,
  panel: Panel,
  { board, edition, id, gridPos }: PlacedPanel,
  { span, as, interval }: { span: TemplateSpan; as: 'series' | 'table'; interval?: string },
): B {
  const { language } = edition
  const shown = shownOf(panel)
  const queries = shown.map(({ query }) => query)
  const shortest = interval ?? toDuration(shortestWindow(queries, edition))
  builder
    .id(id)
    .title(panel.title[language])
    .description(panel.description[language])
    .gridPos(gridPos)
    .datasource(dataSource(edition))
    .interval(shortest)
    .targets(toTargets(shown, { board, edition, span, as, interval: shortest }))
  const lookBack =
    panel.lookBack ?? (span === 'range' ? toDuration(freshSeconds(queries)) : undefined)
  return lookBack === undefined ? builder : builder.timeFrom(lookBack)
}

/**
 * A window holds a sample even where one comes a little late. PromQL's rate looks back four of these, so that it must be as long as the seldomest interval;
 * in InfluxQL it is the difference to whatever window had a sample before.
 */
function shortestWindow(queries: readonly PanelQuery[], { dialect }: Edition): number {
  const seconds = 2 * quickestSeconds(queries)
  const hasRate = queries.some(({ value }) =>
    windowedOf(value).some(({ aggregate }) => aggregate === 'rate'),
  )
  return hasRate && dialect === 'promql' ? Math.max(seconds, everySeconds(queries)) : seconds
}

/** A line is drawn over windows that lack a sample only because some hosts are asked more seldom than others; ms. */
export function spannedGaps(panel: Panel): number | false {
  const queries = shownOf(panel).map(({ query }) => query)
  const seconds = everySeconds(queries)
  return seconds === quickestSeconds(queries) ? false : 3 * seconds * 1000
}

/** Where a panel's queries differ from its first in unit, words or where a click leads, each gets its own. */
export function lineOverrides(
  lines: readonly Tile[],
  { edition: { language } }: Pick<PlacedPanel, 'edition'>,
): PanelOverride[] {
  const [first] = lines
  if (first === undefined) return []
  const same = JSON.stringify(ownProperties(first, language))
  return lines.flatMap((line, at) => {
    const properties = ownProperties(line, language)
    const links = tileLink(line, language)
    const own = JSON.stringify(properties) === same ? [] : properties
    const all = links.length > 0 ? [...own, { id: 'links', value: links }] : own
    if (all.length === 0) return []
    return [{ matcher: { id: 'byFrameRefID', options: refIdOf(at) }, properties: all }]
  })
}

function ownProperties(line: Shown, language: Language): PanelOverride['properties'] {
  const rule = line.rule === undefined ? undefined : ruleOf(line.rule)
  return [
    { id: 'unit', value: unitOf(line, language) },
    { id: 'mappings', value: toMappings(line, language) },
    { id: 'thresholds', value: { mode: ThresholdsMode.Absolute, steps: thresholdSteps(rule) } },
  ]
}

import type { GridPos } from '@grafana/grafana-foundation-sdk/dashboard'
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common'
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'
import type { TemplateSpan } from '@wardround/query'
import { ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard'
import { everySeconds, freshSeconds } from '../declared.ts'
import { shownOf } from '../panel.ts'
import type { Panel, Shown, Tile } from '../panel.ts'
import { ruleOf } from '../rule-of.ts'
import type { Language } from './language.ts'
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
  const shortest = interval ?? toDuration(2 * everySeconds(queries))
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

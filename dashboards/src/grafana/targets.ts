import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common'
import { compileInfluxQlTemplate, compilePromqlTemplate } from '@wardround/query'
import type { TemplateFilter, TemplateQuery, TemplateSpan } from '@wardround/query'
import type { Board } from '../board.ts'
import { tagsOf } from '../declared.ts'
import type { PanelQuery, Shown } from '../panel.ts'
import type { Dialect, Edition } from './language.ts'

/** How a panel wants what it asks for. */
export interface Wanted {
  readonly edition: Edition
  readonly board: Board
  readonly span: TemplateSpan
  readonly as: 'series' | 'table'
  /** The shortest window, as Grafana writes it. */
  readonly interval: string
}

const TYPES: Readonly<Record<Dialect, string>> = { influxql: 'influxdb', promql: 'prometheus' }

/** The data source that the board's variable chooses. */
export function dataSource({ dialect }: Edition): DataSourceRef {
  return { type: TYPES[dialect], uid: '${ds}' }
}

/** What Grafana calls such data sources. */
export function dataSourceType({ dialect }: Edition): string {
  return TYPES[dialect]
}

/** A panel's queries, A, B, C and so on. */
export function toTargets(shown: readonly Shown[], wanted: Wanted): Builder<Dataquery>[] {
  return shown.map((one, at) => toTarget(one, refIdOf(at), shown.length, wanted))
}

export function refIdOf(at: number): string {
  return String.fromCodePoint('A'.codePointAt(0)! + at)
}

/** A table's column of numbers, as the data sources name it. */
export function columnName(at: number, count: number): string {
  return count === 1 ? 'Value' : `Value #${refIdOf(at)}`
}

/** The query with the choice that the board's variables make. */
function toTemplate(query: PanelQuery, { instanceTag }: Pick<Board, 'instanceTag'>): TemplateQuery {
  const chosen: TemplateFilter[] = ['project', 'role', 'host'].map((tag) => ({
    tag,
    variable: tag,
  }))
  if (instanceTag !== undefined && tagsOf(query.measurement).includes(instanceTag))
    chosen.push({ tag: instanceTag, variable: 'instance' })
  return { ...query, where: [...chosen, ...(query.where ?? [])] }
}

function toTarget(shown: Shown, refId: string, count: number, wanted: Wanted): Builder<Dataquery> {
  const template = toTemplate(shown.query, wanted.board)
  return wanted.edition.dialect === 'influxql'
    ? toInfluxQl(shown, template, { refId, count }, wanted)
    : toPromql(shown, template, refId, wanted)
}

/** The SDK knows no queries of InfluxDB: these are its data source's own words. */
function toInfluxQl(
  shown: Shown,
  template: TemplateQuery,
  { refId, count }: { refId: string; count: number },
  { span, as, edition }: Wanted,
): Builder<Dataquery> {
  const column = as === 'table' ? (count === 1 ? 'Value' : `Value #${refId}`) : 'value'
  const query = {
    refId,
    datasource: dataSource(edition),
    rawQuery: true,
    query: compileInfluxQlTemplate(template, { span, as: column }),
    resultFormat: as === 'table' ? 'table' : 'time_series',
    ...(as === 'table' ? {} : { alias: legend(shown, edition, (tag) => `$tag_${tag}`) }),
    // What the SDK asks of every query; JSON leaves it out.
    _implementsDataqueryVariant() {},
  }
  return { build: () => query }
}

function toPromql(
  shown: Shown,
  template: TemplateQuery,
  refId: string,
  { span, as, edition, interval }: Wanted,
): Builder<Dataquery> {
  const query = new DataqueryBuilder()
    .refId(refId)
    .datasource(dataSource(edition))
    .expr(compilePromqlTemplate(template, { span }))
    .format(as === 'table' ? PromQueryFormat.Table : PromQueryFormat.TimeSeries)
    .interval(interval)
  if (as === 'series') query.legendFormat(legend(shown, edition, (tag) => `{{${tag}}}`))
  return span === 'range' ? query.instant() : query.range()
}

/** The tags of a series' group, and what it is. */
function legend(
  { query, label }: Shown,
  { language }: Edition,
  quote: (tag: string) => string,
): string {
  const words = [
    ...query.groupBy.map((tag) => quote(tag)),
    ...(label === undefined ? [] : [label[language]]),
  ]
  return words.join(' ')
}

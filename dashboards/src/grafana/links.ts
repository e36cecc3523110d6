import { DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard'
import type { DashboardLink } from '@grafana/grafana-foundation-sdk/dashboard'
import type { BoardUid, TableKey, TablePanel, Tile } from '../panel.ts'
import type { Language } from './language.ts'

/** On every board, and what the list of boards goes by. */
export const TAG = 'wardround'

const BOARDS = { zh: 'Wardround 看板', en: 'Wardround boards' }
const OPEN = { zh: '打开这一项的看板', en: 'Open its board' }

/** The list of boards at the top: variables and time go along. */
export function boardList(language: Language): DashboardLinkBuilder {
  return new DashboardLinkBuilder(BOARDS[language])
    .type(DashboardLinkType.Dashboards)
    .tags([TAG])
    .asDropdown(true)
    .includeVars(true)
    .keepTime(true)
}

type DataLink = Pick<DashboardLink, 'title' | 'url' | 'targetBlank'>

/** From a table's row to the board of what stands there, with the variables and the time of this one. */
export function rowLink(
  { link, tag }: TableKey,
  { keys }: Pick<TablePanel, 'keys'>,
  language: Language,
): DataLink[] {
  if (link === undefined) return []
  const chosen = keys.filter((key) => key.tag === tag || key.tag === 'host')
  const values = chosen.map((key) => [key.tag, `__data.fields.${key.tag}`] as const)
  return [toLink(link, values, language)]
}

/** From a tile to the board of what it shows. */
export function tileLink({ link, query }: Tile, language: Language): DataLink[] {
  if (link === undefined) return []
  const values = query.groupBy.map((tag) => [tag, `__field.labels.${tag}`] as const)
  return [toLink(link, values, language)]
}

/** Things on a host are the other board's `instance`. */
function toLink(
  board: BoardUid,
  values: readonly (readonly [tag: string, of: string])[],
  language: Language,
): DataLink {
  const kept = ['ds', 'project', 'role'].map((name) => `\${${name}:queryparam}`)
  const chosen = values.map(
    ([tag, of]) => `var-${tag === 'host' ? 'host' : 'instance'}=\${${of}:percentencode}`,
  )
  const url = `/d/${board}?${[...kept, ...chosen].join('&')}&\${__url_time_range}`
  return { title: OPEN[language], url, targetBlank: false }
}

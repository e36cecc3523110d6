import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableHide,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard'
import type { VariableModel } from '@grafana/grafana-foundation-sdk/dashboard'
import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import type { Board } from '../board.ts'
import type { Edition } from './language.ts'
import { dataSource, dataSourceType } from './targets.ts'

const LABELS = {
  ds: { zh: '数据源', en: 'Data source' },
  project: { zh: '项目', en: 'Project' },
  role: { zh: '角色', en: 'Role' },
  host: { zh: '主机', en: 'Host' },
  instance: { zh: '实例', en: 'Instance' },
} as const

/** Each is chosen among what those before it leave. */
const CHAIN = ['project', 'role', 'host', 'instance'] as const

/** What is chosen at the top of a board. Boards without instances have that choice too, unseen, so that links keep it. */
export function toVariables(board: Board, edition: Edition): Builder<VariableModel>[] {
  const { language } = edition
  const source = new DatasourceVariableBuilder('ds')
    .label(LABELS.ds[language])
    .type(dataSourceType(edition))
  return [source, ...CHAIN.map((_, at) => toChoice(board, edition, at))]
}

function toChoice(board: Board, edition: Edition, at: number): Builder<VariableModel> {
  const name = CHAIN[at]!
  const isUnseen = name === 'instance' && board.instanceTag === undefined
  const asked = query(board, edition, at)
  return new QueryVariableBuilder(name)
    .label(LABELS[name][edition.language])
    .datasource(dataSource(edition))
    .query(asked)
    .definition(asked)
    .hide(isUnseen ? VariableHide.HideVariable : VariableHide.DontHide)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ text: 'All', value: '$__all' })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
}

/** The tag's values that series of the board's subjects have. */
function query(
  { subjects, instanceTag = 'instance' }: Board,
  { dialect }: Edition,
  at: number,
): string {
  const { measurement, field } = subjects
  const tagOf = (name: string) => (name === 'instance' ? instanceTag : name)
  const tag = tagOf(CHAIN[at]!)
  const before = CHAIN.slice(0, at)
  if (dialect === 'promql') {
    const matchers = before.map((name) => `,${tagOf(name)}=~"$${name}"`).join('')
    return `label_values({__name__="${measurement}_${field}"${matchers}}, ${tag})`
  }
  const conditions = before.map((name) => `"${tagOf(name)}" =~ /^\${${name}:regex}$/`)
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`
  return `SHOW TAG VALUES FROM "${measurement}" WITH KEY = "${tag}"${where}`
}

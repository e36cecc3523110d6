import {
  TableCellHeight,
  TableSortByFieldStateBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import { ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard'
import type { DataTransformerConfig } from '@grafana/grafana-foundation-sdk/dashboard'
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table'
import type { TableColumn, TablePanel } from '../panel.ts'
import { ruleOf } from '../rule-of.ts'
import type { Language } from './language.ts'
import { rowLink } from './links.ts'
import { toMappings } from './mappings.ts'
import { fillIn } from './panel-basics.ts'
import type { PlacedPanel } from './panels.ts'
import { columnName } from './targets.ts'
import { thresholdSteps, toThresholds } from './thresholds.ts'
import { unitOf } from './unit-of.ts'

interface Property {
  id: string
  value: unknown
}

/** A row for each group, each column in the colours of its rule. */
export function toTable(panel: TablePanel, placed: PlacedPanel): PanelBuilder {
  const { language } = placed.edition
  const builder = fillIn(new PanelBuilder(), panel, placed, { span: 'range', as: 'table' })
    .thresholds(toThresholds(undefined))
    .transformations(toTransformations(panel, language))
    .cellHeight(TableCellHeight.Sm)
    .showHeader(true)
    .filterable(true)
    .sortBy([toSort(panel, language)])
  for (const key of panel.keys) {
    const links = rowLink(key, panel, language)
    const properties = [{ id: 'displayName', value: key.label[language] }]
    builder.overrideByName(key.tag, [
      ...properties,
      ...(links.length > 0 ? [{ id: 'links', value: links }] : []),
    ])
  }
  for (const [at, column] of panel.columns.entries())
    builder.overrideByName(columnName(at, panel.columns.length), columnProperties(column, language))
  if (panel.worst !== undefined)
    builder.overrideByName(panel.worst.label[language], [{ id: 'unit', value: panel.worst.unit }])
  return builder
}

function columnProperties(column: TableColumn, language: Language): Property[] {
  const { label, rule, colours } = column
  const mappings = toMappings(column, language)
  const isJudged = rule !== undefined || colours !== undefined
  return [
    { id: 'displayName', value: label[language] },
    { id: 'unit', value: unitOf(column, language) },
    ...(mappings.length > 0 ? [{ id: 'mappings', value: mappings }] : []),
    ...(rule === undefined
      ? []
      : [
          {
            id: 'thresholds',
            value: { mode: ThresholdsMode.Absolute, steps: thresholdSteps(ruleOf(rule)) },
          },
        ]),
    ...(isJudged
      ? [{ id: 'custom.cellOptions', value: { type: 'color-background', mode: 'basic' } }]
      : []),
  ]
}

function toSort(
  { sort, columns, worst }: TablePanel,
  language: Language,
): TableSortByFieldStateBuilder {
  const label = sort.column === 'worst' ? worst?.label : columns[sort.column]?.label
  if (label === undefined) throw new Error('a table is sorted by a column that it lacks')
  return new TableSortByFieldStateBuilder()
    .displayName(label[language])
    .desc(sort.order === 'highest')
}

/** One row for each group: the queries' answers side by side, without their times. */
function toTransformations(panel: TablePanel, language: Language): DataTransformerConfig[] {
  const { keys, columns, worst, onlyRaised, onlyAboveZero } = panel
  const names = columns.map((_, at) => columnName(at, columns.length))
  const order = [...keys.map(({ tag }) => tag), ...names]
  return [
    { id: 'filterFieldsByName', options: { exclude: { pattern: '/^[Tt]ime$/' } } },
    { id: 'merge', options: {} },
    ...(onlyRaised === undefined ? [] : [rowsThatAre(columns[onlyRaised]!, names[onlyRaised]!)]),
    ...(onlyAboveZero === undefined ? [] : [rowsAboveZero(names[onlyAboveZero]!)]),
    ...(worst === undefined
      ? []
      : [
          worstOf(
            worst.of.map((at) => names[at]!),
            worst.label[language],
          ),
        ]),
    {
      id: 'organize',
      options: {
        excludeByName: {},
        renameByName: {},
        indexByName: Object.fromEntries(order.map((name, at) => [name, at])),
      },
    },
  ]
}

function worstOf(include: string[], alias: string): DataTransformerConfig {
  return {
    id: 'calculateField',
    options: {
      mode: 'reduceRow',
      reduce: { reducer: 'max', include },
      alias,
      replaceFields: false,
    },
  }
}

/** Rows whose value is a state that the rule speaks of, or beyond the rule's mildest number. */
function rowsThatAre({ rule, label }: TableColumn, fieldName: string): DataTransformerConfig {
  if (rule === undefined)
    throw new Error(`${label.en}: only rows that a rule raises are wanted, without a rule`)
  const { bounds, states = {} } = ruleOf(rule)
  const [mildest] = bounds
  const conditions =
    mildest === undefined
      ? Object.keys(states).map((state) => ({ id: 'equal', options: { value: Number(state) } }))
      : [{ id: FILTERS[mildest.comparison], options: { value: mildest.bound } }]
  return {
    id: 'filterByValue',
    options: {
      type: 'include',
      match: 'any',
      filters: conditions.map((config) => ({ fieldName, config })),
    },
  }
}

function rowsAboveZero(fieldName: string): DataTransformerConfig {
  const filters = [{ fieldName, config: { id: 'greater', options: { value: 0 } } }]
  return { id: 'filterByValue', options: { type: 'include', match: 'any', filters } }
}

const FILTERS = {
  '>': 'greater',
  '>=': 'greaterOrEqual',
  '<': 'lower',
  '<=': 'lowerOrEqual',
} as const

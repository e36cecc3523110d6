import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import { colourOf, lookOf } from './field-look.ts'
import { COLOURS, text } from './markup.ts'
import type { PanelAnswer } from './panel-answer.ts'
import { sayValue } from './say-value.ts'
import { toTable, type Cell, type Row } from './table-rows.ts'

interface Sorting {
  readonly displayName: string
  readonly desc?: boolean
}

/** A row for each group, in the order and the colours that the panel says. */
export function drawTable(panel: Panel, answers: readonly PanelAnswer[]): string {
  const { columns, rows } = toTable(panel, answers)
  const looks = columns.map((name) => lookOf(panel, name, ''))
  const heads = columns.map((name, at) => looks[at]?.displayName ?? name)
  const lines = sorted(panel, rows, columns, heads).map((row) => {
    const cells = columns.map((name, at) => drawCell(row.get(name), looks[at]!))
    return `<tr>${cells.join('')}</tr>`
  })
  return `<table><tr>${heads.map((head) => `<th>${text(head)}</th>`).join('')}</tr>${lines.join('')}</table>`
}

function drawCell(value: Cell, look: ReturnType<typeof lookOf>): string {
  if (typeof value !== 'number') return `<td>${text(value ?? '')}</td>`
  const said = text(sayValue(look, value))
  if (!look.isColouredCell) return `<td>${said}</td>`
  return `<td style="background:${COLOURS[colourOf(look, value)] ?? ''};color:#fff">${said}</td>`
}

function sorted(
  { options }: Panel,
  rows: readonly Row[],
  columns: readonly string[],
  heads: readonly string[],
): readonly Row[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by table-panel.ts
  const [by] = (options as { sortBy?: readonly Sorting[] } | undefined)?.sortBy ?? []
  const name = columns[heads.indexOf(by?.displayName ?? '')]
  if (by === undefined || name === undefined) return rows
  const direction = by.desc === true ? -1 : 1
  const valueOf = (row: Row) => {
    const value = row.get(name)
    return typeof value === 'number' ? value * direction : Infinity
  }
  return rows.toSorted((a, b) => valueOf(a) - valueOf(b))
}

import type { Dashboard, Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard'
import { panelsOf, type BoardPanel } from '../reading/panels-of.ts'
import { drawBands } from './draw-bands.ts'
import { drawLines } from './draw-lines.ts'
import { drawTable } from './draw-table.ts'
import { drawTiles } from './draw-tiles.ts'
import { text } from './markup.ts'
import { nameSeries, type PanelAnswer } from './panel-answer.ts'
import type { Span } from './time-axis.ts'

/** Pixels of Grafana's grid. */
const COLUMN = 56
const ROW = 30
const GAP = 8
const TITLE = 30
export const BOARD_WIDTH = 24 * COLUMN + 2 * GAP

/** What was answered to a panel, and of which time. */
export interface AnsweredPanel {
  readonly answers: readonly PanelAnswer[]
  readonly span: Span & { readonly stepMs: number }
}

/** A board as a page: its layout, drawn from its JSON and what a store answered to its panels (by their id). No Grafana is needed, and none is imitated in detail. */
export function drawBoard(
  dashboard: Dashboard,
  answered: ReadonlyMap<number, AnsweredPanel>,
): string {
  const rows = (dashboard.panels ?? []).filter(isRow)
  const panels = panelsOf(dashboard)
  const boxes = [
    ...rows.map((row) => place(row, `<h2>${text(row.title ?? '')}</h2>`, 'row')),
    ...panels.map((one) => place(one.panel, drawPanel(one, answered), 'panel')),
  ]
  const bottom = Math.max(
    ...panels.map(({ panel }) => (panel.gridPos?.y ?? 0) + (panel.gridPos?.h ?? 0)),
  )
  return `<!doctype html><meta charset="utf-8"><style>${STYLE}</style><h1>${text(dashboard.title ?? '')}</h1><div class="board" style="height:${bottom * ROW + GAP}px">${boxes.join('')}</div>`
}

function isRow(panel: Panel | RowPanel): panel is RowPanel {
  return panel.type === 'row'
}

function place({ gridPos }: Pick<Panel, 'gridPos'>, content: string, kind: string): string {
  const { x = 0, y = 0, w = 24, h = 1 } = gridPos ?? {}
  const box = {
    left: x * COLUMN + GAP,
    top: y * ROW,
    width: w * COLUMN - GAP,
    height: h * ROW - GAP,
  }
  const style = Object.entries(box)
    .map(([name, value]) => `${name}:${value}px`)
    .join(';')
  return `<div class="${kind}" style="${style}">${content}</div>`
}

function drawPanel(board: BoardPanel, answered: ReadonlyMap<number, AnsweredPanel>): string {
  const { panel } = board
  const found = answered.get(panel.id ?? 0)
  const since = panel.timeFrom === undefined ? '' : ` <small>${text(panel.timeFrom)}</small>`
  const title = `<h3>${text(panel.title ?? '')}${since}</h3>`
  return found === undefined ? title : `${title}${drawContent(board, found)}`
}

function drawContent({ panel, targets }: BoardPanel, { answers, span }: AnsweredPanel): string {
  const { w = 24, h = 1 } = panel.gridPos ?? {}
  const box = { width: w * COLUMN - 3 * GAP, height: h * ROW - TITLE - 2 * GAP }
  const series = answers.flatMap((answer) => {
    const target = targets.find(({ refId }) => refId === answer.refId)
    return nameSeries(answer, target?.legend)
  })
  switch (panel.type) {
    case 'timeseries':
      return drawLines(panel, series, span, box)
    case 'state-timeline':
      return drawBands(panel, series, span, box, false)
    case 'status-history':
      return drawBands(panel, series, span, box, true)
    case 'stat':
      return drawTiles(panel, series)
    case 'table':
      return drawTable(panel, answers)
    default:
      throw new Error(`a panel of type "${panel.type}" can't be drawn`)
  }
}

const STYLE = `
* { box-sizing: border-box; font-family: "Noto Sans CJK SC", "Noto Sans", sans-serif; }
body { margin: 0; width: ${BOARD_WIDTH}px; background: #f4f5f5; color: #24292e; }
h1 { font-size: 18px; margin: 12px 16px; font-weight: 500; }
.board { position: relative; }
.row, .panel { position: absolute; overflow: hidden; }
.row h2 { font-size: 15px; margin: 0; font-weight: 500; }
.panel { background: #fff; border: 1px solid #dcdde0; border-radius: 2px; padding: 4px 8px; }
.panel h3 { font-size: 13px; margin: 0 0 4px; font-weight: 500; }
.panel small { color: #6e7176; font-weight: 400; }
.axis { font-size: 11px; fill: #5c6066; }
.word { font-size: 11px; fill: #fff; }
.grid { stroke: #e7e8ea; }
.tiles { display: flex; gap: 4px; height: calc(100% - 26px); }
.tile { flex: 1; color: #fff; padding: 4px 8px; display: flex; flex-direction: column; justify-content: center; min-width: 0; overflow: hidden; }
.tile span { font-size: 11px; white-space: nowrap; }
.tile b { font-size: 18px; font-weight: 500; white-space: nowrap; }
table { border-collapse: collapse; width: 100%; font-size: 12px; }
th { text-align: left; color: #3274d9; font-weight: 500; padding: 3px 6px; border-bottom: 1px solid #dcdde0; white-space: nowrap; }
td { padding: 3px 6px; border-bottom: 1px solid #eceded; white-space: nowrap; }
`

import type { Dashboard, Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard'

/** A query of a panel, as the board's JSON has it. */
export interface BoardTarget {
  readonly refId: string
  /** InfluxQL or PromQL, with Grafana's macros and variables. */
  readonly statement: string
  /** One answer for the whole time that is shown, in place of one for each window. */
  readonly isInstant: boolean
  /** Name of a series, with the tags to fill in; undefined in a table. */
  readonly legend: string | undefined
}

/** A panel with what it asks: headings left out. */
export interface BoardPanel {
  readonly panel: Panel
  readonly targets: readonly BoardTarget[]
}

/** The panels of a board, in their order, each with its queries: what is drawn and what is asked for it. */
export function panelsOf({ panels = [] }: Dashboard): BoardPanel[] {
  return panels.filter(isPanel).map((panel) => ({
    panel,
    targets: (panel.targets ?? []).map((target) => toTarget(target)),
  }))
}

function isPanel(panel: Panel | RowPanel): panel is Panel {
  return panel.type !== 'row'
}

/** A query as either data source writes it. */
interface WrittenTarget {
  readonly refId?: string
  readonly query?: string
  readonly alias?: string
  readonly expr?: string
  readonly legendFormat?: string
  readonly instant?: boolean
}

function toTarget(target: object): BoardTarget {
  const { refId = '', query, expr, alias, legendFormat, instant }: WrittenTarget = target
  const statement = query ?? expr
  if (statement === undefined) throw new Error(`query ${refId} has no text`)
  const isInstant = instant ?? !statement.includes('time($__interval)')
  return { refId, statement, isInstant, legend: alias ?? legendFormat }
}

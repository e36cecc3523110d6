import type { LocalizedText } from '@wardround/protocol'
import type { TagFilter, TemplateQuery } from '@wardround/query'
import type { RuleId } from './rule-of.ts'

/** Names a board for ever, as links and bookmarks do. */
export type BoardUid = `wardround-${string}`

/** What a panel asks. The conditions on project, role, host and instance come from the board's variables. */
export interface PanelQuery extends Omit<TemplateQuery, 'where'> {
  readonly where?: readonly TagFilter[]
}

/** A unit of Grafana's, e.g. `percent`; where it is a word of a language, in both: `suffix: 天`. */
export type PanelUnit = string | LocalizedText

/** One thing that a panel shows: a query, what it is called, how its number is read. */
export interface Shown {
  readonly query: PanelQuery
  /** What people call it; behind the tags of its group in a legend. */
  readonly label?: LocalizedText
  /** Where neither the catalogue (one field) nor the rule (`rule`) says it. */
  readonly unit?: PanelUnit
  /** The rule of the default pack whose numbers colour it. */
  readonly rule?: RuleId
  /** Colours of states that no rule speaks of, by the state's number. */
  readonly colours?: Readonly<Record<number, Colour>>
  /** What yes (1) and no (0) mean here; the catalogue has words for states alone. */
  readonly words?: Readonly<Record<0 | 1, LocalizedText>>
}

export type Colour = 'green' | 'blue' | 'yellow' | 'orange' | 'red' | 'grey'

interface PanelBase {
  readonly title: LocalizedText
  /** What a bad value means and what to do then. */
  readonly description: LocalizedText
  /** Of 24. */
  readonly width?: number
  /** In units of Grafana's grid, of 30 pixels. */
  readonly height?: number
  /** Another time than the board's, e.g. `30d`: for what comes seldom, or moves slowly. */
  readonly lookBack?: string
}

/** Lines over time. */
export interface TimeSeriesPanel extends PanelBase {
  readonly kind: 'timeseries'
  readonly lines: readonly Shown[]
  readonly stacked?: boolean
  readonly min?: number
  readonly max?: number
}

/** States over time, one band for each series, in the catalogue's words. */
export interface StatesPanel extends PanelBase {
  readonly kind: 'states'
  readonly lines: readonly Shown[]
}

/** The last state of each period, one cell each: a calendar. */
export interface CalendarPanel extends PanelBase {
  readonly kind: 'calendar'
  readonly lines: readonly Shown[]
  /** A cell's length, e.g. `1d`. */
  readonly period: string
}

/** What is so now: one tile for each series. */
export interface StatPanel extends PanelBase {
  readonly kind: 'stat'
  readonly lines: readonly Tile[]
}

export interface Tile extends Shown {
  /** The board that a click leads to; it opens at this tile's host and instance. */
  readonly link?: BoardUid
}

/** What is so now: a row for each group. */
export interface TablePanel extends PanelBase {
  readonly kind: 'table'
  /** The tags by which all columns are grouped, from left to right. */
  readonly keys: readonly TableKey[]
  readonly columns: readonly TableColumn[]
  /** Which column is sorted, and how; the others are in the order of their groups. */
  readonly sort: { readonly column: number | 'worst'; readonly order: 'highest' | 'lowest' }
  /** Only rows whose value in this column raises its rule. */
  readonly onlyRaised?: number
  /** Only rows whose number in this column is above 0. */
  readonly onlyAboveZero?: number
  /** A last column with the highest number of these columns. */
  readonly worst?: {
    readonly of: readonly number[]
    readonly label: LocalizedText
    readonly unit: string
  }
}

export interface TableKey {
  readonly tag: string
  readonly label: LocalizedText
  /** The board that a click leads to; it opens at this row's host and instance. */
  readonly link?: BoardUid
}

export interface TableColumn extends Shown {
  readonly label: LocalizedText
}

export type Panel = TimeSeriesPanel | StatesPanel | CalendarPanel | StatPanel | TablePanel

/** Everything that a panel asks. */
export function shownOf(panel: Panel): readonly Shown[] {
  return panel.kind === 'table' ? panel.columns : panel.lines
}

/** A value, a name, or something made of them. */
export type Expression =
  | NumberLiteral
  | TextLiteral
  | DurationLiteral
  | RegexLiteral
  | BooleanLiteral
  | Name
  | Wildcard
  | Call
  | Binary
  | Junction

export interface NumberLiteral {
  readonly kind: 'number'
  readonly value: number
  /** As it is written: a time in nanoseconds has more digits than a number keeps. */
  readonly text: string
}

export interface TextLiteral {
  readonly kind: 'text'
  readonly value: string
}

export interface DurationLiteral {
  readonly kind: 'duration'
  readonly ns: bigint
}

/** Go's syntax, without the slashes. */
export interface RegexLiteral {
  readonly kind: 'regex'
  readonly source: string
}

export interface BooleanLiteral {
  readonly kind: 'boolean'
  readonly value: boolean
}

/** A field, a tag or `time`; which of them only the data say, unless it is written after `::`. */
export interface Name {
  readonly kind: 'name'
  readonly name: string
  readonly is?: 'tag' | 'field' | undefined
}

export interface Wildcard {
  readonly kind: 'wildcard'
  readonly of?: 'tag' | 'field' | undefined
}

export interface Call {
  readonly kind: 'call'
  /** In small letters. */
  readonly name: string
  readonly args: readonly Expression[]
}

export type Operator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '&'
  | '|'
  | '^'
  | '='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '=~'
  | '!~'

export interface Binary {
  readonly kind: 'binary'
  readonly operator: Operator
  readonly left: Expression
  readonly right: Expression
}

/** AND or OR of at least two. */
export interface Junction {
  readonly kind: 'and' | 'or'
  readonly parts: readonly Expression[]
}

/** Names that a statement is about: one, or all that match. */
export type NamePattern = { readonly name: string } | RegexLiteral

/** `"database"."retention policy"."measurement"`; the last may be an expression. */
export interface MeasurementSource {
  readonly kind: 'measurement'
  readonly database?: string | undefined
  readonly retentionPolicy?: string | undefined
  readonly measurement: NamePattern
}

export interface SubquerySource {
  readonly kind: 'subquery'
  readonly statement: SelectStatement
}

export type Source = MeasurementSource | SubquerySource

export interface SelectedField {
  readonly expression: Expression
  readonly alias?: string | undefined
}

export type FillOption =
  | 'null'
  | 'none'
  | 'previous'
  | 'linear'
  | { readonly kind: 'number'; readonly value: number }

/** How many and from which on; 0 limits nothing. */
export interface Slice {
  readonly limit: number
  readonly offset: number
}

export interface SelectStatement {
  readonly kind: 'select'
  readonly fields: readonly SelectedField[]
  readonly sources: readonly Source[]
  readonly condition?: Expression | undefined
  readonly dimensions: readonly Expression[]
  readonly fill: FillOption
  readonly descending: boolean
  /** Of the rows of each series. */
  readonly rows: Slice
  /** Of the series. */
  readonly series: Slice
  readonly timeZone?: string | undefined
}

/** Which keys' values SHOW TAG VALUES is about. */
export type KeyCondition =
  | { readonly operator: '=' | '!='; readonly key: string }
  | { readonly operator: 'in'; readonly keys: readonly string[] }
  | { readonly operator: '=~' | '!~'; readonly key: RegexLiteral }

export type ShowSubject =
  | 'databases'
  | 'retention policies'
  | 'measurements'
  | 'tag keys'
  | 'tag values'
  | 'field keys'
  | 'series'

export interface ShowStatement {
  readonly kind: 'show'
  readonly subject: ShowSubject
  /** ON. */
  readonly database?: string | undefined
  readonly sources: readonly MeasurementSource[]
  readonly condition?: Expression | undefined
  /** WITH KEY, of tag values. */
  readonly keys?: KeyCondition | undefined
  readonly rows: Slice
  readonly series: Slice
}

export interface CreateDatabaseStatement {
  readonly kind: 'create database'
  readonly database: string
}

/** What InfluxDB knows and this doesn't do, by its first words. */
export interface RefusedStatement {
  readonly kind: 'refused'
  readonly words: string
}

export type Statement = SelectStatement | ShowStatement | CreateDatabaseStatement | RefusedStatement

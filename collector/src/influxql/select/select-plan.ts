import type { WindowFunction } from './data-source.ts'
import type { TransformationArguments } from './transformations.ts'

/** A value of a field or a tag as it is. */
export type RawLeaf =
  | { readonly kind: 'field'; readonly field: string }
  | { readonly kind: 'tag'; readonly tag: string }

export interface FunctionLeaf {
  readonly kind: 'function'
  readonly of: WindowFunction
}

export interface TransformationLeaf {
  readonly kind: 'transformation'
  readonly name: string
  readonly of: FunctionLeaf | Extract<RawLeaf, { kind: 'field' }>
  readonly given: TransformationArguments
  /** So many windows before the range are looked at. */
  readonly windowsBefore: number
}

/** What a column is computed of. */
export type Leaf = RawLeaf | FunctionLeaf | TransformationLeaf

export type Computed =
  | { readonly kind: 'leaf'; readonly leaf: number }
  | { readonly kind: 'number'; readonly value: number }
  | {
      readonly kind: 'binary'
      readonly operator: string
      readonly left: Computed
      readonly right: Computed
    }
  | { readonly kind: 'math'; readonly name: string; readonly args: readonly Computed[] }

export interface PlannedColumn {
  readonly name: string
  readonly computed: Computed
}

/** The columns of a SELECT over one source. */
export interface SelectPlan {
  /** What the column of times is called. */
  readonly timeName: string
  readonly columns: readonly PlannedColumn[]
  readonly leaves: readonly Leaf[]
  /** Of values as they are; else every leaf is a function or a transformation. */
  readonly isRaw: boolean
}

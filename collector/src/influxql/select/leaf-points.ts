import { tooManyPoints } from '@wardround/query'
import { MAX_POINTS } from '../limits.ts'
import type { FillOption } from '../language/syntax.ts'
import type { DataSource, Grouping, Points, Span, WindowFunction } from './data-source.ts'
import { fillWindows } from './fill.ts'
import { columnOf, groupBlocks } from './group-blocks.ts'
import { locateSelected } from './locate-selected.ts'
import type { Frame } from './select-context.ts'
import type { FunctionLeaf, TransformationLeaf } from './select-plan.ts'
import { transform } from './transformations.ts'
import { applyByWindow, applyToAll, isSelector } from './window-functions.ts'

/** Of what the leaves of a SELECT are computed. */
export interface LeafContext {
  readonly source: DataSource
  readonly grouping: Grouping
  readonly frame: Frame
  /** Whether the leaf is the only one: then a value that was chosen keeps its time. */
  readonly isAlone: boolean
}

/** The values of a leaf, by group. */
export async function leafPoints(
  leaf: FunctionLeaf | TransformationLeaf,
  context: LeafContext,
): Promise<readonly Points[]> {
  if (leaf.kind === 'function') return await filledWindows(leaf.of, context, context.frame.span)
  const { grid, span, cutMs } = context.frame
  const earlierMs = (grid?.stepMs ?? 0) * leaf.windowsBefore
  const whole = { fromMs: Math.max(cutMs, span.fromMs - earlierMs), toMs: span.toMs }
  const points =
    leaf.of.kind === 'function'
      ? await filledWindows(leaf.of.of, context, whole)
      : await samplesOf(leaf.of.field, context, whole)
  return points
    .map((group) => transform(leaf.name, group, leaf.given))
    .filter(({ times }) => times.length > 0)
}

/** The samples of a field, by group. */
async function samplesOf(
  field: string,
  { source, grouping }: Pick<LeafContext, 'source' | 'grouping'>,
  span: Span,
): Promise<Points[]> {
  const blocks = await source.blocks([field], span)
  const tags = grouping.isAll ? withTagsOf(grouping.tags, blocks) : grouping.tags
  return groupBlocks(blocks, { tags })
    .map((group) => columnOf(group, 0))
    .filter(({ times }) => times.length > 0)
}

/** Tags that some series have though nobody listed them. */
export function withTagsOf(
  tags: readonly string[],
  blocks: readonly { readonly tags: Readonly<Record<string, string>> }[],
): string[] {
  return [...new Set([...tags, ...blocks.flatMap((block) => Object.keys(block.tags))])].toSorted()
}

async function filledWindows(
  of: WindowFunction,
  context: LeafContext,
  span: Span,
): Promise<readonly Points[]> {
  const { grid, fill } = context.frame
  const points = await windowPoints(of, context, span)
  if (grid === undefined || points.length === 0) return points
  const own = of.name === 'count' ? fillOfCount(fill) : fill
  if (own === 'none') return points
  const starts = grid.starts(span)
  const filled = starts.length * points.length
  if (filled > MAX_POINTS) throw tooManyPoints(filled, MAX_POINTS)
  const filledPoints = points.map((group) => fillWindows(group, starts, own))
  if (of.name !== 'count' || own !== 'linear') return filledPoints
  return filledPoints.map((group) => ({ ...group, values: group.values.map(Math.trunc) }))
}

/** A count is a whole number, and 0 where nothing was. */
function fillOfCount(fill: FillOption): FillOption {
  if (fill === 'null') return { kind: 'number', value: 0 }
  return typeof fill === 'object' ? { ...fill, value: Math.trunc(fill.value) } : fill
}

async function windowPoints(
  of: WindowFunction,
  context: LeafContext,
  span: Span,
): Promise<readonly Points[]> {
  const { source, grouping, frame, isAlone } = context
  const { grid } = frame
  const keepsTime = grid === undefined && isAlone && isSelector(of.name)
  const isOdd = of.name === 'percentile' && !(of.argument! > 0 && of.argument! <= 100)
  const found = isOdd ? undefined : await source.windows(of, span, grouping, grid)
  if (found !== undefined) {
    if (keepsTime) return await locateSelected(of, found, { source, grouping, span })
    return of.name === 'percentile' ? await withoutLowest(of, found, context, span) : found
  }
  const samples = await samplesOf(of.field, context, span)
  if (grid !== undefined) return samples.map((points) => applyByWindow(of, points, grid))
  return samples.flatMap((points) => {
    const one = applyToAll(of, points, span.fromMs)
    if (one === undefined) return []
    return [keepsTime ? one : { ...one, times: Float64Array.of(span.fromMs) }]
  })
}

/** InfluxDB has no percentile where the number of the value would be 0; the model takes the lowest. */
async function withoutLowest(
  { field, argument = 0 }: WindowFunction,
  points: readonly Points[],
  { source, grouping, frame }: LeafContext,
  span: Span,
): Promise<readonly Points[]> {
  if (argument >= 50) return points
  const counts = await source.windows({ name: 'count', field }, span, grouping, frame.grid)
  return points.map((group, at) => {
    // Both are of the same windows, in the same order.
    const own = counts?.[at]?.values
    const isThere = (_: number, row: number): boolean => ((own?.[row] ?? 0) * argument) / 100 >= 0.5
    return {
      tags: group.tags,
      times: group.times.filter(isThere),
      values: group.values.filter(isThere),
    }
  })
}

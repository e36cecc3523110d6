import type { ResultColumn, ResultSeries } from '../result.ts'
import type { DataSource, Grouping, Points } from './data-source.ts'
import { evaluate } from './evaluate.ts'
import { groupBlocks } from './group-blocks.ts'
import type { GroupedRows } from './group-blocks.ts'
import { leafPoints, withTagsOf } from './leaf-points.ts'
import type { Frame, SelectContext } from './select-context.ts'
import type { Leaf, PlannedColumn, SelectPlan } from './select-plan.ts'

export interface ComputedOf {
  readonly plan: SelectPlan
  readonly source: DataSource
  readonly grouping: Grouping
  readonly frame: Frame
}

/** The series of a SELECT over one source. */
export async function computeSeries(
  of: ComputedOf,
  context: SelectContext,
): Promise<ResultSeries[]> {
  const groups = of.plan.isRaw ? await rawGroups(of) : await windowGroups(of)
  const found: ResultSeries[] = []
  for (const group of groups) {
    await context.pace.rest()
    const series = toSeries(of, group)
    if (series === undefined) continue
    context.count(series.times.length * series.columns.length)
    found.push(series)
  }
  return found
}

/** The rows of a group: of each leaf its values. */
interface LeafRows {
  readonly tags: Readonly<Record<string, string>>
  readonly times: Float64Array
  readonly leaves: readonly (Float64Array | undefined)[]
  /** With which the tags of each row can be told, where they are selected. */
  readonly rows?: GroupedRows
}

function toSeries(
  { plan, source, grouping }: ComputedOf,
  group: LeafRows,
): ResultSeries | undefined {
  const { tags, times, leaves } = group
  if (times.length === 0) return undefined
  const isGrouped = grouping.isAll || grouping.tags.length > 0
  return {
    name: source.name,
    tags: isGrouped && Object.keys(tags).length > 0 ? tags : undefined,
    timeName: plan.timeName,
    times,
    columns: plan.columns.map((column) => toColumn(column, plan.leaves, leaves, group)),
  }
}

function toColumn(
  { name, computed }: PlannedColumn,
  planned: readonly Leaf[],
  leaves: LeafRows['leaves'],
  { times, rows }: LeafRows,
): ResultColumn {
  const leaf = computed.kind === 'leaf' ? planned[computed.leaf] : undefined
  if (leaf?.kind === 'tag' && rows !== undefined) {
    const { blocks, blockOf } = rows
    const values = Array.from(blockOf, (number) => blocks[number]!.tags[leaf.tag] ?? null)
    return { name, values }
  }
  return { name, values: evaluate(computed, leaves, times.length) }
}

/** Rows in which at least one of the selected fields has a value. */
async function rawGroups({ plan, source, grouping, frame }: ComputedOf): Promise<LeafRows[]> {
  const fields = plan.leaves.flatMap((leaf) => (leaf.kind === 'field' ? [leaf.field] : []))
  if (fields.length === 0) return []
  const blocks = await source.blocks(fields, frame.span)
  const tags = grouping.isAll ? withTagsOf(grouping.tags, blocks) : grouping.tags
  return groupBlocks(blocks, { tags }).map((group) => {
    const rows = withoutEmpty(group)
    const columnOf = new Map(fields.map((field, at) => [field, rows.columns[at]!]))
    const leaves = plan.leaves.map((leaf) =>
      leaf.kind === 'field' ? columnOf.get(leaf.field) : undefined,
    )
    return { tags: group.tags, times: rows.times, leaves, rows }
  })
}

function withoutEmpty(group: GroupedRows): GroupedRows {
  const { times, columns, blockOf } = group
  const isThere = (_: number, row: number): boolean =>
    columns.some((values) => !Number.isNaN(values[row]!))
  if (times.every((timeMs, row) => isThere(timeMs, row))) return group
  return {
    ...group,
    times: times.filter(isThere),
    columns: columns.map((values) => values.filter(isThere)),
    blockOf: blockOf.filter(isThere),
  }
}

/** Each leaf by itself, put side by side. */
async function windowGroups({ plan, source, grouping, frame }: ComputedOf): Promise<LeafRows[]> {
  const isAlone = plan.leaves.length === 1
  const found = await Promise.all(
    plan.leaves.map(async (leaf) =>
      leaf.kind === 'function' || leaf.kind === 'transformation'
        ? await leafPoints(leaf, { source, grouping, frame, isAlone })
        : [],
    ),
  )
  const groups = new Map<string, (Points | undefined)[]>()
  for (const [number, points] of found.entries()) {
    for (const group of points) {
      const key = JSON.stringify(Object.entries(group.tags))
      const known = groups.get(key) ?? plan.leaves.map(() => undefined)
      known[number] = group
      groups.set(key, known)
    }
  }
  return Array.from(groups.values(), (group) => sideBySide(group, frame))
}

function sideBySide(
  group: readonly (Points | undefined)[],
  { fill, hasBeginning }: Frame,
): LeafRows {
  const present = group.filter((points) => points !== undefined)
  const { tags } = present[0]!
  const times = allTimes(present)
  // A number that fills gaps stands for a whole series too.
  const missing = typeof fill === 'object' ? fill.value : Number.NaN
  const leaves = group.map((points) => alignTo(times, points, missing))
  if (hasBeginning) return { tags, times, leaves }
  const first = times.findIndex((_, row) => leaves.some((values) => !Number.isNaN(values[row]!)))
  const from = Math.max(0, first)
  return { tags, times: times.subarray(from), leaves: leaves.map((one) => one.subarray(from)) }
}

function allTimes(present: readonly Points[]): Float64Array {
  const [first] = present
  const isSame = present.every(
    ({ times }) =>
      times === first!.times ||
      (times.length === first!.times.length && times.every((at, row) => at === first!.times[row])),
  )
  if (isSame) return first!.times
  return Float64Array.from(new Set(present.flatMap(({ times }) => [...times]))).toSorted()
}

function alignTo(times: Float64Array, points: Points | undefined, missing: number): Float64Array {
  if (points !== undefined && points.times.length === times.length) return points.values
  const values = new Float64Array(times.length).fill(missing)
  if (points === undefined) return values
  let row = 0
  for (const [at, timeMs] of points.times.entries()) {
    while (times[row]! < timeMs) row++
    values[row] = points.values[at]!
  }
  return values
}

import type { SelectStatement } from '../language/syntax.ts'
import type { ResultSeries } from '../result.ts'
import { intersect, splitCondition } from '../conditions/time-range.ts'
import type { TimeRange } from '../conditions/time-range.ts'
import { computeSeries } from './compute-series.ts'
import type { DataSource } from './data-source.ts'
import { toDimensions, toGrouping } from './dimensions.ts'
import type { Dimensions, Interval } from './dimensions.ts'
import { expandFields, needsNames } from './expand-fields.ts'
import type { KnownNames } from './expand-fields.ts'
import { openSources } from './open-sources.ts'
import { planSelect } from './plan-select.ts'
import type { Frame, ParentQuery, SelectContext } from './select-context.ts'
import { sliceSeries, sortSeries } from './order-series.ts'
import { TimeGrid } from './time-grid.ts'

const DAY_MS = 86_400_000

/** What a SELECT answers. @throws StatementError, QueryError */
export async function runSelect(
  statement: SelectStatement,
  context: SelectContext,
  parent?: ParentQuery,
): Promise<ResultSeries[]> {
  const clock = { nowMs: context.nowMs, timeZone: statement.timeZone }
  const { range: own, rest } = splitCondition(statement.condition, clock)
  const range = parent === undefined ? own : intersect(own, parent.range)
  const dimensions = withParents(toDimensions(statement.dimensions, clock), parent)
  const interval = dimensions.interval ?? parent?.interval
  const inner: ParentQuery = { range, interval, tags: dimensions.tags }
  const sources = await openSources(statement, rest, context, (subquery) =>
    runSelect(subquery, context, inner),
  )
  const cutMs = Math.max(0, parent?.range.fromMs ?? 0)
  const names = needsNames(statement.fields) ? await namesOf(sources) : NO_NAMES
  const isSubquery = parent !== undefined
  const frameParts = { range, interval, dimensions, context, cutMs, isSubquery }
  const found: ResultSeries[] = []
  for (const source of sources) {
    const frame = await toFrame(statement, source, frameParts)
    if (frame === undefined) continue
    found.push(...(await selectFrom(statement, { dimensions, names, source, frame }, context)))
  }
  return sliceSeries(sortSeries(found, statement.descending), statement)
}

/** A sub-query keeps apart what the query around it groups by. */
function withParents(own: Dimensions, parent: ParentQuery | undefined): Dimensions {
  return parent === undefined ? own : { ...own, tags: [...new Set([...own.tags, ...parent.tags])] }
}

interface FrameParts {
  readonly range: TimeRange
  readonly interval: Interval | undefined
  readonly dimensions: Dimensions
  readonly context: SelectContext
  readonly cutMs: number
  readonly isSubquery: boolean
}

/** Undefined where no time is left. */
async function toFrame(
  { fill, timeZone }: SelectStatement,
  source: DataSource,
  { range, interval, dimensions, context, cutMs, isSubquery }: FrameParts,
): Promise<Frame | undefined> {
  const { nowMs } = context
  // Nothing is stored that is more than a day ahead of the time of its receipt.
  const toMs = range.toMs ?? (interval === undefined ? nowMs + 2 * DAY_MS : nowMs + 1)
  const isOpen = range.fromMs === undefined && interval !== undefined
  const fromMs = Math.max(0, range.fromMs ?? (isOpen ? await source.beginning(toMs) : 0))
  if (fromMs >= toMs) return undefined
  const span = { fromMs, toMs }
  const grid =
    interval === undefined
      ? undefined
      : TimeGrid.of(interval.stepMs, interval.offsetMs, timeZone, span)
  return {
    span,
    cutMs,
    hasBeginning: !isOpen,
    grid,
    isGridInherited: dimensions.interval === undefined,
    // Windows without a value are nothing to whoever computes with them.
    fill: isSubquery && fill === 'null' ? 'none' : fill,
  }
}

const NO_NAMES: KnownNames = { fields: [], tags: [] }

/** A `*` stands for the names of all sources. */
async function namesOf(sources: readonly DataSource[]): Promise<KnownNames> {
  const fields = await Promise.all(sources.map((source) => source.fields()))
  const tags = await Promise.all(sources.map((source) => source.tags()))
  return { fields: [...new Set(fields.flat())], tags: [...new Set(tags.flat())] }
}

interface SelectParts {
  readonly dimensions: Dimensions
  readonly names: KnownNames
  readonly source: DataSource
  readonly frame: Frame
}

async function selectFrom(
  statement: SelectStatement,
  { dimensions, names, source, frame }: SelectParts,
  context: SelectContext,
): Promise<ResultSeries[]> {
  const grouping = await toGrouping(dimensions, source)
  const shown = { ...names, tags: names.tags.filter((tag) => !grouping.tags.includes(tag)) }
  const fields = expandFields(statement.fields, shown)
  if (fields.length === 0) return []
  const plan = planSelect(fields, {
    stepMs: frame.grid?.stepMs,
    isStepInherited: frame.isGridInherited,
    tags: names.tags,
  })
  return await computeSeries({ plan, source, grouping, frame }, context)
}

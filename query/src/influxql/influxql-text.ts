import type { Query } from '../query.ts'
import type { WindowRun } from '../windows.ts'
import type { InfluxQlOptions } from './influxql-options.ts'
import { quoteName, toCondition } from './quote-influxql.ts'

/** A time in [fromMs, toMs). */
export interface TimeSpan {
  readonly fromMs: number
  readonly toMs: number
}

/** FROM and WHERE: the measurement, the limit of projects, the conditions, the time. */
export function selection(
  { measurement, projects, where }: Query,
  { retentionPolicy }: Pick<InfluxQlOptions, 'retentionPolicy'>,
  span: TimeSpan,
): string {
  const policy = retentionPolicy === undefined ? '' : `${quoteName(retentionPolicy)}.`
  const conditions = [
    ...(projects === 'all'
      ? []
      : [toCondition({ tag: 'project', operator: 'in', values: projects })]),
    ...where.map((filter) => toCondition(filter)),
    timeCondition(span),
  ]
  return `FROM ${policy}${quoteName(measurement)} WHERE ${conditions.join(' AND ')}`
}

export function timeCondition({ fromMs, toMs }: TimeSpan): string {
  return `time >= ${fromMs}ms AND time < ${toMs}ms`
}

/** Gaps are left out: they are filled afterwards, in one way for every store. */
export function groupByTime(
  { startMs, stepMs }: Pick<WindowRun, 'startMs' | 'stepMs'>,
  groupBy: readonly string[] | '*',
): string {
  const offsetMs = startMs - Math.floor(startMs / stepMs) * stepMs
  const time = offsetMs === 0 ? `time(${stepMs}ms)` : `time(${stepMs}ms, ${offsetMs}ms)`
  const tags = groupBy === '*' ? ['*'] : groupBy.map((tag) => quoteName(tag))
  return `GROUP BY ${[time, ...tags].join(', ')} fill(none)`
}

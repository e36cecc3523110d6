import { asInfluxSays, StatementError } from '../influxql-error.ts'
import { NS_PER_MS } from '../language/durations.ts'
import type { Expression, RegexLiteral } from '../language/syntax.ts'
import { toModelRegex } from '../conditions/tag-conditions.ts'
import { timeValue } from '../conditions/time-value.ts'
import type { Clock } from '../conditions/time-value.ts'
import type { DataSource, Grouping } from './data-source.ts'

/** Of GROUP BY time. */
export interface Interval {
  readonly stepMs: number
  readonly offsetMs: number
}

/** What GROUP BY says. */
export interface Dimensions {
  readonly interval?: Interval | undefined
  readonly tags: readonly string[]
  readonly patterns: readonly RegexLiteral[]
  readonly isAll: boolean
}

/** @throws StatementError */
export function toDimensions(expressions: readonly Expression[], clock: Clock): Dimensions {
  const tags: string[] = []
  const patterns: RegexLiteral[] = []
  let interval: Interval | undefined
  let isAll = false
  for (const expression of expressions) {
    if (expression.kind === 'wildcard') isAll = true
    else if (expression.kind === 'regex') patterns.push(expression)
    else if (expression.kind === 'name') tags.push(tagName(expression.name))
    else if (expression.kind !== 'call') {
      throw asInfluxSays('only time and tag dimensions allowed')
    } else if (interval === undefined)
      interval = toInterval(expression.name, expression.args, clock)
    else throw asInfluxSays('multiple time dimensions not allowed')
  }
  return { interval, tags: [...new Set(tags)], patterns, isAll }
}

/** The tags of a source that keep groups apart. */
export async function toGrouping(
  { tags, patterns, isAll }: Dimensions,
  source: DataSource,
): Promise<Grouping> {
  if (!isAll && patterns.length === 0) return { tags: tags.toSorted(), isAll }
  const known = await source.tags()
  const tests = patterns.map((one) => new RegExp(`^(?:${toModelRegex(one)})$`, 'su'))
  const matching = known.filter((tag) => isAll || tests.some((test) => test.test(tag)))
  return { tags: [...new Set([...tags, ...matching])].toSorted(), isAll }
}

function tagName(name: string): string {
  if (name.toLowerCase() !== 'time') return name
  throw asInfluxSays('time() is a function and expects at least one argument')
}

function toInterval(name: string, args: readonly Expression[], clock: Clock): Interval {
  if (name !== 'time') throw asInfluxSays('only time() calls allowed in dimensions')
  const [step, offset, ...others] = args
  if (step === undefined || others.length > 0) {
    throw asInfluxSays('time dimension expected 1 or 2 arguments')
  }
  if (step.kind !== 'duration' || step.ns <= 0n) {
    throw asInfluxSays('time dimension must have duration argument')
  }
  const isOffset = offset === undefined || offset.kind === 'duration' || offset.kind === 'call'
  if (!isOffset) throw asInfluxSays('time dimension offset must be duration or now()')
  const offsetNs = offset === undefined ? 0n : timeValue(offset, clock)
  if (step.ns % NS_PER_MS !== 0n || offsetNs % NS_PER_MS !== 0n) throw notWholeMs()
  return { stepMs: Number(step.ns / NS_PER_MS), offsetMs: Number(offsetNs / NS_PER_MS) }
}

function notWholeMs(): StatementError {
  return new StatementError({
    zh: 'time() 的间隔与偏移应为整数毫秒；本平台的数据精确到毫秒',
    en: 'the interval and the offset of time() must be whole milliseconds: no data here are finer',
  })
}

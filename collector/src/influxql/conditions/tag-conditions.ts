import { quoteRe2 } from '@wardround/query'
import type { TagFilter } from '@wardround/query'
import { asInfluxSays, StatementError } from '../influxql-error.ts'
import type { Binary, Expression, Name, RegexLiteral } from '../language/syntax.ts'
import { fromGoRegex, RegexRefused } from './go-regex.ts'

/** Conditions on tags as the query model has them: each must hold. @throws StatementError what the model can't say */
export function toTagFilters(conditions: readonly Expression[]): TagFilter[] {
  return conditions.flatMap((condition) => toFilters(condition))
}

/** A regular expression of a whole value, as the model has it. @throws StatementError */
export function toModelRegex({ source }: RegexLiteral): string {
  try {
    const own = fromGoRegex(source)
    void new RegExp(own, 'su')
    return own
  } catch (error) {
    if (error instanceof RegexRefused) throw refusedRegex(source, error)
    if (error instanceof SyntaxError) throw asInfluxSays(`error parsing regexp: ${source}`)
    throw error
  }
}

function toFilters(condition: Expression): TagFilter[] {
  const { kind } = condition
  if (kind === 'and') return toTagFilters(condition.parts)
  if (kind === 'or') return [toAnyOf(condition.parts.flatMap((part) => alternativesOf(part)))]
  if (kind === 'binary') return [toFilter(condition)]
  if (kind === 'boolean' && condition.value) return []
  if (kind === 'name') throw asInfluxSays(`invalid condition expression: ${condition.name}`)
  throw notATagCondition()
}

function toFilter({ operator, left, right }: Binary): TagFilter {
  const [name, value] = left.kind === 'name' ? [left, right] : [right, left]
  if (name.kind !== 'name' || name.is === 'field') throw notATagCondition()
  const tag = name.name
  if (value.kind === 'text' && (operator === '=' || operator === '!=')) {
    return { tag, operator, value: value.value }
  }
  if (value.kind === 'regex' && (operator === '=~' || operator === '!~')) {
    return toRegexFilter(name, operator, value)
  }
  throw notATagCondition()
}

function toRegexFilter(name: Name, operator: '=~' | '!~', regex: RegexLiteral): TagFilter {
  const values = operator === '=~' ? plainAlternatives(regex.source) : undefined
  if (values !== undefined) return { tag: name.name, operator: 'in', values }
  return { tag: name.name, operator, value: toModelRegex(regex) }
}

/** What Grafana makes of a variable with several values, `^(a|b)$`: compared as texts, which costs nothing however many they are. */
function plainAlternatives(source: string): string[] | undefined {
  const whole = /^\^(?:\((?:\?:)?([^]*)\)|([^()|]*))\$$/.exec(source)
  const inner = whole?.[1] ?? whole?.[2]
  if (inner === undefined) return undefined
  const isPlain = /^(?:[^\\.+*?()[\]{}^$]|\\[^a-zA-Z0-9])*$/.test(inner)
  if (!isPlain) return undefined
  const values = ['']
  for (const [part] of inner.matchAll(/\\[^]|[^]/g)) {
    if (part === '|') values.push('')
    else values[values.length - 1] += part.length > 1 ? part.slice(1) : part
  }
  return values
}

function alternativesOf(part: Expression): TagFilter[] {
  if (part.kind === 'or') return part.parts.flatMap((inner) => alternativesOf(inner))
  const filters = toFilters(part)
  if (filters.length !== 1) throw notOneTag()
  return filters
}

/** Several conditions on one tag, of which one must hold. */
function toAnyOf(filters: readonly TagFilter[]): TagFilter {
  const tag = filters[0]!.tag
  if (filters.some((filter) => filter.tag !== tag)) throw notOneTag()
  const values: string[] = []
  const expressions: string[] = []
  for (const filter of filters) {
    if (filter.operator === 'in') values.push(...filter.values)
    else if (filter.operator === '=') values.push(filter.value)
    else if (filter.operator === '=~') expressions.push(filter.value)
    else throw notOneTag()
  }
  if (expressions.length === 0) return { tag, operator: 'in', values }
  const all = [...values.map((value) => quoteRe2(value)), ...expressions]
  return { tag, operator: '=~', value: all.map((one) => `(?:${one})`).join('|') }
}

function notATagCondition(): StatementError {
  return new StatementError({
    zh: 'WHERE 中只支持对标签的条件（"标签" = \'值\'、!=、=~ /…/、!~）和时间范围；按数值筛选请写在子查询之外的 WHERE 中',
    en: 'WHERE takes conditions on tags ("tag" = \'value\', !=, =~ /…/, !~) and on time here; conditions on values are for the WHERE of a query over a sub-query',
  })
}

function notOneTag(): StatementError {
  return new StatementError({
    zh: 'OR 只支持同一标签的 = 与 =~ 条件；其余请拆成几条语句',
    en: 'OR is supported between = and =~ of one tag; ask for the rest in several statements',
  })
}

function refusedRegex(source: string, { part, why }: RegexRefused): StatementError {
  if (why === 'nested') {
    return new StatementError({
      zh: `正则表达式“${source}”中的“${part}”让一个本身已不限次数重复的部分再重复；请去掉其中一层`,
      en: `"${part}" in the regular expression "${source}" repeats what repeats without end itself: leave one of the two out`,
    })
  }
  return new StatementError({
    zh: `不支持正则表达式“${source}”中的“${part}”`,
    en: `"${part}" in the regular expression "${source}" is not supported`,
  })
}

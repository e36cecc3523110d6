import { toRe2 } from '../to-re2.ts'
import type { TagFilter } from '../query.ts'

/** A name in InfluxQL's quotes. */
export function quoteName(name: string): string {
  return `"${escape(name).replaceAll('"', String.raw`\"`)}"`
}

/** A text in InfluxQL's quotes. */
function quoteText(text: string): string {
  return `'${escape(text).replaceAll("'", String.raw`\'`)}'`
}

/** The condition in brackets. A tag that a series doesn't have is '' to InfluxDB too. */
export function toCondition(filter: TagFilter): string {
  // Without ::tag a name that no series has as a tag would be read as a field.
  const tag = `${quoteName(filter.tag)}::tag`
  if (filter.operator === 'in') return toAnyOf(tag, filter.values)
  const { operator, value } = filter
  if (operator === '=' || operator === '!=') return `(${tag} ${operator} ${quoteText(value)})`
  return `(${tag} ${operator} ${toRegexLiteral(value)})`
}

/** There must be at least one value. */
function toAnyOf(tag: string, values: readonly string[]): string {
  return `(${values.map((value) => `${tag} = ${quoteText(value)}`).join(' OR ')})`
}

function toRegexLiteral(source: string): string {
  // A slash would end it, wherever it stands; written as a number it can't.
  const re2 = toRe2(source).replaceAll(/\\?\//g, String.raw`\x{2f}`)
  return `/^(?s:${re2})$/`
}

function escape(text: string): string {
  return text.replaceAll('\\', String.raw`\\`).replaceAll('\n', String.raw`\n`)
}

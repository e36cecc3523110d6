import type { LocalizedText } from './language.ts'

/** What a schema says of a value that is neither mapping nor list of mappings. */
export interface ScalarSchema {
  readonly type?: string
  readonly const?: unknown
  /** What is to be written there, for a person: instead of a pattern. */
  readonly expected?: LocalizedText
  readonly format?: string
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly minimum?: number
  readonly maximum?: number
}

/** What should stand where a value does not fit its schema; `message` is the check's own. */
export function describeExpected(
  schema: ScalarSchema,
  value: unknown,
  message: string,
): LocalizedText {
  return inQuotes(schema, value, schema.expected ?? expectedScalar(schema, message))
}

/** A telephone number, a version or a code that is all digits is a number to YAML, and a text only in quotes. */
function inQuotes({ type }: ScalarSchema, value: unknown, expected: LocalizedText): LocalizedText {
  if (type !== 'string' || (typeof value !== 'number' && typeof value !== 'boolean'))
    return expected
  return {
    zh: `${expected.zh}，并用引号括起来`,
    en: `${expected.en}, in quotes`,
  }
}

function expectedScalar(schema: ScalarSchema, message: string): LocalizedText {
  if (schema.const !== undefined) return oneOf([JSON.stringify(schema.const)])
  if (schema.format === 'wardround-duration')
    return { zh: '时长，如 10s、5m、1h、7d', en: 'a duration such as 10s, 5m, 1h or 7d' }
  if (schema.format === 'wardround-bytes')
    return { zh: '大小，如 256MiB', en: 'a size such as 256MiB' }
  if (schema.type === 'number' || schema.type === 'integer') return expectedNumber(schema)
  if (schema.type === 'boolean') return { zh: 'true 或 false', en: 'true or false' }
  if (schema.pattern !== undefined)
    return { zh: `符合 ${schema.pattern} 的文本`, en: `text matching ${schema.pattern}` }
  if (schema.type === 'array') return expectedList(schema)
  if (schema.type === 'string') return { zh: expectedText(schema), en: `text (${message})` }
  return { zh: message, en: message }
}

function expectedText({ minLength = 0, maxLength }: ScalarSchema): string {
  const bounds = [
    ...(minLength > 0 ? [`至少 ${minLength} 个字符`] : []),
    ...(maxLength === undefined ? [] : [`至多 ${maxLength} 个字符`]),
  ]
  return bounds.length === 0 ? '文本' : `文本（${bounds.join('，')}）`
}

function expectedList({ minItems = 0, maxItems }: ScalarSchema): LocalizedText {
  return maxItems === undefined
    ? { zh: `至少 ${minItems} 项的列表`, en: `a list of ${minItems} or more` }
    : { zh: `${minItems} 到 ${maxItems} 项的列表`, en: `a list of ${minItems} to ${maxItems}` }
}

function expectedNumber(schema: ScalarSchema): LocalizedText {
  const kind: LocalizedText =
    schema.type === 'integer'
      ? { zh: '整数', en: 'a whole number' }
      : { zh: '数字', en: 'a number' }
  const { minimum, maximum } = schema
  if (minimum !== undefined && maximum !== undefined) {
    return {
      zh: `${minimum} 到 ${maximum} 之间的${kind.zh}`,
      en: `${kind.en} from ${minimum} to ${maximum}`,
    }
  }
  if (minimum !== undefined)
    return { zh: `不小于 ${minimum} 的${kind.zh}`, en: `${kind.en}, ${minimum} or more` }
  if (maximum !== undefined)
    return { zh: `不大于 ${maximum} 的${kind.zh}`, en: `${kind.en}, ${maximum} or less` }
  return kind
}

/** `以下之一：a、b` */
export function oneOf(names: readonly string[]): LocalizedText {
  if (names.length === 1) return { zh: String(names[0]), en: String(names[0]) }
  return { zh: `以下之一：${names.join('、')}`, en: `one of ${names.join(', ')}` }
}

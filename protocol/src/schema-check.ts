/*
 * Checks parsed JSON against the part of JSON Schema that messages.ts uses. TypeBox's own checker walks a schema some fifty times slower without
 * compiling it and takes a megabyte of the agent's memory more when it does, and looks at every item of an array that is too long already: a hello of
 * 1 MiB held the collector for half a second. schema-check.test.ts holds both against each other.
 */

/** A schema as TypeBox writes it; `~` members are its own. */
export interface MessageSchema {
  readonly type?: string
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, MessageSchema>>
  readonly required?: readonly string[]
  /** One schema for all items, or one for each. */
  readonly items?: MessageSchema | readonly MessageSchema[]
  readonly additionalItems?: boolean
  readonly minItems?: number
  readonly maxItems?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
}

/** What is wrong with a value, with its path; undefined for nothing. */
export function schemaProblem(
  schema: MessageSchema,
  value: unknown,
  path = '',
): string | undefined {
  if (schema.const !== undefined && value !== schema.const)
    return `${path}: expected ${JSON.stringify(schema.const)}`
  switch (schema.type) {
    case 'object':
      return objectProblem(schema, value, path)
    case 'array':
      return arrayProblem(schema, value, path)
    case 'string':
      return stringProblem(schema, value, path)
    case 'integer':
    case 'number':
      return numberProblem(schema, value, path)
    case undefined:
    default:
      throw new TypeError(`Type ${schema.type} is not among those that messages may have.`)
  }
}

function objectProblem(schema: MessageSchema, value: unknown, path: string): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return `${path}: expected an object`
  for (const [key, member] of Object.entries(schema.properties ?? {})) {
    if (!Object.hasOwn(value, key)) {
      if (schema.required?.includes(key) === true) return `${path}/${key}: missing`
      continue
    }
    const problem = schemaProblem(member, Reflect.get(value, key), `${path}/${key}`)
    if (problem !== undefined) return problem
  }
  return undefined
}

function arrayProblem(schema: MessageSchema, value: unknown, path: string): string | undefined {
  if (!Array.isArray(value)) return `${path}: expected an array`
  const items = schema.items
  const most = schema.additionalItems === false && isList(items) ? items.length : schema.maxItems
  if (value.length < (schema.minItems ?? 0) || value.length > (most ?? Infinity)) {
    return `${path}: ${value.length} items, expected ${schema.minItems ?? 0} to ${most ?? 'any number'}`
  }
  for (let i = 0; i < value.length; i++) {
    const item = isList(items) ? items[i] : items
    const problem = item === undefined ? undefined : schemaProblem(item, value[i], `${path}/${i}`)
    if (problem !== undefined) return problem
  }
  return undefined
}

function stringProblem(schema: MessageSchema, value: unknown, path: string): string | undefined {
  if (typeof value !== 'string') return `${path}: expected a text`
  if (value.length < (schema.minLength ?? 0) || value.length > (schema.maxLength ?? Infinity)) {
    return `${path}: ${value.length} characters, expected ${schema.minLength ?? 0} to ${schema.maxLength ?? 'any number'}`
  }
  if (schema.pattern !== undefined && !patternOf(schema.pattern).test(value)) {
    return `${path}: expected a text like ${schema.pattern}`
  }
  return undefined
}

function numberProblem(schema: MessageSchema, value: unknown, path: string): string | undefined {
  if (typeof value !== 'number' || (schema.type === 'integer' && !Number.isInteger(value))) {
    return `${path}: expected ${schema.type === 'integer' ? 'a whole number' : 'a number'}`
  }
  const tooLow =
    value < (schema.minimum ?? -Infinity) || value <= (schema.exclusiveMinimum ?? -Infinity)
  if (tooLow || value > (schema.maximum ?? Infinity)) {
    const least = schema.minimum ?? `above ${schema.exclusiveMinimum ?? -Infinity}`
    return `${path}: ${value}, expected ${least} to ${schema.maximum ?? Infinity}`
  }
  return undefined
}

const patterns = new Map<string, RegExp>()

function patternOf(pattern: string): RegExp {
  const known = patterns.get(pattern)
  if (known !== undefined) return known
  const made = new RegExp(pattern, 'u')
  patterns.set(pattern, made)
  return made
}

function isList(items: MessageSchema['items']): items is readonly MessageSchema[] {
  return Array.isArray(items)
}

import type { TSchema } from 'typebox'
import { Errors } from 'typebox/value'
import { describeExpected, oneOf, type ScalarSchema } from './expected-value.ts'
import type { LocalizedText } from './language.ts'
import { nearestName } from './nearest-name.ts'
import type { KeyPath } from './yaml-document.ts'
import { describeUnknownKey, describeValue, unknownChoice } from './describe-value.ts'

/** What a walk over a value finds wrong; `atKey` where the key and not its value is the trouble. */
export interface SchemaProblem {
  readonly path: KeyPath
  readonly atKey: boolean
  readonly what: LocalizedText
  readonly expected: LocalizedText | undefined
  readonly suggestion: string | undefined
}

/** The parts of a JSON Schema that configuration schemas are made of. */
interface Schema extends ScalarSchema {
  readonly default?: unknown
  readonly description?: string
  /** The description in Chinese. */
  readonly descriptionZh?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  /** A secret is meant: what stands in its place is never shown. */
  readonly isSecret?: boolean
}

/**
 * Checks a value against a TypeBox schema and fills in defaults. Unions are resolved before they are checked (by the `type` key, a
 * literal, or the kind of value), so that a mistake is reported once and for the branch that was meant.
 */
export function walkSchema(
  schema: TSchema,
  value: unknown,
  path: KeyPath,
  problems: SchemaProblem[],
): unknown {
  return walk(asSchema(schema), value, path, problems)
}

function asSchema(schema: TSchema): Schema {
  return schema
}

function walk(schema: Schema, given: unknown, path: KeyPath, problems: SchemaProblem[]): unknown {
  const value = given === undefined ? structuredClone(schema.default) : given
  if (schema.isSecret === true && value !== undefined && !isRecord(value)) {
    problems.push(secretInTheClear(path))
    return undefined
  }
  if (schema.anyOf !== undefined) return walkUnion(schema.anyOf, value, path, problems)
  if (schema.type === 'object') return walkObject(schema, value, path, problems)
  if (schema.type === 'array') return walkArray(schema, value, path, problems)
  checkScalar(schema, value, path, problems)
  return value
}

function secretInTheClear(path: KeyPath): SchemaProblem {
  return {
    path,
    atKey: false,
    what: {
      zh: '密钥不能直接写在配置里',
      en: 'a secret must not stand in the configuration itself',
    },
    expected: {
      zh: '{file: 文件} 或 {env: 环境变量}',
      en: '{file: FILE} or {env: VARIABLE}',
    },
    suggestion: undefined,
  }
}

function walkObject(
  schema: Schema,
  value: unknown,
  path: KeyPath,
  problems: SchemaProblem[],
): unknown {
  if (!isRecord(value)) {
    problems.push(wrongKind(value, path, expectedMapping(schema, path)))
    return value
  }
  const properties = schema.properties ?? {}
  const open = Object.values(schema.patternProperties ?? {})[0] ?? schema.additionalProperties
  const result: Record<string, unknown> = {}
  for (const [key, entry] of Object.entries(value)) {
    const property = Object.hasOwn(properties, key)
      ? properties[key]
      : typeof open === 'object'
        ? open
        : undefined
    if (key === '__proto__') problems.push(unknownKey(key, Object.keys(properties), path))
    else if (property !== undefined) result[key] = walk(property, entry, [...path, key], problems)
    else if (schema.additionalProperties === false)
      problems.push(unknownKey(key, Object.keys(properties), path))
    else result[key] = entry
  }
  for (const [key, property] of Object.entries(properties)) {
    if (Object.hasOwn(value, key)) continue
    if (property.default !== undefined)
      result[key] = walk(property, undefined, [...path, key], problems)
    else if (schema.required?.includes(key) === true) problems.push(missingKey(key, property, path))
  }
  return result
}

/** Of a whole file also the keys that it must have. */
function expectedMapping({ required = [], properties = {} }: Schema, path: KeyPath): LocalizedText {
  const needed = required.filter((key) => properties[key]?.default === undefined)
  const keys = path.length === 0 ? needed : []
  return {
    zh: `一组键值${keys.length === 0 ? '' : `，顶层的键为 ${keys.map((key) => `${key}:`).join('、')}`}`,
    en: `a mapping of keys to values${keys.length === 0 ? '' : `, with ${keys.map((key) => `${key}:`).join(', ')} at its top`}`,
  }
}

function walkArray(
  schema: Schema,
  value: unknown,
  path: KeyPath,
  problems: SchemaProblem[],
): unknown {
  if (!Array.isArray(value)) {
    problems.push(wrongKind(value, path, { zh: '列表', en: 'a list' }))
    return value
  }
  const { items, ...own } = schema
  checkScalar(own, value, path, problems)
  return items === undefined
    ? value
    : value.map((entry, index) => walk(items, entry, [...path, index], problems))
}

function walkUnion(
  branches: readonly Schema[],
  value: unknown,
  path: KeyPath,
  problems: SchemaProblem[],
): unknown {
  const branch =
    branches.find((candidate) => candidate.const !== undefined && candidate.const === value) ??
    chooseBranch(branches, value)
  if (branch !== undefined) return walk(branch, value, path, problems)
  const choices = branches.map(nameBranch)
  const written = discriminator(value)
  problems.push({
    path: typeof written === 'string' && isRecord(value) ? [...path, 'type'] : path,
    atKey: false,
    what: written === undefined ? describeValue(value) : unknownChoice(written),
    expected: oneOf(choices),
    suggestion:
      typeof written === 'string'
        ? nearestName(
            written,
            choices.map((choice) => choice.replaceAll('"', '')),
          )
        : undefined,
  })
  return value
}

/** The branch that was meant: by `type`, else the first that the value fits, else the only one of its kind. */
function chooseBranch(branches: readonly Schema[], value: unknown): Schema | undefined {
  if (isRecord(value) && typeof value['type'] === 'string') {
    const named = branches.find((branch) => branch.properties?.['type']?.const === value['type'])
    if (
      named !== undefined ||
      branches.some((branch) => branch.properties?.['type']?.const !== undefined)
    )
      return named
  }
  const fitting = branches.find((branch) => {
    const trial: SchemaProblem[] = []
    walk(branch, value, [], trial)
    return trial.length === 0
  })
  if (fitting !== undefined) return fitting
  const sameKind = branches.filter((branch) => branch.const === undefined && kindOf(branch, value))
  return sameKind.length === 1 ? sameKind[0] : undefined
}

function kindOf(branch: Schema, value: unknown): boolean {
  if (branch.type === 'object') return isRecord(value)
  if (branch.type === 'array') return Array.isArray(value)
  return (
    branch.type ===
    (typeof value === 'number' && branch.type === 'integer' ? 'integer' : typeof value)
  )
}

function checkScalar(
  schema: Schema,
  value: unknown,
  path: KeyPath,
  problems: SchemaProblem[],
): void {
  const [error] = Errors(schema, value)
  if (error === undefined) return
  problems.push({
    path,
    atKey: false,
    what: describeValue(value),
    expected: describeExpected(schema, value, error.message),
    suggestion: undefined,
  })
}

function wrongKind(value: unknown, path: KeyPath, expected: LocalizedText): SchemaProblem {
  return { path, atKey: false, what: describeValue(value), expected, suggestion: undefined }
}

function unknownKey(key: string, known: readonly string[], path: KeyPath): SchemaProblem {
  return {
    path: [...path, key],
    atKey: true,
    what: describeUnknownKey(key),
    expected: known.length === 0 ? undefined : oneOf(known),
    suggestion: nearestName(key, known),
  }
}

function missingKey(key: string, property: Schema, path: KeyPath): SchemaProblem {
  const where =
    path.length === 0
      ? { zh: '', en: '' }
      : { zh: `（在 ${path.join('.')} 中）`, en: ` in ${path.join('.')}` }
  const { description, descriptionZh } = property
  const about = {
    zh: descriptionZh === undefined ? '' : `：${descriptionZh}`,
    en: description === undefined ? '' : ` (${description})`,
  }
  return {
    path,
    atKey: false,
    what: {
      zh: `缺少“${key}”${where.zh}${about.zh}`,
      en: `"${key}" is missing${where.en}${about.en}`,
    },
    expected: undefined,
    suggestion: undefined,
  }
}

function discriminator(value: unknown): unknown {
  if (isRecord(value)) return value['type']
  return typeof value === 'string' ? value : undefined
}

function nameBranch(branch: Schema): string {
  const type = branch.properties?.['type']?.const
  if (type !== undefined) return JSON.stringify(type)
  if (branch.const !== undefined) return JSON.stringify(branch.const)
  if (branch.properties !== undefined) return `{${Object.keys(branch.properties).join(', ')}}`
  return branch.type ?? 'any value'
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

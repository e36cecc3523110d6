import type { TSchema } from 'typebox'
import { parse } from 'yaml'
import type { ConfigProblem } from './config-error.ts'
import { nearestName } from './nearest-name.ts'

export type Environment = Readonly<Record<string, string | undefined>>

const PREFIX = 'WARDROUND_'

/** A configuration with the environment's words in it, and which variable spoke for which path. */
export interface Overridden {
  readonly value: unknown
  /** Names of variables by the dotted path that they set. */
  readonly variables: ReadonlyMap<string, string>
}

/**
 * Puts `WARDROUND_SECTION__KEY=value` into a parsed configuration. `__` separates levels; within a name `_` and case don't count
 * (`WARDROUND_OUTBOX__MAX_BYTES` is `outbox.maxBytes`). The value is read as YAML. A variable that names no key is a problem where it has `__`
 * or nearly names a top-level key; others are left alone (WARDROUND_LANG is no configuration).
 */
export function overrideFromEnvironment(
  schema: TSchema,
  value: unknown,
  environment: Environment,
  problems: ConfigProblem[],
): Overridden {
  const result = structuredClone(value)
  const variables = new Map<string, string>()
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith(PREFIX) || text === undefined) continue
    const names = variable.slice(PREFIX.length).split('__')
    const path = resolvePath(schema, names)
    if (path !== undefined) {
      setPath(result, path, parse(text))
      variables.set(path.join('.'), variable)
    } else if (names.length > 1 || nearestSection(schema, names) !== undefined) {
      problems.push(unknownVariable(variable, schema, names))
    }
  }
  return { value: result, variables }
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, ObjectSchema>>
}

function resolvePath(schema: ObjectSchema, names: readonly string[]): string[] | undefined {
  const path: string[] = []
  let current: ObjectSchema | undefined = schema
  for (const name of names) {
    const properties: Readonly<Record<string, ObjectSchema>> = current?.properties ?? {}
    const key = Object.keys(properties).find((candidate) => candidate.toLowerCase() === plain(name))
    if (key === undefined) return undefined
    path.push(key)
    current = properties[key]
  }
  return path
}

function plain(name: string): string {
  return name.replaceAll('_', '').toLowerCase()
}

function setPath(target: unknown, path: readonly string[], value: unknown): void {
  let current = target
  for (const [index, key] of path.entries()) {
    if (!isRecord(current)) return // not a mapping: the schema walk reports it
    if (index === path.length - 1) current[key] = value
    else current = current[key] ??= {}
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function unknownVariable(
  variable: string,
  schema: ObjectSchema,
  names: readonly string[],
): ConfigProblem {
  const sections = Object.keys(schema.properties ?? {})
  return {
    file: variable,
    line: 1,
    column: 1,
    path: names.join('.'),
    what: { zh: '环境变量没有对应的配置项', en: 'this environment variable names no setting' },
    expected: {
      zh: `以下配置项之一：${sections.join('、')}`,
      en: `a path below one of ${sections.join(', ')}`,
    },
    suggestion: nearestSection(schema, names),
  }
}

function nearestSection(schema: ObjectSchema, names: readonly string[]): string | undefined {
  return nearestName(plain(names[0] ?? ''), Object.keys(schema.properties ?? {}))
}

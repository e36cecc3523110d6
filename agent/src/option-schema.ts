import { Duration, SecretReference } from '@wardround/program'
import type { LocalizedText } from '@wardround/protocol'
import { Type, type TSchema, type TSchemaOptions } from 'typebox'
import type { Option, Options } from './option.ts'

/** The TypeBox schema of a probe's or a source's settings; `extra` are the settings that every one of them takes. */
export function schemaOfOptions(
  options: Options,
  extra: Readonly<Record<string, TSchema>>,
  description: string,
  required: readonly string[] = [],
): TSchema {
  const own = Object.fromEntries(
    Object.entries(options).map(([name, option]) => [
      name,
      required.includes(name) ? schemaOf(option) : Type.Optional(schemaOf(option)),
    ]),
  )
  return Type.Object(
    { ...extra, ...own },
    { additionalProperties: false, description, default: {} },
  )
}

function schemaOf(option: Option): TSchema {
  const common = {
    ...(option.default === undefined ? {} : { default: option.default }),
    ...descriptionsOf(option.help),
    ...(option.expected === undefined ? {} : { expected: option.expected }),
  }
  switch (option.type) {
    case 'string':
      return schemaOfString(option, common)
    case 'integer':
      return Type.Integer({ ...common, ...bounds(option) })
    case 'number':
      return Type.Number({ ...common, ...bounds(option) })
    case 'boolean':
      return Type.Boolean(common)
    case 'duration':
      return Duration({
        ...descriptionsOf(option.help),
        description: option.help?.en ?? '',
        ...(typeof option.default === 'string' ? { default: option.default } : {}),
      })
    case 'secret':
      return Type.Union(SecretReference.anyOf, {
        ...common,
        description: `${option.help?.en ?? ''}, by reference: {file: …} or {env: …}`,
        descriptionZh: `${option.help?.zh ?? ''}，写为 {file: 文件} 或 {env: 环境变量}`,
        isSecret: true,
      })
    case 'array':
      return Type.Array(schemaOf(option.items), {
        ...common,
        ...(option.maxItems === undefined ? {} : { maxItems: option.maxItems }),
      })
    case 'object':
      return Type.Object(
        Object.fromEntries(
          Object.entries(option.properties).map(([name, property]) => [
            name,
            propertySchema(option, name, property),
          ]),
        ),
        { ...common, additionalProperties: false },
      )
  }
}

/** In English where JSON Schema has it, and in Chinese beside it, for messages to persons. */
function descriptionsOf(help: LocalizedText | undefined): {
  description?: string
  descriptionZh?: string
} {
  return help === undefined ? {} : { description: help.en, descriptionZh: help.zh }
}

function propertySchema(
  object: Extract<Option, { type: 'object' }>,
  name: string,
  property: Option,
): TSchema {
  return object.required?.includes(name) === true
    ? schemaOf(property)
    : Type.Optional(schemaOf(property))
}

function schemaOfString(
  option: Extract<Option, { type: 'string' }>,
  common: TSchemaOptions,
): TSchema {
  if (option.enum !== undefined)
    return Type.Union(
      option.enum.map((value) => Type.Literal(value)),
      common,
    )
  return Type.String({
    ...common,
    ...(option.pattern === undefined ? {} : { pattern: option.pattern }),
    ...(option.minLength === undefined ? {} : { minLength: option.minLength }),
  })
}

function bounds({ minimum, maximum }: { readonly minimum?: number; readonly maximum?: number }): {
  minimum?: number
  maximum?: number
} {
  return {
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
  }
}

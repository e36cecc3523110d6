/** The parts of a JSON Schema that configuration is described with. */
export interface JsonSchema {
  readonly type?: string
  readonly const?: string | number | boolean
  readonly enum?: readonly (string | number)[]
  readonly default?: unknown
  readonly description?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly format?: string
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxItems?: number
}

/** A TypeBox schema is a JSON Schema, under a type that says more of it than is needed here. */
export function toJsonSchema(schema: object): JsonSchema {
  return schema
}

const DRAFT = 'https://json-schema.org/draft/2020-12/schema'

/**
 * Text of a schema file for editors. What has a default need not be written, and formats that only our
 * programs know (their pattern says the same) are left out.
 */
export function formatSchemaFile(schema: JsonSchema, title: string): string {
  const file = { $schema: DRAFT, title, ...toEditorSchema(schema) }
  return `${JSON.stringify(file, undefined, 2)}\n`
}

function toEditorSchema(schema: JsonSchema): JsonSchema {
  const { format, required, properties, items, anyOf, patternProperties, ...rest } = schema
  const needed = required?.filter((key) => properties?.[key]?.default === undefined) ?? []
  return {
    ...rest,
    ...(format !== undefined && !format.startsWith('wardround-') && { format }),
    ...(properties && { properties: mapValues(properties, toEditorSchema) }),
    ...(patternProperties && { patternProperties: mapValues(patternProperties, toEditorSchema) }),
    ...(needed.length > 0 && { required: needed }),
    ...(items && { items: toEditorSchema(items) }),
    ...(anyOf && { anyOf: anyOf.map(toEditorSchema) }),
  }
}

function mapValues<T, U>(
  object: Readonly<Record<string, T>>,
  map: (value: T) => U,
): Record<string, U> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]))
}

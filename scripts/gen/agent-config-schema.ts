import type { Probe } from '../../agent/src/probe.ts'
import type { Source } from '../../agent/src/source.ts'
import type { JsonSchema } from './json-schema.ts'

/**
 * The schema of agent.yaml as docs/config.md shows it: what every probe and every source takes stands
 * there once, under `<name>` and `[]`; what each declares for itself has a table of its own.
 */
export function toDocumentedSchema(
  schema: JsonSchema,
  probes: readonly Probe[],
  sources: readonly Source<unknown>[],
): JsonSchema {
  const { probes: probesSchema = {}, sources: sourcesSchema = {} } = schema.properties ?? {}
  const [probe] = probes
  const [source] = sources
  const ofProbe = probe && probesSchema.properties?.[probe.name]
  const { items = {} } = sourcesSchema
  const ofSource = items.anyOf?.[0] ?? items
  return {
    ...schema,
    properties: {
      ...schema.properties,
      probes: {
        type: 'object',
        description: probesSchema.description ?? '',
        default: probesSchema.default,
        patternProperties: {
          '^.+$': {
            type: 'object',
            description: 'One probe, by its name',
            properties: commonMembers(ofProbe, probe?.options),
          },
        },
      },
      sources: {
        ...sourcesSchema,
        items: {
          type: 'object',
          properties: {
            ...commonMembers(ofSource, source?.options),
            type: { enum: sources.map(({ type }) => type), description: 'What kind of source' },
          },
        },
      },
    },
  }
}

/** What is no setting of this one's own; a default of its own that stands in the text is taken out. */
function commonMembers(
  schema: JsonSchema | undefined,
  own: object = {},
): Record<string, JsonSchema> {
  const members = Object.entries(schema?.properties ?? {}).filter(([name]) => !(name in own))
  return Object.fromEntries(
    members.map(([name, { description = '', ...rest }]) => [
      name,
      { ...rest, description: description.replace(/ \(default [^)]*\)/, '') },
    ]),
  )
}

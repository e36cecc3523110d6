import type { Option, Options } from '../../agent/src/option.ts'
import { TEXT_NOTICE } from './generated-file.ts'
import type { JsonSchema } from './json-schema.ts'
import { formatTable } from './markdown-table.ts'

/** A configuration file of one of the programs. */
export interface ConfigFile {
  /** e.g. `collector.yaml` */
  readonly name: string
  readonly schema: JsonSchema
}

/** Settings that a probe or a source declares for itself. */
export interface DeclaredOptions {
  /** Where they stand: `probes: {host.cpu: …}`. */
  readonly place: string
  readonly options: Options
}

const INTRODUCTION = `# Configuration

Both programs read one YAML file. Unknown keys are errors; what is wrong is printed as \`file:line:column\` with what was expected. Any setting
can also come from the environment: \`WARDROUND_SECTION__KEY\` overrides \`section: {key: …}\`. Durations are written \`500ms\`, \`10s\`, \`5m\`, \`1h\`,
\`7d\`; sizes \`512MB\`, \`256MiB\`; secrets by reference, as \`{file: …}\` or \`{env: …}\`. A dot stands between a section and its key, \`[]\` for
each entry of a list, \`<name>\` for a name of your choice.
`

/** Text of docs/config.md. */
export function formatConfigDocument(
  files: readonly ConfigFile[],
  declared: readonly DeclaredOptions[],
): string {
  const sections = files.map(({ name, schema }) =>
    [
      `## ${name}`,
      '',
      ...(schema.description === undefined ? [] : [`${schema.description}.`, '']),
      formatTable(['Key', 'Value', 'Default', 'Meaning'], toRows(schema, '')),
    ].join('\n'),
  )
  return [TEXT_NOTICE, INTRODUCTION, ...sections, formatDeclared(declared)].join('\n')
}

/** What stands in the place of a default where there is none. */
const REQUIRED = '*required*'
/** A key of one of several forms that a section may have. */
const ONE_OF = '*one of these*'

/** A row for each setting, sections before what is in them. */
function toRows(schema: JsonSchema, path: string, withoutDefault = REQUIRED): string[][] {
  const { properties = {}, patternProperties = {}, required = [], items, anyOf = [] } = schema
  const forms = anyOf.filter(isObjectSchema)
  return [
    ...Object.entries(properties).flatMap(([key, member]) => {
      const isNeeded = required.includes(key) && member.const === undefined
      return toMemberRows(
        member,
        path === '' ? key : `${path}.${key}`,
        isNeeded ? withoutDefault : '',
      )
    }),
    ...Object.values(patternProperties).flatMap((member) =>
      toMemberRows(member, `${path}.<name>`, ''),
    ),
    ...(items ? toRows(items, `${path}[]`) : []),
    ...(forms.length > 1 && forms.every((form) => form.properties?.['type']?.const !== undefined)
      ? toRowsOfKinds(forms, path)
      : forms.flatMap((form) => toRows(form, path, forms.length > 1 ? ONE_OF : REQUIRED))),
  ]
}

/** Sections that `type` tells apart: what all have stands once, then each under its type. */
function toRowsOfKinds(forms: readonly JsonSchema[], path: string): string[][] {
  const [first = {}, ...others] = forms
  const shared = Object.entries(first.properties ?? {}).filter(([key, member]) =>
    others.every(({ properties }) => JSON.stringify(properties?.[key]) === JSON.stringify(member)),
  )
  const names = shared.map(([key]) => key)
  const types = forms.map((form) => `\`${form.properties?.['type']?.const}\``).join(', ')
  return [
    [`\`${path}.type\``, types, REQUIRED, 'Which kind it is'],
    ...toRows({ ...first, properties: Object.fromEntries(shared) }, path),
    ...forms.flatMap((form) => {
      const own = Object.entries(form.properties ?? {}).filter(
        ([key]) => key !== 'type' && !names.includes(key),
      )
      const place = `${path.replace(/\[\]$/, '')}[${form.properties?.['type']?.const}]`
      return [
        [`\`${place}\``, 'section', '', form.description ?? ''],
        ...toRows({ ...form, properties: Object.fromEntries(own) }, place),
      ]
    }),
  ]
}

function toMemberRows(member: JsonSchema, path: string, withoutDefault: string): string[][] {
  const value = member.default === undefined ? withoutDefault : formatDefault(member.default)
  return [
    [`\`${path}\``, describeValue(member), value, member.description ?? ''],
    ...toRows(member, path),
  ]
}

function isObjectSchema(schema: JsonSchema): boolean {
  return schema.properties !== undefined
}

/** Empty sections and lists are shown as nothing. */
function formatDefault(value: unknown): string {
  const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0
  return value === undefined || isEmpty ? '' : `\`${JSON.stringify(value).replaceAll('"', '')}\``
}

/** In a few words what may stand there. */
function describeValue(schema: JsonSchema): string {
  if (schema.const !== undefined) return `\`${schema.const}\``
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(', ')
  if (schema.anyOf) return describeUnion(schema.anyOf)
  if (schema.format === 'wardround-duration') return 'duration'
  if (schema.format === 'wardround-bytes') return 'size'
  if (schema.type === 'array') return describeList(schema.items)
  if (schema.type === 'object') return schema.patternProperties ? 'names' : 'section'
  return `${describeType(schema.type)}${describeRange(schema)}`
}

function describeList(items: JsonSchema | undefined): string {
  if (items === undefined || items.properties || items.anyOf?.every(isObjectSchema))
    return 'list of sections'
  return `list of ${describeValue(items)}`
}

function describeUnion(variants: readonly JsonSchema[]): string {
  const words = variants.map((variant) => describeValue(variant))
  return [...new Set(words)].join(', ')
}

function describeType(type: string | undefined): string {
  if (type === 'boolean') return '`true`, `false`'
  if (type === 'string') return 'text'
  return type === 'integer' ? 'whole number' : (type ?? 'any')
}

function describeRange({ minimum, maximum }: JsonSchema): string {
  if (minimum !== undefined && maximum !== undefined) return `, ${minimum} to ${maximum}`
  if (minimum !== undefined) return `, at least ${minimum}`
  return maximum === undefined ? '' : `, at most ${maximum}`
}

function formatDeclared(declared: readonly DeclaredOptions[]): string {
  const rows = declared.flatMap(({ place, options }) =>
    Object.entries(options).flatMap(([name, option]) => toOptionRows(`${place}.${name}`, option)),
  )
  return [
    '## Settings of sources and probes',
    '',
    'In agent.yaml, beside what every source and probe takes.',
    '',
    formatTable(['Key', 'Value', 'Default', 'Meaning', '含义'], rows),
  ].join('\n')
}

function toOptionRows(path: string, option: Option): string[][] {
  const { help } = option
  const value = formatDefault(option.default)
  const row = [`\`${path}\``, describeValue(option), value, help?.en ?? '', help?.zh ?? '']
  if (option.type === 'object') return [row, ...toPropertyRows(path, option.properties)]
  if (option.type === 'array' && option.items.type === 'object') {
    return [row, ...toPropertyRows(`${path}[]`, option.items.properties)]
  }
  return [row]
}

function toPropertyRows(path: string, properties: Options): string[][] {
  return Object.entries(properties).flatMap(([name, option]) =>
    toOptionRows(`${path}.${name}`, option),
  )
}

import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { generateBoards, panelsOf } from '@wardround/dashboards'
import Schema from 'typebox/schema'
import { beforeEach, describe, expect, test } from 'vitest'

/** Grafana's published schemas, beside the checkout. */
const PUBLISHED = fileURLToPath(new URL('../../../shared/grafana-jsonschema/', import.meta.url))

interface JsonSchema {
  readonly $ref?: string
  readonly definitions: Record<string, { properties?: Record<string, unknown> }>
}

function read(name: string): JsonSchema {
  const text = readFileSync(`${PUBLISHED}${name}.jsonschema.json`, 'utf8')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Grafana's file
  return JSON.parse(text) as JsonSchema
}

/** The dashboards' schema. What Grafana leaves open stands there as an object: a matcher's option and an override's value may be anything. */
function dashboardSchema(): JsonSchema {
  const schema = read('dashboard')
  const { MatcherConfig, DynamicConfigValue } = schema.definitions
  MatcherConfig!.properties!['options'] = {}
  DynamicConfigValue!.properties!['value'] = {}
  return schema
}

/** What is wrong with a value, in words; nothing where it fits. */
function faultsOf(schema: object, value: unknown): string[] {
  const [, errors] = Schema.Compile(schema).Errors(value)
  return errors.map(({ instancePath, message }) => `${instancePath}: ${message}`)
}

/** One of a file's definitions. */
function definition(file: string, name: string): object {
  return { ...read(file), $ref: `#/definitions/${name}` }
}

/** Panels whose own options Grafana publishes. */
const PANEL_FILES: Readonly<Record<string, string>> = {
  timeseries: 'timeseries',
  table: 'table',
  stat: 'stat',
  'state-timeline': 'statetimeline',
}

describe("in Grafana's published JSON Schemas", () => {
  beforeEach(({ skip }) =>
    skip(!existsSync(PUBLISHED), 'not on this machine: the schemas in ../shared'),
  )
  const boards = generateBoards().map((one) => ({
    ...one,
    // As it is in the file: what is undefined is not there.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its own JSON
    dashboard: JSON.parse(JSON.stringify(one.dashboard)) as typeof one.dashboard,
  }))

  test.each(boards)('$path is a dashboard', ({ dashboard }) => {
    // A new dashboard has no number yet; the schema knows whole numbers alone.
    expect(faultsOf(dashboardSchema(), { ...dashboard, id: 1 })).toEqual([])
  })

  test.each(boards)("$path: each panel's options and queries fit", ({ dashboard, edition }) => {
    for (const { panel } of panelsOf(dashboard)) {
      const file = PANEL_FILES[panel.type]
      if (file === undefined) continue
      const { options, fieldConfig, targets = [], title } = panel
      expect(faultsOf(definition(file, 'Options'), options), title).toEqual([])
      const custom = fieldConfig?.defaults?.custom
      if (custom !== undefined)
        expect(faultsOf(definition(file, 'FieldConfig'), custom), title).toEqual([])
      if (edition.dialect === 'influxql') continue
      for (const target of targets) expect(faultsOf(read('prometheus'), target), title).toEqual([])
    }
  })

  test('a panel with a key that Grafana does not know does not fit', () => {
    const [{ dashboard } = boards[0]!] = boards
    const panels = [{ ...dashboard.panels?.[0], colour: 'red' }]
    expect(faultsOf(dashboardSchema(), { ...dashboard, id: 1, panels })).not.toEqual([])
  })
})

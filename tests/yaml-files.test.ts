import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ContactPointsFile, DashboardsFile, DataSourcesFile } from '@wardround/dashboards'
import { checkYaml, ConfigError } from '@wardround/program'
import { type TSchema, Type } from 'typebox'
import { describe, expect, test } from 'vitest'
import { DependencyFile } from '../collector/src/notify/dispatch/dependency-settings.ts'
import { ProjectFile } from '../collector/src/projects/schema/project-file.ts'
import { ClauseFile } from '../collector/src/rules/clauses.ts'
import { MetricFile } from '../collector/src/rules/metrics/metric-file.ts'
import { RuleFile } from '../collector/src/rules/rule-schema.ts'
import { RuleTestFile } from '../collector/src/rules/unit-tests/unit-test-schema.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** pnpm's own file, as far as we use it. */
const WorkspaceFile = Type.Object(
  {
    packages: Type.Array(Type.String(), { description: 'Folders of packages' }),
    allowBuilds: Type.Record(Type.String(), Type.Boolean(), {
      description: 'Which packages may run install scripts',
    }),
    overrides: Type.Record(Type.String(), Type.String(), {
      description: 'Versions that are forced',
    }),
  },
  { additionalProperties: false },
)

/** The schema of each YAML file of the repository; the first that fits. pnpm writes its lock itself. */
const SCHEMAS: readonly (readonly [files: RegExp, schema: TSchema])[] = [
  [/^collector\/rules\/clauses\.yaml$/, ClauseFile],
  [/^collector\/rules\/dependencies\.yaml$/, DependencyFile],
  [/^collector\/rules\/[a-z-]+\.yaml$/, RuleFile],
  [/^collector\/src\/rules\/fixtures\/[a-z-]+-pack\.yaml$/, RuleTestFile],
  [/^collector\/src\/rules\/prometheus\/fixtures\/differential\.yaml$/, RuleFile],
  [/^deploy\/projects\/[\w-]+\.yaml$/, ProjectFile],
  [/^deploy\/telegraf\/rules\.d\/telegraf\.yaml$/, RuleFile],
  [/^deploy\/telegraf\/metrics\.d\/telegraf\.yaml$/, MetricFile],
  [/^dashboards\/provisioning\/datasources\//, DataSourcesFile],
  [/^dashboards\/provisioning\/dashboards\//, DashboardsFile],
  [/^dashboards\/provisioning\/opt-in\/contact-point\.yaml$/, ContactPointsFile],
  [/^pnpm-workspace\.yaml$/, WorkspaceFile],
]

const files = globSync('**/*.{yaml,yml}', {
  cwd: ROOT,
  exclude: ['**/node_modules/**', '**/dist/**', 'var/**'],
}).filter((file) => file !== 'pnpm-lock.yaml')

function schemaOf(file: string): TSchema | undefined {
  return SCHEMAS.find(([pattern]) => pattern.test(file))?.[1]
}

test('each kind of YAML file has its schema, and each schema a file', () => {
  expect(files.filter((file) => schemaOf(file) === undefined)).toEqual([])
  for (const [pattern] of SCHEMAS)
    expect(
      files.some((file) => pattern.test(file)),
      String(pattern),
    ).toBe(true)
})

describe.each(files)('%s', (file) => {
  const text = readFileSync(join(ROOT, file), 'utf8')
  const schema = schemaOf(file) ?? Type.Never()

  test('is what its schema says', () => {
    try {
      checkYaml(schema, { file, text })
    } catch (error) {
      // The message names file:line:column, which a stack trace does not.
      expect.fail(error instanceof ConfigError ? error.format('en') : String(error))
    }
  })

  test('a key too many is found at its place', () => {
    const wrong = `${text.trimEnd()}\nunheard_of: 1\n`
    const line = wrong.split('\n').length - 1
    expect(() => checkYaml(schema, { file, text: wrong })).toThrow(`${file}:${line}:1: `)
  })
})

test('a wrong value of a data source is found at its line and column', () => {
  const file = 'dashboards/provisioning/datasources/wardround-embedded.yaml'
  const text = readFileSync(join(ROOT, file), 'utf8')
  const wrong = text.replace('access: proxy', 'access: browser')
  const line = wrong.split('\n').findIndex((one) => one.includes('access: browser')) + 1
  const column = wrong.split('\n')[line - 1]!.indexOf('browser') + 1
  expect(() => checkYaml(DataSourcesFile, { file, text: wrong })).toThrow(
    `${file}:${line}:${column}: `,
  )
})

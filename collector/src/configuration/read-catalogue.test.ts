import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError } from '@wardround/program'
import { describe, expect, test } from 'vitest'
import { readCatalogue } from './read-catalogue.ts'
import { readRules } from './read-rules.ts'

async function directoryWith(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'wardround-metrics-'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text)
  return directory
}

async function refusal(files: Readonly<Record<string, string>>): Promise<string[]> {
  const directory = await directoryWith(files)
  const error: unknown = await readCatalogue(directory).catch((e) => e)
  if (!(error instanceof ConfigError)) throw new Error('expected a ConfigError', { cause: error })
  return error.format('en').replaceAll(`${directory}/`, '').split('\n')
}

const UPS = `measurements:
  ups:
    every: 5m
    identifyingTags: [unit]
    descriptiveTags: [model]
    fields:
      battery_percent: { unit: percent, help: { zh: 电量, en: Battery } }
      state:
        kind: state
        unit: state
        help: { zh: 状态, en: State }
        states: { 1: { zh: 市电, en: mains }, 2: { zh: 电池, en: battery } }
`

const RULE = `rules:
  - id: ups_on_battery
    name: { zh: UPS 使用电池供电, en: UPS runs on its battery }
    value: ups.state
    where: { unit: '!test' }
    critical: { in: [2], for: 1m }
    summary: { zh: '{{unit}} {{ups.battery_percent}}', en: '{{unit}} ({{model}}) {{value}}' }
`

test('rules may name what a site declares, with its words, tags and units', async () => {
  const catalogue = await readCatalogue(await directoryWith({ 'ups.yaml': UPS }))
  expect(catalogue.measurement('ups')).toMatchObject({
    intervals: { battery_percent: 300, state: 300 },
    identifyingTags: ['unit'],
  })
  expect(catalogue.measurement('cpu')).toBeDefined()
  const directory = await directoryWith({ 'ups.yaml': RULE })
  const { valueRules } = await readRules({ pack: 'none', directory }, catalogue)
  expect(valueRules).toMatchObject([
    { id: 'ups_on_battery', unit: 'state', states: { 2: { en: 'battery' } }, details: ['model'] },
  ])
  const error: unknown = await readRules(
    { pack: 'none', directory },
    await readCatalogue(undefined),
  ).catch((e) => e)
  expect(String(error)).toContain('unknown measurement "ups"')
})

describe('a declaration is refused for', () => {
  test.each([
    {
      note: 'a measurement of the platform',
      text: UPS.replace('ups:', 'cpu:'),
      problem:
        'ups.yaml:3:5: "cpu" is one of the platform\'s own measurements: a site adds nothing to it',
    },
    {
      note: 'a name that is one of the platform elsewhere',
      text: UPS.replace('ups:', 'disk_used:').replace('battery_percent', 'percent'),
      problem:
        'ups.yaml:7:16: "disk_used.percent" and "disk.used_percent" come to one name disk_used_percent',
    },
    {
      note: 'a tag of the collector',
      text: UPS.replace('[unit]', '[unit, host]'),
      problem: 'ups.yaml:4:29: tag "host" is stamped by the collector',
    },
    {
      note: 'a tag that identifies and describes',
      text: UPS.replace('[model]', '[unit]'),
      problem: 'ups.yaml:5:23: tag "unit" is there twice',
    },
    {
      note: 'two tags that are one label to an Alertmanager',
      text: UPS.replace('[unit]', '[unit, bay.1, bay-1]'),
      problem: 'ups.yaml:4:36: tags "bay-1" and "bay.1" come to one label bay_1',
    },
    {
      note: 'a tag that becomes what another one is called',
      text: UPS.replace('[unit]', '[severity, tag_severity]'),
      problem: 'ups.yaml:4:33: tags "tag_severity" and "severity" come to one label tag_severity',
    },
    {
      note: 'a tag that is a field',
      text: UPS.replace('[model]', '[state]'),
      problem: 'ups.yaml:5:23: "state" is tag and field',
    },
    {
      note: 'a state without words',
      text: UPS.replace(/ {8}states:.*\n/, ''),
      problem:
        'ups.yaml:9:9: a field of kind state has no states; expected states: {0: {zh, en}, …}',
    },
    {
      note: 'words for a level',
      text: UPS.replace('kind: state', 'kind: gauge'),
      problem: 'ups.yaml:12:17: states are for kind: state only',
    },
    {
      note: 'an unknown unit',
      text: UPS.replace('unit: percent', 'unit: per cent'),
      problem: expect.stringMatching(/^ups\.yaml:7:32: unknown value "per cent"; expected one of/),
    },
    {
      note: 'an unknown key',
      text: UPS.replace('every:', 'evry:'),
      problem: expect.stringMatching(/^ups\.yaml:3:5: unknown key "evry".*did you mean "every"/),
    },
    {
      note: 'a name that no rule can write',
      text: UPS.replace('ups:', 'ups-1:'),
      problem:
        'ups.yaml:3:5: "ups-1" is no name here; expected letters, digits and _, beginning with a letter',
    },
    {
      note: 'a state that is no number',
      text: UPS.replace('{ 1:', '{ on:'),
      problem: 'ups.yaml:12:23: "on" is no name here; expected a whole number',
    },
    {
      note: 'a measurement without fields',
      text: 'measurements: { ups: { fields: {} } }',
      problem: 'ups.yaml:1:32: there is no field',
    },
  ])('$note', async ({ text, problem }) => {
    expect(await refusal({ 'ups.yaml': text })).toEqual([problem])
  })

  test('a measurement that another file has declared', async () => {
    expect(await refusal({ 'a.yaml': UPS, 'b.yaml': UPS })).toEqual([
      'b.yaml:3:5: measurement "ups" is already declared',
    ])
  })

  test('a directory that is not there', async () => {
    await expect(readCatalogue('/nonexistent/metrics.d')).rejects.toThrow(
      "/nonexistent/metrics.d:1:1: can't be read: no such file or directory (ENOENT)",
    )
  })
})

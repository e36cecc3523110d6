import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

import { AgentConfig } from '../../agent/src/config.ts'
import { PROBES, SOURCES } from '../../agent/src/probes.gen.ts'
import { toDocumentedSchema } from './agent-config-schema.ts'
import { formatCatalogue } from './catalogue.ts'
import { formatConfigDocument } from './config-document.ts'
import { toDeclaration } from './declaration.ts'
import { findStale, writeFiles } from './generated-file.ts'
import { formatSchemaFile, toJsonSchema, type JsonSchema } from './json-schema.ts'
import { formatTable } from './markdown-table.ts'
import { formatMetricsDocument } from './metrics-document.ts'
import { formatRegistry } from './registry.ts'
import { formatRulesDocument } from './rules-document.ts'

const SCHEMA: JsonSchema = {
  type: 'object',
  required: ['listen', 'hosts', 'retention'],
  properties: {
    listen: { type: 'string', default: '127.0.0.1:1', description: 'Where it listens' },
    hosts: {
      type: 'array',
      default: [],
      description: 'Hosts',
      items: {
        type: 'object',
        required: ['name'],
        properties: { name: { type: 'string', description: 'Its name' } },
      },
    },
    retention: {
      type: 'object',
      default: {},
      description: 'How long',
      required: ['raw'],
      properties: {
        raw: { type: 'string', format: 'wardround-duration', default: '30d', description: 'Raw' },
      },
    },
    token: {
      description: 'By reference',
      anyOf: [
        { type: 'object', required: ['file'], properties: { file: { type: 'string' } } },
        { type: 'object', required: ['env'], properties: { env: { type: 'string' } } },
      ],
    },
    level: { anyOf: [{ const: 'info' }, { const: 'warn' }], description: 'a | b' },
  },
}

test('a table escapes bars and keeps a cell on one line', () => {
  expect(formatTable(['a'], [['x | y\nz']])).toBe('| a |\n| --- |\n| x \\| y z |\n')
})

describe('formatConfigDocument', () => {
  test('has a row for each setting, with what may stand there and its default', () => {
    const text = formatConfigDocument([{ name: 'collector.yaml', schema: SCHEMA }], [])
    const rows = text.split('\n').filter((line) => line.startsWith('| `'))
    expect(rows).toEqual([
      '| `listen` | text | `127.0.0.1:1` | Where it listens |',
      '| `hosts` | list of sections |  | Hosts |',
      '| `hosts[].name` | text | *required* | Its name |',
      '| `retention` | section |  | How long |',
      '| `retention.raw` | duration | `30d` | Raw |',
      '| `token` | section |  | By reference |',
      '| `token.file` | text | *one of these* |  |',
      '| `token.env` | text | *one of these* |  |',
      '| `level` | `info`, `warn` |  | a \\| b |',
    ])
  })

  test('has what probes and sources declare, in both languages', () => {
    const options = {
      perCore: { type: 'boolean', default: false, help: { zh: '核心', en: 'Core' } },
    } as const
    const text = formatConfigDocument([], [{ place: 'probes.host.cpu', options }])
    expect(text).toContain(
      '| `probes.host.cpu.perCore` | `true`, `false` | `false` | Core | 核心 |',
    )
  })
})

test('toDocumentedSchema shows once what every probe takes, without what each declares for itself', () => {
  const { properties } = toDocumentedSchema(toJsonSchema(AgentConfig), PROBES, SOURCES)
  const [anyProbe] = Object.values(properties?.['probes']?.patternProperties ?? {})
  expect(Object.keys(anyProbe?.properties ?? {})).toEqual(['enabled', 'every'])
  expect(anyProbe?.properties?.['every']?.description).not.toContain('default')
  expect(properties?.['sources']?.items?.properties?.['type']?.enum).toContain('host')
  expect(properties?.['sources']?.items?.properties).not.toHaveProperty('root')
})

test('formatSchemaFile asks only for what has no default, and names no format of our own', () => {
  const schema = JSON.parse(formatSchemaFile(SCHEMA, 'collector.yaml')) as JsonSchema
  expect(schema.required).toBeUndefined()
  expect(schema.properties?.['hosts']?.items?.required).toEqual(['name'])
  expect(schema.properties?.['retention']?.properties?.['raw']?.format).toBeUndefined()
})

test('formatRulesDocument says when each level is raised and when it ends', () => {
  const rule = {
    id: 'cpu_used',
    name: { zh: '处理器', en: 'CPU' },
    value: '100 - cpu.usage_idle',
    where: { cpu: 'cpu-total' },
    warning: { atLeast: 85, and: 'mem.free < 1GB', for: '10m', clear: { below: 75 } },
    critical: { equals: 3, for: '0s', clear: { samples: 2 } },
    info: { notIn: [1, 2], for: '0s', samples: { need: 3, of: 5 }, clear: {} },
    keepFiringFor: '30m',
    summary: { zh: '高', en: 'high' },
    clauses: ['B01'],
    numbers: 'contract' as const,
    own: false,
    overrides: [],
    minimal: true,
  }
  const clause = {
    id: 'B01',
    documents: [{ number: '001', system: { zh: '信访', en: 'petitions' } }],
    words: { zh: '每日自动备份', en: 'daily backup' },
    number: { zh: '每日', en: 'daily' },
  }
  const text = formatRulesDocument([{ file: 'x.yaml', rules: [rule] }], [clause])
  expect(text).toContain(
    '`100 - cpu.usage_idle` where cpu cpu-total; kept firing for 30m | not in 1, 2 in 3 of 5 samples |',
  )
  expect(text).toContain('| ≥ 85 and mem.free < 1GB for 10m; clear: < 75 |')
  expect(text).toContain('| = 3; clear: for 2 samples |')
  expect(text).toContain('| `cpu_used` ⭐ |')
  expect(text).toContain("| 合同要求 / the contract's | B01 (001) |")
  expect(text).toContain(
    '| B01 | 001 信访 (petitions) | 每日自动备份 | daily backup | 每日 / daily |',
  )
})

describe('what is made from the real probes', () => {
  const declarations = PROBES.map(toDeclaration)

  test('docs/metrics.md has each field of each measurement', () => {
    const text = formatMetricsDocument(declarations)
    for (const { measurements } of declarations) {
      for (const [name, { fields }] of Object.entries(measurements)) {
        const start = text.indexOf(`## ${name}\n`)
        const section = text.slice(start, text.indexOf('\n## ', start + 1))
        for (const field of Object.keys(fields)) expect(section).toContain(`| \`${field}\` |`)
      }
    }
  })

  test('the registry imports each probe and source once, under a name of its own', () => {
    const probes = PROBES.map((probe) => ({
      file: `probes/${probe.name.replace('.', '/')}.ts`,
      hasTest: true,
      probe,
    }))
    const sources = SOURCES.map((source) => ({
      file: `sources/${source.type}.ts`,
      exportName: `${source.type}Source`,
      source,
    }))
    const files = formatRegistry(probes, sources)
    const ofHost = files.find(({ path }) => path.endsWith('probes/host.gen.ts'))?.text
    expect(ofHost).toContain(`import { hostSource } from '../sources/host.ts'`)
    expect(ofHost).toContain(`import hostKernelVmstat from './host/kernel-vmstat.ts'`)
    const names = files.flatMap(({ text }) => text.match(/^import (?!type|\*|\{)\S+/gm) ?? [])
    expect(new Set(names).size).toBe(PROBES.length)
    expect(names.length).toBe(PROBES.length)
  })

  test('the catalogue is data that reads back as it was declared', () => {
    const text = formatCatalogue(declarations)
    const json = text.slice(text.indexOf('= [') + 2)
    expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(declarations)))
  })
})

test('a file is stale when it is missing or says something else', () => {
  const root = mkdtempSync(join(tmpdir(), 'generated-'))
  const files = [
    { path: 'docs/a.md', text: 'one' },
    { path: 'b.ts', text: 'two' },
  ]
  expect(findStale(files, root)).toEqual(['docs/a.md', 'b.ts'])
  writeFiles(files, root)
  expect(findStale(files, root)).toEqual([])
  expect(findStale([{ path: 'b.ts', text: 'three' }], root)).toEqual(['b.ts'])
  rmSync(root, { recursive: true })
})

import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { checkYaml } from '@wardround/program'
import { CollectorConfig } from '../../collector/src/config.ts'
import { ProjectFile } from '../../collector/src/projects/schema/project-file.ts'
import { toClauseBook, type ClauseBook } from '../../collector/src/rules/clause-book.ts'
import { ClauseFile, type Clause } from '../../collector/src/rules/clauses.ts'
import { MetricFile } from '../../collector/src/rules/metrics/metric-file.ts'
import { RuleFile } from '../../collector/src/rules/rule-schema.ts'
import { RuleTestFile } from '../../collector/src/rules/unit-tests/unit-test-schema.ts'
import { toDocumentedSchema } from './agent-config-schema.ts'
import { formatBoardRegistry } from './board-registry.ts'
import { formatCatalogue } from './catalogue.ts'
import { formatConfigDocument, type DeclaredOptions } from './config-document.ts'
import { RUNNER_DECLARATION, toDeclaration } from './declaration.ts'
import type { FoundProbe, FoundSource } from './found-probe.ts'
import type { GeneratedFile } from './generated-file.ts'
import { formatGrantScripts } from './grants-script.ts'
import { formatSchemaFile, toJsonSchema } from './json-schema.ts'
import { formatMetricsDocument } from './metrics-document.ts'
import { formatPackRules } from './pack-rules.ts'
import { formatPrometheusDocuments } from './prometheus-document.ts'
import { formatRegistry } from './registry.ts'
import { formatRulesDocument, type RulePack } from './rules-document.ts'

const CLAUSES = 'collector/rules/clauses.yaml'
const DEPENDENCIES = 'collector/rules/dependencies.yaml'

/** What probes and sources were found. */
export interface Found {
  readonly probes: readonly FoundProbe[]
  readonly sources: readonly FoundSource[]
}

/** The registry, and what else is made from the probes alone. */
export function generateFromProbes(root: string, { probes, sources }: Found): GeneratedFile[] {
  const declarations = [...probes.map(({ probe }) => toDeclaration(probe)), RUNNER_DECLARATION]
  return [
    ...formatRegistry(probes, sources),
    ...formatGrantScripts(
      root,
      sources.map(({ source }) => source),
      probes.map(({ probe }) => probe),
    ),
    { path: 'protocol/src/catalogue.gen.ts', text: formatCatalogue(declarations) },
    { path: 'docs/metrics.md', text: formatMetricsDocument(declarations) },
  ]
}

/** The rules' document, and what is made from the configuration schemas; that of the agent is made from the registry. */
export function generateFromSchemas(
  root: string,
  found: Found,
  agentSchema: object,
): GeneratedFile[] {
  const agentConfig = toJsonSchema(agentSchema)
  const probes = found.probes.map(({ probe }) => probe)
  const sources = found.sources.map(({ source }) => source)
  const documented = [
    { name: 'agent.yaml', schema: toDocumentedSchema(agentConfig, probes, sources) },
    { name: 'collector.yaml', schema: toJsonSchema(CollectorConfig) },
    { name: 'rules.d/*.yaml', schema: toJsonSchema(RuleFile) },
    { name: 'rules.d/clauses.yaml', schema: toJsonSchema(ClauseFile) },
    { name: 'metrics.d/*.yaml', schema: toJsonSchema(MetricFile) },
    { name: 'projects.d/*.yaml', schema: toJsonSchema(ProjectFile) },
  ]
  const inPrometheus = formatPrometheusDocuments()
  return [
    { path: 'docs/rules-in-prometheus.md', text: inPrometheus.en },
    { path: 'docs/rules-in-prometheus.zh-CN.md', text: inPrometheus.zh },
    formatBoardRegistry(root),
    {
      path: 'dashboards/src/pack-rules.gen.ts',
      text: formatPackRules(readRulePacks(root), readClauseBook(root)),
    },
    { path: 'docs/config.md', text: formatConfigDocument(documented, listDeclaredOptions(found)) },
    { path: 'docs/rules.md', text: formatRulesDocument(readRulePacks(root), readClauses(root)) },
    { path: 'docs/schema/agent.schema.json', text: formatSchemaFile(agentConfig, 'agent.yaml') },
    {
      path: 'docs/schema/collector.schema.json',
      text: formatSchemaFile(toJsonSchema(CollectorConfig), 'collector.yaml'),
    },
    {
      path: 'docs/schema/project.schema.json',
      text: formatSchemaFile(toJsonSchema(ProjectFile), 'projects.d/*.yaml'),
    },
    {
      path: 'docs/schema/metrics.schema.json',
      text: formatSchemaFile(toJsonSchema(MetricFile), 'metrics.d/*.yaml'),
    },
    {
      path: 'docs/schema/rules.schema.json',
      text: formatSchemaFile(toJsonSchema(RuleFile), 'rules.d/*.yaml'),
    },
    {
      path: 'docs/schema/clauses.schema.json',
      text: formatSchemaFile(toJsonSchema(ClauseFile), 'rules.d/clauses.yaml'),
    },
    {
      path: 'docs/schema/rule-tests.schema.json',
      text: formatSchemaFile(toJsonSchema(RuleTestFile), 'tests of rules'),
    },
  ]
}

function listDeclaredOptions({ sources, probes }: Found): DeclaredOptions[] {
  return [
    ...sources.map(({ source: { type, options = {} } }) => ({
      place: `sources[type: ${type}]`,
      options,
    })),
    ...probes.map(({ probe: { name, options = {} } }) => ({ place: `probes.${name}`, options })),
  ]
}

function readClauses(root: string): Clause[] {
  return [...readClauseBook(root).values()]
}

function readClauseBook(root: string): ClauseBook {
  const text = readFileSync(join(root, CLAUSES), 'utf8')
  return toClauseBook([checkYaml(ClauseFile, { file: CLAUSES, text })]).clauses
}

function readRulePacks(root: string): RulePack[] {
  const paths = globSync('collector/rules/*.yaml', { cwd: root })
    .filter((path) => path !== CLAUSES && path !== DEPENDENCIES)
    .sort()
  return paths.map((path) => {
    const text = readFileSync(join(root, path), 'utf8')
    return { file: path, rules: checkYaml(RuleFile, { file: path, text }).value.rules }
  })
}

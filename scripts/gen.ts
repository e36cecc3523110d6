import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { checkYaml } from '@wardround/program'
import { CollectorConfig } from '../collector/src/config.ts'
import { RuleFile } from '../collector/src/rules/rule-schema.ts'
import { formatCatalogue } from './gen/catalogue.ts'
import { checkProbes } from './gen/check-declarations.ts'
import { formatConfigDocument, type DeclaredOptions } from './gen/config-document.ts'
import { RUNNER_DECLARATION, toDeclaration } from './gen/declaration.ts'
import {
  listSourceTypes,
  readProbes,
  readSources,
  type FoundProbe,
  type FoundSource,
} from './gen/found-probe.ts'
import { findStale, writeFiles, type GeneratedFile } from './gen/generated-file.ts'
import { formatSchemaFile } from './gen/json-schema.ts'
import { formatMetricsDocument } from './gen/metrics-document.ts'
import { PROJECT_ROOT } from './gen/project-root.ts'
import { formatRegistry } from './gen/registry.ts'
import { formatRulesDocument, type RulePack } from './gen/rules-document.ts'

/** Everything that is generated, from what the sources of the repository say now. */
async function generate(): Promise<{ files: GeneratedFile[]; problems: string[] }> {
  const agentSources = join(PROJECT_ROOT, 'agent/src')
  const probes = await readProbes(agentSources)
  const sources = await readSources(agentSources)
  const declarations = [...probes.map(({ probe }) => toDeclaration(probe)), RUNNER_DECLARATION]
  const configFiles = [{ name: 'collector.yaml', schema: CollectorConfig }]
  const files = [
    { path: 'agent/src/probes.gen.ts', text: formatRegistry(probes, sources) },
    { path: 'protocol/src/catalogue.gen.ts', text: formatCatalogue(declarations) },
    { path: 'docs/metrics.md', text: formatMetricsDocument(declarations) },
    {
      path: 'docs/config.md',
      text: formatConfigDocument(configFiles, listDeclaredOptions(sources, probes)),
    },
    { path: 'docs/rules.md', text: formatRulesDocument(readRulePacks()) },
    ...configFiles.map(({ name, schema }) => ({
      path: `docs/schema/${name.replace('.yaml', '.schema.json')}`,
      text: formatSchemaFile(schema, name),
    })),
  ]
  return { files, problems: checkProbes(probes, listSourceTypes(agentSources)) }
}

function listDeclaredOptions(
  sources: readonly FoundSource[],
  probes: readonly FoundProbe[],
): DeclaredOptions[] {
  return [
    ...sources.map(({ source: { type, options = {} } }) => ({
      place: `sources[type: ${type}]`,
      options,
    })),
    ...probes.map(({ probe: { name, options = {} } }) => ({ place: `probes.${name}`, options })),
  ]
}

function readRulePacks(): RulePack[] {
  const paths = globSync('collector/rules/*.yaml', { cwd: PROJECT_ROOT }).sort()
  return paths.map((path) => {
    const text = readFileSync(join(PROJECT_ROOT, path), 'utf8')
    return { file: path, rules: checkYaml(RuleFile, { file: path, text }).value.rules }
  })
}

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
const { files, problems } = await generate()
for (const problem of problems) console.error(problem)
const stale = findStale(files, PROJECT_ROOT)
if (values.check) {
  for (const path of stale) console.error(`${path} is stale: run \`pnpm gen\``)
} else {
  writeFiles(files, PROJECT_ROOT)
  for (const path of stale) console.log(`wrote ${path}`)
}
if (problems.length > 0 || (values.check && stale.length > 0)) process.exitCode = 1

import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { formatCatalogue } from './gen/catalogue.ts'
import { checkProbes } from './gen/check-declarations.ts'
import { RUNNER_DECLARATION, toDeclaration } from './gen/declaration.ts'
import { listSourceTypes, readProbes, readSources } from './gen/found-probe.ts'
import { findStale, writeFiles, type GeneratedFile } from './gen/generated-file.ts'
import { formatMetricsDocument } from './gen/metrics-document.ts'
import { PROJECT_ROOT } from './gen/project-root.ts'
import { formatRegistry } from './gen/registry.ts'

/** Everything that is generated, from what the sources of the repository say now. */
async function generate(): Promise<{ files: GeneratedFile[]; problems: string[] }> {
  const agentSources = join(PROJECT_ROOT, 'agent/src')
  const probes = await readProbes(agentSources)
  const sources = await readSources(agentSources)
  const declarations = [...probes.map(({ probe }) => toDeclaration(probe)), RUNNER_DECLARATION]
  const problems = checkProbes(probes, listSourceTypes(agentSources))
  const files = [
    { path: 'agent/src/probes.gen.ts', text: formatRegistry(probes, sources) },
    { path: 'protocol/src/catalogue.gen.ts', text: formatCatalogue(declarations) },
    { path: 'docs/metrics.md', text: formatMetricsDocument(declarations) },
  ]
  return { files, problems }
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

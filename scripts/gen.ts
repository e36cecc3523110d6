import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { formatYaml } from '@wardround/program'
import { checkProbes } from './gen/check-declarations.ts'
import { listSourceTypes, readProbes, readSources } from './gen/found-probe.ts'
import { generateFromProbes, generateFromSchemas } from './gen/generate.ts'
import { findStale, writeFiles, type GeneratedFile } from './gen/generated-file.ts'
import { PROJECT_ROOT } from './gen/project-root.ts'

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
const agentSources = join(PROJECT_ROOT, 'agent/src')
const found = { probes: await readProbes(agentSources), sources: await readSources(agentSources) }

/** Writes what is stale, or only says so; true if anything was. */
function settle(files: readonly GeneratedFile[]): boolean {
  const stale = findStale(files, PROJECT_ROOT)
  if (!values.check) writeFiles(files, PROJECT_ROOT)
  for (const path of stale) {
    if (values.check) console.error(`${path} is stale: run \`pnpm gen\``)
    else console.log(`wrote ${path}`)
  }
  return stale.length > 0
}

const problems = checkProbes(found.probes, listSourceTypes(agentSources))
for (const problem of problems) console.error(problem)
let isStale = settle(generateFromProbes(PROJECT_ROOT, found))
if (values.check && isStale) {
  console.error(
    'docs/config.md and docs/schema were not looked at: they are made from the registry',
  )
} else {
  // Imported only now: it reads the registry, which may have named files that are there no more.
  const { AgentConfig } = await import('../agent/src/config.ts')
  isStale = settle(generateFromSchemas(PROJECT_ROOT, found, AgentConfig)) || isStale
  if (values.check && isStale) {
    console.error('dashboards/json was not looked at: it is made from the catalogue and the rules')
  } else {
    const { generateBoards, formatDashboard, provisioningFiles } =
      await import('@wardround/dashboards')
    const boards = generateBoards().map(({ path, dashboard }) => ({
      path,
      text: formatDashboard(dashboard),
    }))
    const provisioning = provisioningFiles().map(({ path, content, comment }) => ({
      path,
      text: formatYaml(content, comment),
    }))
    isStale = settle([...boards, ...provisioning]) || isStale
  }
}
if (problems.length > 0 || (values.check && isStale)) process.exitCode = 1

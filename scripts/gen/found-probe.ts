import { existsSync, globSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

import type { Probe } from '../../agent/src/probe.ts'
import type { Source } from '../../agent/src/source.ts'

/** A probe where it was found. */
export interface FoundProbe {
  /** From agent/src, e.g. `probes/host/cpu.ts`. */
  readonly file: string
  readonly hasTest: boolean
  readonly probe: Probe
}

/** A source where it was found, with the name under which its file exports it. */
export interface FoundSource {
  readonly file: string
  readonly exportName: string
  readonly source: Source<unknown>
}

/** Files under probes/ that export a probe by default; what stands beside them (parsers, tests) does not. */
export async function readProbes(agentSources: string): Promise<FoundProbe[]> {
  const found: FoundProbe[] = []
  for (const file of modulesIn(agentSources, 'probes/**/*.ts')) {
    const exports = await importModule(join(agentSources, file))
    if (!isProbe(exports['default'])) continue
    const test = join(agentSources, dirname(file), `${basename(file, '.ts')}.test.ts`)
    found.push({ file, hasTest: existsSync(test), probe: exports['default'] })
  }
  return found
}

/** Sources that files directly under sources/ export by name. */
export async function readSources(agentSources: string): Promise<FoundSource[]> {
  const found: FoundSource[] = []
  for (const file of modulesIn(agentSources, 'sources/*.ts')) {
    const exports = await importModule(join(agentSources, file))
    for (const [exportName, value] of Object.entries(exports)) {
      if (isSource(value)) found.push({ file, exportName, source: value })
    }
  }
  return found
}

/** Types that a probe may name: each source has a file of its name, though not each is in the registry (the agent itself is one). */
export function listSourceTypes(agentSources: string): string[] {
  return modulesIn(agentSources, 'sources/*.ts').map((file) => basename(file, '.ts'))
}

/** In order of their paths, so that what is generated does not depend on the file system. */
function modulesIn(directory: string, pattern: string): string[] {
  return globSync(pattern, { cwd: directory })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !/\.(test|gen)\.ts$/.test(file))
    .sort()
}

async function importModule(file: string): Promise<Record<string, unknown>> {
  return (await import(pathToFileURL(file).href)) as Record<string, unknown>
}

function isProbe(value: unknown): value is Probe {
  return isObject(value) && typeof value['sample'] === 'function' && 'measurements' in value
}

function isSource(value: unknown): value is Source<unknown> {
  return isObject(value) && typeof value['open'] === 'function' && Array.isArray(value['platforms'])
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

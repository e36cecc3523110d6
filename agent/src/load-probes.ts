import { LOADERS } from './probe-loaders.gen.ts'
import type { Probe } from './probe.ts'
import type { SourceSettings } from './source-session.ts'
import type { Source } from './source.ts'

export interface LoadedProbes {
  readonly probes: readonly Probe[]
  readonly sources: readonly Source<unknown>[]
}

/** Probes and sources of the agent itself and of the types that are configured; what nobody asks for is not loaded. */
export async function loadProbes(configured: readonly SourceSettings[]): Promise<LoadedProbes> {
  const types = new Set(['agent', ...configured.map(({ type }) => type)])
  const wanted = Object.entries(LOADERS).filter(([type]) => types.has(type))
  const loaded = await Promise.all(wanted.map(([, load]) => load()))
  return {
    probes: loaded.flatMap(({ PROBES }) => PROBES),
    sources: loaded.flatMap(({ SOURCES = [] }) => SOURCES),
  }
}

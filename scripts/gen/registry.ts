import type { FoundProbe, FoundSource } from './found-probe.ts'
import { CODE_NOTICE, type GeneratedFile } from './generated-file.ts'

/**
 * The registry: a file for each type of source with its probes, loaded by an agent that is configured with such a source; one that
 * names how to load each; and one with all of them, for commands and for what is generated.
 */
export function formatRegistry(
  probes: readonly FoundProbe[],
  sources: readonly FoundSource[],
): GeneratedFile[] {
  const types = [...new Set(probes.map(({ probe }) => probe.source.type))].sort()
  return [
    ...types.map((type) => ({
      path: `agent/src/probes/${type}.gen.ts`,
      text: formatOfType(
        probes.filter(({ probe }) => probe.source.type === type),
        sources.find(({ source }) => source.type === type),
      ),
    })),
    { path: 'agent/src/probe-loaders.gen.ts', text: formatLoaders(types) },
    { path: 'agent/src/probes.gen.ts', text: formatAll(types, sources) },
  ]
}

function formatOfType(probes: readonly FoundProbe[], source: FoundSource | undefined): string {
  return [
    CODE_NOTICE,
    `import type { Probe } from '../probe.ts'`,
    ...(source === undefined ? [] : [`import type { Source } from '../source.ts'`]),
    ...(source === undefined ? [] : [`import { ${source.exportName} } from '../${source.file}'`]),
    ...probes.map(
      ({ file, probe }) =>
        `import ${toIdentifier(probe.name)} from './${file.slice('probes/'.length)}'`,
    ),
    '',
    'export const PROBES: readonly Probe[] = [',
    ...probes.map(({ probe }) => `  ${toIdentifier(probe.name)},`),
    ']',
    ...(source === undefined
      ? []
      : ['', `export const SOURCES: readonly Source<unknown>[] = [${source.exportName}]`]),
    '',
  ].join('\n')
}

function formatLoaders(types: readonly string[]): string {
  return [
    CODE_NOTICE,
    `import type { Probe } from './probe.ts'`,
    `import type { Source } from './source.ts'`,
    '',
    '/** What belongs to a type of source, to be loaded where agent.yaml names it. */',
    'export const LOADERS: Readonly<',
    '  Record<',
    '    string,',
    '    () => Promise<{ PROBES: readonly Probe[]; SOURCES?: readonly Source<unknown>[] }>',
    '  >',
    '> = {',
    ...types.map((type) => `  ${type}: () => import('./probes/${type}.gen.ts'),`),
    '}',
    '',
  ].join('\n')
}

function formatAll(types: readonly string[], sources: readonly FoundSource[]): string {
  const known = types.filter((type) => sources.some(({ source }) => source.type === type))
  return [
    CODE_NOTICE,
    `import type { Probe } from './probe.ts'`,
    ...types.map((type) => `import * as ${type} from './probes/${type}.gen.ts'`),
    `import type { Source } from './source.ts'`,
    '',
    '/** Every probe of the agent, in order of their files. */',
    'export const PROBES: readonly Probe[] = [',
    ...types.map((type) => `  ...${type}.PROBES,`),
    ']',
    '',
    '/** Every source of the agent. */',
    `export const SOURCES: readonly Source<unknown>[] = [`,
    ...known.map((type) => `  ...${type}.SOURCES,`),
    ']',
    '',
  ].join('\n')
}

/** `host.kernel-vmstat` → `hostKernelVmstat`. */
function toIdentifier(name: string): string {
  return name.replace(/[.-](\w)/g, (_, letter: string) => letter.toUpperCase())
}

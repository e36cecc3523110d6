import type { FoundProbe, FoundSource } from './found-probe.ts'
import { CODE_NOTICE } from './generated-file.ts'

/** Text of agent/src/probes.gen.ts: all probes and sources, imported by name. */
export function formatRegistry(
  probes: readonly FoundProbe[],
  sources: readonly FoundSource[],
): string {
  const imports = probes.map(
    ({ file, probe }) => `import ${toIdentifier(probe.name)} from './${file}'`,
  )
  const sourceImports = sources.map(
    ({ file, exportName }) => `import { ${exportName} } from './${file}'`,
  )
  return [
    CODE_NOTICE,
    `import type { Probe } from './probe.ts'`,
    ...imports,
    `import type { Source } from './source.ts'`,
    ...sourceImports,
    '',
    '/** Every probe of the agent, in order of their files. */',
    'export const PROBES: readonly Probe[] = [',
    ...probes.map(({ probe }) => `  ${toIdentifier(probe.name)},`),
    ']',
    '',
    '/** Every source of the agent. */',
    `export const SOURCES: readonly Source<unknown>[] = [${sources.map(({ exportName }) => exportName).join(', ')}]`,
    '',
  ].join('\n')
}

/** `host.kernel-vmstat` → `hostKernelVmstat`. */
function toIdentifier(name: string): string {
  return name.replace(/[.-](\w)/g, (_, letter: string) => letter.toUpperCase())
}

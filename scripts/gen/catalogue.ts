import type { ProbeDeclaration } from '@wardround/protocol'
import { CODE_NOTICE } from './generated-file.ts'

/** Text of protocol/src/catalogue.gen.ts: every declaration as plain data. */
export function formatCatalogue(declarations: readonly ProbeDeclaration[]): string {
  return [
    CODE_NOTICE,
    `import type { ProbeDeclaration } from './metric.ts'`,
    '',
    '/** What every probe declares of itself and its metrics. */',
    `export const CATALOGUE: readonly ProbeDeclaration[] = ${JSON.stringify(declarations, undefined, 2)}`,
    '',
  ].join('\n')
}

import type { Probe } from './probe.ts'
import type { Source } from './source.ts'
import type { Statement, Version } from './statement.ts'

/** A statement with what sends it: a probe at its interval, or the session itself (undefined). */
export interface ListedStatement {
  readonly statement: Statement
  readonly everySeconds: number | undefined
}

/** Every statement that a source of this type can ever send: the session's own first, then its probes'. */
export function listStatements(
  source: Source<unknown>,
  probes: readonly Probe[],
): readonly ListedStatement[] {
  const own = (source.statements ?? []).map((statement) => ({ statement, everySeconds: undefined }))
  const ofProbes = probes
    .filter((probe) => probe.source.type === source.type)
    .flatMap(({ statements = [], everySeconds }) =>
      statements.map((statement) => ({ statement, everySeconds })),
    )
  return [...own, ...ofProbes]
}

/** For which servers a statement is: `12.1+ <23, container: root|pdb`; empty for all. */
export function describeServers({ since, before, where = {} }: Statement): string {
  const range = [
    ...(since === undefined ? [] : [`${formatVersion(since)}+`]),
    ...(before === undefined ? [] : [`<${formatVersion(before)}`]),
  ].join(' ')
  const traits = Object.entries(where).map(([trait, values]) => `${trait}: ${values.join('|')}`)
  return [...(range === '' ? [] : [range]), ...traits].join(', ')
}

function formatVersion(version: Version): string {
  return version.join('.')
}

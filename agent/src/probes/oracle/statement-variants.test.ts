import { expect, test } from 'vitest'

import { PROBES, SOURCES } from '../../probes.gen.ts'
import { chooseVariant, compareVersions, type ServerFacts, type Version } from '../../statement.ts'
import { oracleFacts } from '../../testing/oracle-facts.ts'

const STATEMENTS = [...SOURCES, ...PROBES.filter(({ source }) => source.type === 'oracle')]
  .flatMap(({ statements = [] }) => statements)
  .filter(({ id }) => id.startsWith('oracle.'))
const IDS = [...new Set(STATEMENTS.map(({ id }) => id))]

const RELEASES = [
  '11.2.0.4.0',
  '12.1.0.2.0',
  '12.2.0.1.0',
  '18.3.0.0.0',
  '19.22.0.0.0',
  '21.3.0.0.0',
  '23.4.0.0.0',
]
const CONTAINERS = ['non-cdb', 'root', 'pdb']

/** Containers came with 12.1; since 21c there is nothing else. */
const SERVERS: readonly ServerFacts[] = RELEASES.flatMap((version) =>
  CONTAINERS.map((container) => oracleFacts({ version, container })),
).filter(({ version, traits }) =>
  traits['container'] === 'non-cdb' ? isBefore(version, [21]) : !isBefore(version, [12, 1]),
)

/** Where a question is not asked of an open primary: anywhere else, a variant that is missing is a gap. */
const NOT_ASKED: Readonly<Record<string, (facts: ServerFacts) => boolean>> = {
  'oracle.pdb': ({ traits }) => traits['container'] === 'non-cdb',
  'oracle.tablespace.containers': ({ traits }) => traits['container'] === 'non-cdb',
  'oracle.sysmetric': ({ version, traits }) =>
    traits['container'] === 'pdb' && isBefore(version, [12, 2]),
  'oracle.alertlog.entries': ({ version }) => isBefore(version, [12, 2]),
  'oracle.job.old-broken': ({ version }) => !isBefore(version, [19]),
  'oracle.user.password-age': ({ version }) => !isBefore(version, [18]),
  'oracle.dataguard.stats': () => true,
  'oracle.dataguard.gap': () => true,
  'oracle.dataguard.recovery': () => true,
}

test.each(
  SERVERS.map((facts) => ({ facts, note: `${facts.versionText} ${facts.traits['container']}` })),
)('$note is asked everything that it can answer', ({ facts }) => {
  const wrong = IDS.filter((id) => {
    const variants = STATEMENTS.filter((statement) => statement.id === id)
    const isAsked = chooseVariant(variants, facts) !== undefined
    return isAsked === (NOT_ASKED[id]?.(facts) ?? false)
  })
  expect(wrong).toEqual([])
})

function isBefore(version: Version, other: Version): boolean {
  return compareVersions(version, other) < 0
}

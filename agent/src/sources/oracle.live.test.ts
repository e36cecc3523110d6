import { globSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { systemClocks } from '../clocks.ts'
import { NoDataError, ProbeError, type Probe } from '../probe.ts'
import type { Session } from '../source.ts'
import { SourceStanding } from '../source-standing.ts'
import { sampleOnce } from '../testing/sample-once.ts'
import { makeSourceContext } from '../testing/source-context.ts'
import type { OracleSession } from './oracle/oracle-session.ts'
import { openOracle, oracleSource } from './oracle.ts'

/** `user/password@host:port/service`, e.g. `wardround/…@10.0.0.5:1521/HCDB`; `ORACLE_TEST_CLIENT` names a client's directory for thick mode. */
const LOGON = /^(?<user>[^/]+)\/(?<password>.+)@(?<connect>[^@]+)$/.exec(
  process.env['ORACLE_TEST_URL'] ?? '',
)?.groups
const CLIENT = process.env['ORACLE_TEST_CLIENT']
const NEVER = new AbortController().signal

const PROBES = await loadProbes()

async function loadProbes(): Promise<readonly Probe[]> {
  const directory = join(import.meta.dirname, '../probes/oracle')
  const files = globSync('*.ts', { cwd: directory }).filter((file) => !file.endsWith('.test.ts'))
  const modules = await Promise.all(
    files.toSorted().map(async (file): Promise<unknown> => import(join(directory, file))),
  )
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a module is an object; whether it holds a probe is looked at
  return modules.flatMap((module) => (module as { default?: Probe }).default ?? [])
}

if (LOGON === undefined)
  test('every probe on a live Oracle', ({ skip }) =>
    skip('not on this machine: no Oracle server (ORACLE_TEST_URL=user/password@host:port/service)'))
else describe('every probe on a live Oracle', runAgainst(LOGON))

function runAgainst({ user, password, connect }: Readonly<Record<string, string>>) {
  return () => {
    let opened: Session<OracleSession>
    const standing = new SourceStanding(
      { name: 'live', type: 'oracle' },
      systemClocks,
      () => undefined,
    )

    beforeAll(async () => {
      const context = await makeSourceContext({
        name: 'live',
        environment: { ORACLE_TEST_PASSWORD: password },
        options: {
          instance: 'live',
          connect,
          user,
          password: { env: 'ORACLE_TEST_PASSWORD' },
          mode: CLIENT === undefined ? 'thin' : 'thick',
          clientDirectory: CLIENT,
          connectTimeout: '20s',
          collectDatabase: 'always',
        },
        statements: [
          ...(oracleSource.statements ?? []),
          ...PROBES.flatMap(({ statements = [] }) => statements),
        ],
        standing,
        onStatement: ({ statement, durationMs, rows, error }) =>
          console.log(
            `${statement.id}: ${error?.en ?? `${rows} rows, ${durationMs.toFixed(0)} ms`}`,
          ),
      })
      opened = openOracle(context)
    })

    afterAll(() => opened[Symbol.asyncDispose]())

    test('lets us in, and says who it is', async () => {
      const { versionText, traits } = await opened.session.facts(NEVER)
      expect(versionText).toMatch(/^Oracle Database \d+\./)
      expect(['non-cdb', 'root', 'pdb']).toContain(traits['container'])
      expect((await opened.session.instanceTags(NEVER)).database).not.toBe('')
    })

    test.each(PROBES.map((probe) => ({ name: probe.name, probe })))('$name', async ({ probe }) => {
      try {
        const { samples, documents } = await sampleOnce(probe, opened.session)
        expect(samples.length + documents.length).toBeGreaterThan(0)
      } catch (error) {
        // Not on this server, or a grant that it lacks and whose cure is told; anything else is a fault of the statement or of its reading.
        if (error instanceof NoDataError) return
        expect(error).toBeInstanceOf(ProbeError)
        expect(error).toMatchObject({ code: 'NOT_PERMITTED' })
        expect(String(error)).toContain('GRANT')
      }
    })

    test('opened one session for all of them', () => {
      expect(standing.counts.connections).toBe(1)
    })
  }
}

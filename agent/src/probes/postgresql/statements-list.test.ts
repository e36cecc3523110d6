import { describe, expect, test } from 'vitest'

import { GRANT_MONITOR } from '../../sources/postgresql/session-statements.ts'
import { chooseVariant, timeoutMsOf, type Statement } from '../../statement.ts'
import { listPostgresqlStatements, loadPostgresqlProbes } from '../../testing/open-postgresql.ts'
import { parseSelect } from '../../testing/parsed-select.ts'
import {
  FUNCTIONS,
  isDocumented,
  MONITOR_FUNCTIONS,
  RELATIONS,
} from '../../testing/postgresql-catalogue.ts'

const VERSIONS = [10, 11, 12, 13, 14, 15, 16, 17, 18]
const OF_OUR_SESSION = [
  'jit',
  'statement_timeout',
  'search_path',
  'client_connection_check_interval',
]
const STATEMENTS = await listPostgresqlStatements()

function isFor(statement: Statement, version: number): boolean {
  return chooseVariant([statement], factsOf(version)) !== undefined
}

function factsOf(version: number) {
  return { versionText: `PostgreSQL ${version}.1`, version: [version, 1], traits: {} }
}

function nameOf({ id, since = [], before = [] }: Statement): string {
  return `${id} ${since.length === 0 ? '' : `from ${since.join('.')} `}${before.length === 0 ? '' : `before ${before.join('.')}`}`
}

describe.each(STATEMENTS.map((statement) => ({ name: nameOf(statement), statement })))(
  '$name',
  ({ statement }) => {
    test('is a single SELECT of named columns, by functions that change nothing', async () => {
      const { problems, functions } = await parseSelect(statement.text)
      expect(problems).toEqual([])
      expect([...functions].filter((name) => !FUNCTIONS.has(name))).toEqual([])
    })

    test('sets no parameter but those of its own session', async () => {
      const names = [
        ...statement.text.matchAll(/set_config\('(\w+)', [^()]*(?:\([^()]*\))?, (\w+)\)/g),
      ]
      expect(names.length).toBe(statement.text.split('set_config').length - 1)
      for (const [, name] of names) expect(OF_OUR_SESSION).toContain(name)
    })

    test('names what it reads, and the grant for it', async () => {
      const { relations, functions } = await parseSelect(statement.text)
      expect([...relations].toSorted()).toEqual(statement.reads.toSorted())
      const needsMonitor =
        [...relations].some((name) => RELATIONS[name]?.needsMonitor === true) ||
        [...functions].some((name) => MONITOR_FUNCTIONS.has(name))
      expect(statement.grants).toEqual(needsMonitor ? [GRANT_MONITOR] : [])
    })

    test.each(VERSIONS.filter((version) => isFor(statement, version)))(
      'reads what PostgreSQL %i documents',
      async (version) => {
        const { relations, columns } = await parseSelect(statement.text)
        for (const relation of relations)
          expect(isDocumented(RELATIONS[relation] ?? { since: 99 }, version), relation).toBe(true)
        for (const column of columns) {
          const [relation = '', name = ''] = column.split('.')
          const documented = RELATIONS[relation]?.columns[name] ?? { since: 99 }
          expect(isDocumented(documented, version), column).toBe(true)
        }
      },
    )

    test('shows no statement and no password of anybody', () => {
      expect(statement.text).not.toMatch(
        /pg_authid|pg_shadow|rolpassword|passwd|\bquery\b(?!_)|conninfo\b(?!')|pg_read_|pg_stat_file|lo_|dblink/,
      )
    })

    test('has a deadline of a minute at most', () => {
      expect(timeoutMsOf(statement)).toBeLessThanOrEqual(60_000)
    })
  },
)

test.each(VERSIONS)('on PostgreSQL %i each question has one variant at most', (version) => {
  const ids = STATEMENTS.filter((statement) => isFor(statement, version)).map(({ id }) => id)
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([])
})

test('ids begin with the source, and statements with their probe', async () => {
  for (const { name, statements = [] } of await loadPostgresqlProbes())
    for (const { id } of statements) expect(id === name || id.startsWith(`${name}.`), id).toBe(true)
})

describe('this test', () => {
  test.each([
    ['SELECT * FROM pg_database AS d', 'SELECT *'],
    ['SELECT datname FROM pg_database', 'column datname of no relation'],
    ['SELECT d.datname FROM pg_database AS d FOR UPDATE', 'lockingClause'],
    ['SELECT d.oid INTO t FROM pg_database AS d', 'intoClause'],
    ['DELETE FROM pg_database', 'no SELECT'],
    ['SELECT 1; SELECT 2', '2 statements'],
  ])('refuses %s', async (text, problem) => {
    expect((await parseSelect(text)).problems).toContain(problem)
  })

  test('sees through subqueries, joins and functions', async () => {
    const { relations, columns } = await parseSelect(
      `SELECT s.n FROM (SELECT (SELECT a.query FROM pg_stat_activity AS a) AS n FROM pg_ls_waldir() AS f WHERE f.modification > now()) AS s
       JOIN pg_locks AS l ON l.fastpath`,
    )
    expect([...relations].toSorted()).toEqual(['pg_locks', 'pg_ls_waldir', 'pg_stat_activity'])
    expect([...columns].toSorted()).toEqual([
      'pg_locks.fastpath',
      'pg_ls_waldir.modification',
      'pg_stat_activity.query',
    ])
  })
})

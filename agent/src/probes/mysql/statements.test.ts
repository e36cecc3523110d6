import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { mysqlSource } from '../../sources/mysql.ts'
import { compareVersions, type Statement } from '../../statement.ts'
import { MYSQL_COLUMNS, MYSQL_FUNCTIONS, MYSQL_VARIABLES } from '../../testing/mysql-catalogue.ts'
import { loadMysqlGrammar } from '../../testing/mysql-grammar.ts'
import { MYSQL_PROBES } from '../../testing/mysql-probes.ts'
import { MYSQL_STATEMENTS } from '../../testing/open-mysql-source.ts'

const named = MYSQL_STATEMENTS.map((statement) => ({
  note: `${statement.id} of ${statement.where?.['flavour']?.join() ?? 'both'} from ${statement.since?.join('.') ?? 'the first'}`,
  statement,
}))

const forMysql = named.filter(
  ({ statement }) => statement.where?.['flavour']?.includes('mysql') !== false,
)

/** Keywords that stand where a column could, beside functions, aliases and names after AS. */
const KEYWORDS = new Set(
  'SELECT FROM WHERE AS AND OR NOT IN IS NULL ORDER BY GROUP LIMIT DESC LIKE REGEXP JOIN ON SECOND SHOW GLOBAL SESSION STATUS VARIABLES'.split(
    ' ',
  ),
)

test('the list of probes is whole', () => {
  const files = readdirSync(import.meta.dirname).filter(
    (file) =>
      !file.endsWith('.test.ts') &&
      readFileSync(`${import.meta.dirname}/${file}`, 'utf8').includes('defineProbe({'),
  )
  expect(Object.keys(MYSQL_PROBES).toSorted()).toEqual(
    files.map((file) => file.replace('.ts', '')).toSorted(),
  )
})

describe.each(named)('$note', ({ statement }) => {
  const { id, text, grants, reads } = statement

  test('reads, and changes nothing but our own session', () => {
    expect(text).toMatch(/^(SELECT|SHOW|SET SESSION) /)
    expect(text.startsWith('SET')).toBe(
      (mysqlSource.statements ?? []).includes(statement) && text.startsWith('SET SESSION '),
    )
    expect(text).not.toMatch(/;|--|\/\*|\bINTO\b|\bFOR UPDATE\b|\bLOCK IN\b/i)
  })

  test('names each column, and none with a password or the text of a statement', () => {
    expect(text).not.toMatch(/SELECT \*|, \*|\.\*/)
    expect(text).not.toMatch(
      /authentication_string|\bPassword\b|\bplugin\b|\bPriv\b|global_priv|trx_query|\bINFO\b|SQL_TEXT|DIGEST|PROCESSLIST_INFO/,
    )
  })

  test('declares what it reads, and grants just that', () => {
    const tables = [...text.matchAll(/(?:FROM|JOIN) (\w+\.\w+)/g)].map(([, table]) => String(table))
    expect([...reads].toSorted()).toEqual(tables.toSorted())
    for (const grant of grants) {
      expect(grant).not.toMatch(
        /\bALL\b|SUPER|WITH GRANT|SELECT ON \*\.\*|SELECT ON mysql\.|\bINSERT|\bUPDATE|\bDELETE/,
      )
      const [, on] = /^GRANT SELECT .*?ON (\S+) TO wardround$/.exec(grant) ?? []
      if (on !== undefined) expect(tables).toContain(on)
    }
    for (const table of tables.filter((each) =>
      /^(performance_schema|mysql|wardround)\./.test(each),
    ))
      expect(grants.join('\n')).toContain(`ON ${table} TO wardround`)
  })

  test('is of its source, and no two variants are for the same server', () => {
    expect(id).toMatch(/^mysql\.[a-z-]+(\.[a-z-]+)?$/)
    expect(statement.before ?? [99]).not.toEqual(statement.since ?? [])
  })
})

describe('what only MySQL is sent, which is not here to run it', () => {
  test.each(forMysql)('$note has the grammar of MySQL 8.0', async ({ statement }) => {
    const grammar = await theGrammar()
    expect(grammar(statement.text.replaceAll('?', '1'))).toEqual([])
  })

  test('the grammar refuses what is none', async () => {
    const grammar = await theGrammar()
    expect(grammar('SELECT FROM WHERE')).not.toEqual([])
    expect(grammar('SELECT a b c FROM d')).not.toEqual([])
  })

  test.each(forMysql)('$note reads documented columns', ({ statement }) => {
    expect(unknownNames(statement)).toEqual([])
  })

  test('a misspelt column, a later one and an unknown variable are found', () => {
    const [{ statement } = { statement: undefined }] = forMysql
    if (statement === undefined) throw new Error('no statement')
    const reads = ['performance_schema.events_statements_summary_by_thread_by_event_name']
    const text = `SELECT SUM_CPU_TIME AS a, THREAD_IDS AS b, @@GLOBAL.nothing AS c FROM ${reads[0]}`
    expect(unknownNames({ ...statement, text, reads, since: [8, 0, 11] })).toEqual([
      '@@nothing',
      'SUM_CPU_TIME',
      'THREAD_IDS',
    ])
    expect(unknownNames({ ...statement, text, reads, since: [8, 0, 28] })).toEqual([
      '@@nothing',
      'THREAD_IDS',
    ])
  })
})

let grammar: ReturnType<typeof loadMysqlGrammar> | undefined
function theGrammar() {
  grammar ??= loadMysqlGrammar()
  return grammar
}

/** Names in a statement that no manual has at the version from which the statement is sent. */
function unknownNames({ text, reads, since = [5, 7] }: Statement): readonly string[] {
  if (!text.startsWith('SELECT')) return []
  const code = text
    .replaceAll(/'[^']*'/g, ' ')
    .replaceAll('`', '')
    .replaceAll(/ AS \w+/g, ' ')
  const aliases = new Set([...text.matchAll(/ AS (\w+)/g)].map(([, alias]) => alias))
  const tableAliases = new Set(
    [...code.matchAll(/(?:FROM|JOIN) \w+\.\w+ (\w)\b/g)].map(([, name]) => name),
  )
  const variables = [...code.matchAll(/@@(?:GLOBAL\.)?(\w+)/g)].map(([, name]) => name ?? '')
  const functions = [...code.matchAll(/\b(\w+)\(/g)].map(([, name]) => name ?? '')
  const words = [
    ...code
      .replaceAll(/@@(GLOBAL\.)?\w+/g, ' ')
      .replaceAll(/(FROM|JOIN) \w+\.\w+/g, ' ')
      .replaceAll(/\b\w+\(/g, ' ')
      .replaceAll(/\b\w\./g, ' ')
      .matchAll(/\b[A-Za-z_]\w*\b/g),
  ].map(([word]) => word)
  const columns = words.filter(
    (word) => !KEYWORDS.has(word) && !aliases.has(word) && !tableAliases.has(word),
  )
  return [
    ...variables.filter((name) => !MYSQL_VARIABLES.has(name)).map((name) => `@@${name}`),
    ...functions.filter((name) => isLater(MYSQL_FUNCTIONS[name], since)),
    ...columns.filter(
      (name) =>
        name !== 'Variable_name' &&
        !reads.some((table) => {
          const known = MYSQL_COLUMNS[table] ?? {}
          return name in known && !isLater(known[name], since)
        }),
    ),
  ]
}

function isLater(version: readonly number[] | undefined, since: readonly number[]): boolean {
  return version !== undefined && compareVersions(version, since) > 0
}

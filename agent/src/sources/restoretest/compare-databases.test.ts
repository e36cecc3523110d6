import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { systemClocks } from '../../clocks.ts'
import { MariadbServer, NO_MARIADB } from '../../testing/mariadb-server.ts'
import { NO_POSTGRESQL } from '../../testing/open-postgresql.ts'
import { PostgresqlServer } from '../../testing/postgresql-server.ts'
import { makeSourceContext } from '../../testing/source-context.ts'
import { openDatabase } from '../database/open-database.ts'
import { compareDatabases } from './compare-databases.ts'
import { totalsOf } from './compare-report.ts'
import { toComparisonSettings } from './comparison-settings.ts'

const PASSWORD = 'Reader-1'
const never = new AbortController().signal
const DEFAULTS = {
  tables: ['*'],
  filters: [],
  counts: [],
  maxTables: 500,
  maxRows: 1_000,
  timeout: '30s',
}

/** How the tables compare, as `name: verdict production/restored`. */
async function compare(
  type: 'postgresql' | 'mysql' | 'oracle',
  connects: readonly string[],
  options: Readonly<Record<string, unknown>> = {},
) {
  const sides = connects.map((connect) => ({
    connect,
    user: 'reader',
    password: { env: 'READER' },
    tls: 'off',
  }))
  const [production, restored] = sides
  const settings = toComparisonSettings({ ...DEFAULTS, type, production, restored, ...options })
  const context = await makeSourceContext({
    environment: { READER: PASSWORD },
    clocks: systemClocks,
  })
  const { memory } = context
  const report = await compareDatabases(
    {
      production: (statements) =>
        openDatabase({ kind: type, options: settings.production, statements, memory }, context),
      restored: (statements) =>
        openDatabase({ kind: type, options: settings.restored, statements, memory }, context),
    },
    settings.plan,
    never,
  )
  return {
    report,
    verdicts: report.tables.map(
      ({ name, verdict, productionRows = '-', restoredRows = '-' }) =>
        `${name}: ${verdict} ${productionRows}/${restoredRows}`,
    ),
    reasons: report.tables.flatMap(({ reason }) => reason?.en ?? []),
    totals: totalsOf(report),
  }
}

const PG_TABLES = [
  'DROP SCHEMA IF EXISTS his CASCADE',
  'CREATE SCHEMA his',
  `CREATE TABLE his.patient (id int PRIMARY KEY, name text, born date, seen timestamptz, weight numeric, share double precision, photo bytea, note text)`,
  `INSERT INTO his.patient SELECT i, '病人' || i, date '1980-01-01' + i, timestamptz '2026-01-01 00:00+08' + i * interval '1 hour', i / 3.0, i / 7.0::float8, decode(md5(i::text), 'hex'), nullif(i % 3, 0)::text FROM generate_series(1, 100) i`,
  'CREATE TABLE his."Ward ""A""" (id int, name text)',
  `INSERT INTO his."Ward ""A""" VALUES (1, 'a'), (1, 'a'), (2, NULL)`,
  'CREATE TABLE his.empty (id int)',
  'CREATE TABLE his.visit (id int, at date) PARTITION BY RANGE (at)',
  "CREATE TABLE his.visit_2026 PARTITION OF his.visit FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
  "INSERT INTO his.visit SELECT i, date '2026-01-01' + i FROM generate_series(1, 50) i",
  'GRANT USAGE ON SCHEMA his TO reader',
  'GRANT SELECT ON ALL TABLES IN SCHEMA his TO reader',
]

describe('two PostgreSQL databases', () => {
  let server: PostgresqlServer | undefined

  beforeAll(async () => {
    if (NO_POSTGRESQL !== undefined) return
    server = await PostgresqlServer.start()
    await server.sql([
      `CREATE ROLE reader LOGIN PASSWORD '${PASSWORD}'`,
      'CREATE DATABASE production',
      'CREATE DATABASE restored',
      "ALTER DATABASE restored SET timezone TO 'America/New_York'",
      "ALTER DATABASE restored SET datestyle TO 'German'",
      'ALTER DATABASE restored SET extra_float_digits TO 0',
      "ALTER DATABASE restored SET bytea_output TO 'escape'",
    ])
    await server.sql(PG_TABLES, 'production')
  }, 120_000)
  afterAll(() => server?.[Symbol.asyncDispose]())
  beforeEach(async ({ skip }) => {
    skip(NO_POSTGRESQL !== undefined, `not on this machine: ${NO_POSTGRESQL}`)
    await server?.sql(PG_TABLES, 'restored')
  })

  function both(options: Readonly<Record<string, unknown>> = {}) {
    const port = server?.port ?? 0
    const connects = [`127.0.0.1:${port}/production`, `127.0.0.1:${port}/restored`]
    return compare('postgresql', connects, options)
  }

  const change = (...statements: readonly string[]) => server?.sql(statements, 'restored')

  test('equal, though zone, date style and the order of rows are others', async () => {
    await change(
      'CREATE TABLE his.other AS SELECT * FROM his.patient ORDER BY id DESC',
      'TRUNCATE his.patient',
      'INSERT INTO his.patient SELECT * FROM his.other',
      'DROP TABLE his.other',
    )
    const { verdicts, totals } = await both()
    expect(verdicts).toEqual([
      'his.Ward "A": equal 3/3',
      'his.empty: equal 0/0',
      'his.patient: equal 100/100',
      'his.visit: equal 50/50',
    ])
    expect(totals).toEqual({
      tables: 4,
      rows: 153,
      rowsDiffer: 0,
      tablesDiffer: 0,
      tablesSkipped: 0,
    })
  }, 60_000)

  test.each([
    ['one row is missing', 'DELETE FROM his.patient WHERE id = 7', 'his.patient: rows 100/99'],
    [
      'a value changed',
      'UPDATE his.patient SET weight = weight + 0.001 WHERE id = 7',
      'his.patient: content 100/100',
    ],
    [
      'a bit of a binary value changed',
      'UPDATE his.patient SET photo = set_bit(photo, 3, 1 - get_bit(photo, 3)) WHERE id = 7',
      'his.patient: content 100/100',
    ],
    [
      'the last digit of a float changed',
      'UPDATE his.patient SET share = share * (1 + 3e-16) WHERE id = 7',
      'his.patient: content 100/100',
    ],
    [
      'an empty text instead of none',
      "UPDATE his.patient SET note = '' WHERE id = 3",
      'his.patient: content 100/100',
    ],
    [
      'two values changed places',
      "UPDATE his.patient SET name = '病人' || (15 - id) WHERE id IN (7, 8)",
      'his.patient: content 100/100',
    ],
    [
      'one of two equal rows became another',
      `UPDATE his."Ward ""A""" SET name = 'b' WHERE ctid = (SELECT min(ctid) FROM his."Ward ""A""")`,
      'his.Ward "A": content 3/3',
    ],
    [
      'a column is missing',
      'ALTER TABLE his.patient DROP COLUMN note',
      'his.patient: content 100/100',
    ],
    ['a table is missing', 'DROP TABLE his.empty', 'his.empty: missing -/-'],
    ['a table too many', 'CREATE TABLE his.zzz (id int)', 'his.zzz: extra -/-'],
  ])(
    '%s',
    async (_note, statement, verdict) => {
      await change(statement)
      const { verdicts, totals } = await both()
      expect(verdicts).toContain(verdict)
      expect(verdicts.filter((text) => !text.includes(': equal'))).toEqual([verdict])
      expect(totals.tablesDiffer).toBe(1)
    },
    60_000,
  )

  test('a table that is too large is left out, and that is said', async () => {
    const { verdicts, reasons, totals } = await both({ maxRows: 60 })
    expect(verdicts).toContain('his.patient: unchecked -/-')
    expect(reasons).toEqual(['more than 60 rows (maxRows)'])
    expect(totals).toMatchObject({ tables: 3, tablesSkipped: 1, tablesDiffer: 0 })
  }, 60_000)

  test('more tables than are to be compared: the rest counts as left out', async () => {
    const { verdicts, totals } = await both({ maxTables: 2 })
    expect(verdicts).toHaveLength(2)
    expect(totals).toMatchObject({ tables: 2, tablesSkipped: 2 })
  }, 60_000)

  test('only those that are wanted, and only rows from before the backup', async () => {
    await change("INSERT INTO his.visit VALUES (99, '2026-12-01')", 'DROP TABLE his.empty')
    const { verdicts } = await both({
      tables: ['his.*', '!his.e*', '!his.Ward*'],
      filters: [{ table: 'his.visit', where: "at < '2026-11-01'" }],
    })
    expect(verdicts).toEqual(['his.patient: equal 100/100', 'his.visit: equal 50/50'])
  }, 60_000)

  test('a table that may not be read is left out with its reason, the others are compared', async () => {
    await change('REVOKE SELECT ON his.patient FROM reader')
    const { verdicts, reasons } = await both()
    expect(verdicts.filter((text) => text.includes('equal'))).toHaveLength(3)
    expect(reasons[0]).toContain('permission denied')
  }, 60_000)

  test('counts of the site’s own', async () => {
    await change('DELETE FROM his.patient WHERE id = 7')
    const { verdicts } = await both({
      tables: ['none'],
      counts: [
        { name: 'patients', statement: 'SELECT count(*) FROM his.patient' },
        { name: 'visits', statement: 'SELECT count(*) FROM his.visit' },
        { name: 'nothing', statement: 'SELECT count(*) FROM his.none' },
      ],
    })
    expect(verdicts).toEqual([
      'patients: rows 100/99',
      'visits: equal 50/50',
      'nothing: unchecked -/-',
    ])
  }, 60_000)

  test('a database that can’t be reached ends it', async () => {
    const port = server?.port ?? 0
    const connects = [`127.0.0.1:${port}/production`, `127.0.0.1:${port}/none`]
    await expect(compare('postgresql', connects)).rejects.toThrow('none')
  }, 60_000)
})

const MY_TABLES = (database: string) => [
  `DROP DATABASE IF EXISTS ${database}_his`,
  `CREATE DATABASE ${database}_his`,
  `USE ${database}_his`,
  'CREATE TABLE patient (id INT PRIMARY KEY, name VARCHAR(64), born DATE, seen TIMESTAMP, weight DECIMAL(10,4), share DOUBLE, photo BLOB, flags BIT(8), note TEXT)',
  `INSERT INTO patient SELECT seq, CONCAT('病人', seq), DATE '1980-01-01' + INTERVAL seq DAY, TIMESTAMP '2026-01-01 00:00:00' + INTERVAL seq HOUR, seq / 3, seq / 7, UNHEX(MD5(seq)), b'1010', NULLIF(seq % 3, 0) FROM seq_1_to_100`,
  'CREATE TABLE `ward ``a``` (id INT, name TEXT)',
  "INSERT INTO `ward ``a``` VALUES (1, 'a'), (1, 'a'), (2, NULL)",
  'CREATE TABLE empty (id INT)',
]

describe('two MariaDB databases', () => {
  let servers: readonly MariadbServer[] = []

  beforeAll(async () => {
    if (NO_MARIADB !== undefined) return
    servers = await Promise.all([
      MariadbServer.start(),
      MariadbServer.start(['--default-time-zone=-05:00']),
    ])
    for (const server of servers)
      await server.query(
        `CREATE USER reader IDENTIFIED BY '${PASSWORD}'`,
        'GRANT SELECT ON `his_his`.* TO reader',
        "SET time_zone = '+00:00'",
        ...MY_TABLES('his'),
      )
  }, 120_000)
  afterAll(async () => {
    for (const server of servers) await server[Symbol.asyncDispose]()
  })
  beforeEach(async ({ skip }) => {
    skip(NO_MARIADB !== undefined, `not on this machine: ${NO_MARIADB}`)
    await servers[1]?.query("SET time_zone = '+00:00'", ...MY_TABLES('his'))
  })

  function both(options: Readonly<Record<string, unknown>> = {}) {
    return compare(
      'mysql',
      servers.map(({ port }) => `127.0.0.1:${port}`),
      options,
    )
  }

  test('equal, though the zone of the server is another', async () => {
    const { verdicts, totals } = await both()
    expect(verdicts).toEqual([
      'his_his.empty: equal 0/0',
      'his_his.patient: equal 100/100',
      'his_his.ward `a`: equal 3/3',
    ])
    expect(totals).toMatchObject({ tables: 3, rows: 103, tablesDiffer: 0 })
  }, 60_000)

  test.each([
    ['one row is missing', 'DELETE FROM patient WHERE id = 7', 'his_his.patient: rows 100/99'],
    [
      'a value changed',
      'UPDATE patient SET weight = weight + 0.001 WHERE id = 7',
      'his_his.patient: content 100/100',
    ],
    [
      'a binary value changed',
      "UPDATE patient SET photo = UNHEX('00') WHERE id = 7",
      'his_his.patient: content 100/100',
    ],
    [
      'a bit changed',
      "UPDATE patient SET flags = b'1011' WHERE id = 7",
      'his_his.patient: content 100/100',
    ],
    [
      'an empty text instead of none',
      "UPDATE patient SET note = '' WHERE id = 3",
      'his_his.patient: content 100/100',
    ],
    [
      'another case of letters',
      "UPDATE `ward ``a``` SET name = 'A' WHERE id = 1 LIMIT 1",
      'his_his.ward `a`: content 3/3',
    ],
    [
      'two equal rows became two others',
      "UPDATE `ward ``a``` SET name = 'b' WHERE id = 1",
      'his_his.ward `a`: content 3/3',
    ],
    [
      'a column is missing',
      'ALTER TABLE patient DROP COLUMN note',
      'his_his.patient: content 100/100',
    ],
    ['a table is missing', 'DROP TABLE empty', 'his_his.empty: missing -/-'],
  ])(
    '%s',
    async (_note, statement, verdict) => {
      await servers[1]?.query('USE his_his', statement)
      const { verdicts } = await both()
      expect(verdicts.filter((text) => !text.includes(': equal'))).toEqual([verdict])
    },
    60_000,
  )

  test('a table that is too large is left out, and that is said', async () => {
    const { verdicts, reasons } = await both({ maxRows: 60 })
    expect(verdicts).toContain('his_his.patient: unchecked -/-')
    expect(reasons).toEqual(['more than 60 rows (maxRows)'])
  }, 60_000)

  test('rows that are too long for a checksum are said, not taken for equal', async () => {
    for (const server of servers)
      await server.query(
        'CREATE OR REPLACE TABLE his_his.long_rows (a LONGTEXT)',
        "INSERT INTO his_his.long_rows VALUES (REPEAT('x', 900000))",
        'SET GLOBAL max_allowed_packet = 65536',
      )
    const { verdicts, reasons } = await both({ tables: ['his_his.long_rows'] })
    expect(verdicts).toEqual(['his_his.long_rows: unchecked -/-'])
    expect(reasons[0]).toContain('max_allowed_packet')
    await servers[0]?.query('DROP TABLE his_his.long_rows')
  }, 60_000)
})

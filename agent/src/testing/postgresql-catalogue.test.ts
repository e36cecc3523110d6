import { expect, test } from 'vitest'

import { isDocumented, RELATIONS } from './postgresql-catalogue.ts'
import { usePostgresql } from './use-postgresql.ts'

/** Its columns go by the version of the extension, not of the server. */
const OF_AN_EXTENSION = 'pg_stat_statements'
const FUNCTIONS = ['pg_control_checkpoint', 'pg_ls_archive_statusdir', 'pg_ls_waldir']

const used = usePostgresql()

test('the installed server has the columns that are written of its version, and none of the others', async () => {
  const version = Number.parseInt(await used.server.psql('SHOW server_version'), 10)
  const client = await used.server.connect()
  const wrong: string[] = []
  for (const [relation, { columns, ...documented }] of Object.entries(RELATIONS)) {
    if (relation === OF_AN_EXTENSION) continue
    const from = FUNCTIONS.includes(relation) ? `${relation}()` : relation
    for (const [column, since] of Object.entries(columns)) {
      const isThere = await client.query(`SELECT t.${column} FROM ${from} AS t LIMIT 0`).then(
        () => true,
        () => false,
      )
      const isWritten = isDocumented(documented, version) && isDocumented(since, version)
      if (isThere !== isWritten) wrong.push(`${relation}.${column}`)
    }
  }
  await client.end()
  expect(wrong).toEqual([])
})

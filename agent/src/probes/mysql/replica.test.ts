import { expect, test } from 'vitest'
import { AnsweringSession } from '../../testing/answering-session.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import type { ServerFacts } from '../../statement.ts'
import { mariadbOf, MYSQL_5_7, MYSQL_8_0_21, MYSQL_8_4 } from '../../testing/mysql-answers.ts'
import replica from './replica.ts'

const UUID = '3E11FA47-71CA-11E1-9E33-C80AA9429562'

/** As SHOW REPLICA STATUS gives it since 8.0.22; before, by its old names. */
function rowOf(changed: Readonly<Record<string, unknown>> = {}) {
  return {
    Channel_Name: '',
    Source_Host: '10.0.0.5',
    Source_Port: 3306,
    Replica_IO_Running: 'Yes',
    Replica_SQL_Running: 'Yes',
    Seconds_Behind_Source: 0,
    SQL_Delay: 0,
    Last_IO_Errno: 0,
    Last_SQL_Errno: 0,
    Last_SQL_Error: '',
    Retrieved_Gtid_Set: `${UUID}:1-100`,
    Executed_Gtid_Set: `${UUID}:1-100`,
    ...changed,
  }
}

function oldNames(row: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name.replace('Replica_', 'Slave_').replace('Source', 'Master'),
      value,
    ]),
  )
}

async function sample(facts: ServerFacts, rows: readonly Record<string, unknown>[]) {
  const session = new AnsweringSession(facts, { 'mysql.replica': rows })
  const run = await sampleOnce(replica, session)
  return {
    ...run,
    text: session.sent[0]?.statement.text,
    grants: session.sent[0]?.statement.grants,
  }
}

test.each([
  [MYSQL_5_7, 'SHOW SLAVE STATUS', oldNames(rowOf())],
  [MYSQL_8_0_21, 'SHOW SLAVE STATUS', oldNames(rowOf())],
  [MYSQL_8_4, 'SHOW REPLICA STATUS', rowOf()],
])('$versionText is asked with %s', async (facts, text, row) => {
  const run = await sample(facts, [row])
  expect(run.text).toBe(text)
  expect(run.samples).toEqual([
    {
      measurement: 'mysql_replica',
      tags: { instance: 'hcdb1', channel: 'default' },
      fields: {
        io_running: 1,
        sql_running: 1,
        seconds_behind: 0,
        sql_delay: 0,
        last_io_errno: 0,
        last_sql_errno: 0,
        gtid_gap: 0,
      },
    },
  ])
  expect(run.documents[0]?.body).toEqual({
    channels: [{ channel: 'default', host: '10.0.0.5', port: 3306 }],
  })
})

test.each([
  [mariadbOf(10, 4, 34), 'REPLICATION CLIENT'],
  [mariadbOf(10, 5, 1), 'REPLICATION CLIENT'],
  [mariadbOf(10, 5, 2), 'REPLICATION SLAVE ADMIN'],
  [mariadbOf(10, 5, 8), 'REPLICATION SLAVE ADMIN'],
  [mariadbOf(10, 5, 9), 'REPLICA MONITOR'],
  [mariadbOf(11, 4), 'REPLICA MONITOR'],
])('$versionText asks for %s', async (facts, privilege) => {
  const { text, grants } = await sample(facts, [
    { ...oldNames(rowOf()), Connection_name: '', Gtid_IO_Pos: '', Gtid_Slave_Pos: '' },
  ])
  expect(text).toBe('SHOW ALL SLAVES STATUS')
  expect(grants).toEqual([`GRANT ${privilege} ON *.* TO wardround`])
})

test('one that is broken, by channel, without the text of its error', async () => {
  const { samples, documents } = await sample(MYSQL_8_4, [
    rowOf({ Channel_Name: 'north' }),
    rowOf({
      Channel_Name: 'south',
      Replica_IO_Running: 'Connecting',
      Replica_SQL_Running: 'No',
      Seconds_Behind_Source: null,
      Last_IO_Errno: 2003,
      Last_SQL_Errno: 1062,
      Last_SQL_Error: "Duplicate entry 'Zhang San' for key 'PRIMARY'",
      Executed_Gtid_Set: `${UUID}:1-90`,
    }),
  ])
  expect(samples.map(({ tags }) => tags['channel'])).toEqual(['north', 'south'])
  expect(samples[1]?.fields).toEqual({
    io_running: 2,
    sql_running: 0,
    seconds_behind: undefined,
    sql_delay: 0,
    last_io_errno: 2003,
    last_sql_errno: 1062,
    gtid_gap: 10,
  })
  expect(JSON.stringify([samples, documents])).not.toContain('Zhang')
})

test('without GTIDs there is no gap', async () => {
  const row = rowOf({ Retrieved_Gtid_Set: '', Executed_Gtid_Set: '' })
  const { samples } = await sample(MYSQL_8_4, [row])
  expect(samples[0]?.fields['gtid_gap']).toBeUndefined()
})

test('an answer of another shape is told with the column that it lacks', async () => {
  await expect(sample(MYSQL_8_4, [{ Channel_Name: '' }])).rejects.toThrow('no column Master_Host')
  await expect(sample(MYSQL_8_4, [rowOf({ Last_IO_Errno: 'x' })])).rejects.toThrow('Last_IO_Errno')
})

import { expect, test } from 'vitest'
import { AnsweringSession } from '../../testing/answering-session.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { NoDataError } from '../../probe.ts'
import { MARIADB_10_4, mariadbOf, MYSQL_8_4 } from '../../testing/mysql-answers.ts'
import binlog from './binlog.ts'

/** MySQL 8 says of each file whether it is encrypted too. */
function answering(names: readonly string[], isWritten: unknown = 1, facts = MYSQL_8_4) {
  return new AnsweringSession(facts, {
    'mysql.binlog.setting': [{ log_bin: isWritten }],
    'mysql.binlog.files': names.map((name) => ({
      Log_name: name,
      File_size: '1000',
      Encrypted: 'No',
    })),
  })
}

test('counts files and bytes', async () => {
  const { samples } = await sampleOnce(binlog, answering(['b.1', 'b.2', 'b.3']))
  expect(samples[0]?.fields).toEqual({ files: 3, bytes: 3000, oldest_age_seconds: undefined })
})

test('knows the age of the oldest file once it saw that file begin', async () => {
  let memory: unknown
  const ages: (number | undefined)[] = []
  const rounds = [['b.1'], ['b.1', 'b.2'], ['b.1', 'b.2', 'b.3'], ['b.2', 'b.3'], ['b.3']]
  for (const [round, names] of rounds.entries()) {
    const run = await sampleOnce(binlog, answering(names), { memory, monotonicMs: round * 600_000 })
    memory = run.memory
    ages.push(run.samples[0]?.fields['oldest_age_seconds'])
  }
  expect(ages).toEqual([undefined, undefined, undefined, 1200, 1200])
})

test('after RESET MASTER it does not know', async () => {
  const first = await sampleOnce(binlog, answering(['b.7', 'b.8']))
  const later = { memory: first.memory, monotonicMs: 600_000 }
  const { samples } = await sampleOnce(binlog, answering(['c.1']), later)
  expect(samples[0]?.fields['oldest_age_seconds']).toBeUndefined()
})

test('has no data where none is written', async () => {
  const session = answering([], 0, MARIADB_10_4)
  await expect(sampleOnce(binlog, session)).rejects.toThrow(NoDataError)
  expect(session.sent).toHaveLength(1)
})

test.each([
  [MYSQL_8_4, 'REPLICATION CLIENT'],
  [MARIADB_10_4, 'REPLICATION CLIENT'],
  [mariadbOf(10, 5, 1), 'REPLICATION CLIENT'],
  [mariadbOf(10, 5, 2), 'BINLOG MONITOR'],
])('$versionText asks for %s', async (facts, privilege) => {
  const session = answering(['b.1'], 1, facts)
  await sampleOnce(binlog, session)
  expect(session.sent[1]?.statement.grants).toEqual([`GRANT ${privilege} ON *.* TO wardround`])
})

import { expect, test } from 'vitest'
import { AnsweringSession } from '../../testing/answering-session.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { ProbeError } from '../../probe.ts'
import { MARIADB_10_4, MYSQL_5_7, MYSQL_8_4, MYSQL_8_4_BARE } from '../../testing/mysql-answers.ts'
import type { ServerFacts } from '../../statement.ts'
import tx from './tx.ts'

const TRANSACTIONS = [{ open_count: 2, long_count: '1', oldest_seconds: '720', waiting_count: '1' }]
const DENIED = new ProbeError('NOT_PERMITTED', { zh: '缺少权限', en: 'a grant is missing' })

function answering(
  facts: ServerFacts,
  transactions: readonly object[] | Error = TRANSACTIONS,
  locks: readonly object[] | Error = [{ waits: 4 }],
) {
  const rows = (answer: readonly object[] | Error) =>
    answer instanceof Error ? answer : answer.map((row) => ({ ...row }))
  return new AnsweringSession(facts, {
    'mysql.tx.transactions': rows(transactions),
    'mysql.tx.metadata-locks': rows(locks),
  })
}

test.each([
  [MYSQL_8_4, 'performance_schema.metadata_locks'],
  [MYSQL_8_4_BARE, 'information_schema.PROCESSLIST'],
  [MYSQL_5_7, 'information_schema.PROCESSLIST'],
  [MARIADB_10_4, 'information_schema.PROCESSLIST'],
])('on $versionText waits for metadata locks come from %s', async (facts, view) => {
  const session = answering(facts)
  const { samples } = await sampleOnce(tx, session)
  expect(samples[0]?.fields).toEqual({
    open_count: 2,
    long_tx_count: 1,
    oldest_tx_seconds: 720,
    lock_waits: 1,
    metadata_lock_waits: 4,
  })
  expect(session.sent.map(({ statement }) => statement.reads).flat()).toEqual([
    'information_schema.INNODB_TRX',
    view,
  ])
  expect(session.sent[0]?.binds).toEqual([60])
})

test('what counts as long is set in agent.yaml', async () => {
  const session = answering(MYSQL_8_4)
  await sampleOnce(tx, session, { options: { longSeconds: 5 } })
  expect(session.sent[0]?.binds).toEqual([5])
})

test('one part that is denied leaves the other alone', async () => {
  const first = await sampleOnce(tx, answering(MYSQL_8_4, DENIED))
  expect(first.samples[0]?.fields).toEqual({ metadata_lock_waits: 4 })
  const second = await sampleOnce(tx, answering(MYSQL_8_4, TRANSACTIONS, DENIED))
  expect(second.samples[0]?.fields).toMatchObject({ open_count: 2 })
  expect([...first.remarks, ...second.remarks]).toEqual([DENIED.text, DENIED.text])
})

test('a list of sessions without PROCESS is not believed', async () => {
  const session = answering(MARIADB_10_4, DENIED)
  await expect(sampleOnce(tx, session)).rejects.toThrow('a grant is missing')
  expect(session.sent).toHaveLength(1)
})

test('both denied is a failure', async () => {
  await expect(sampleOnce(tx, answering(MYSQL_8_4, DENIED, DENIED))).rejects.toThrow(ProbeError)
})

test('a NULL is missing', async () => {
  const nulls = [{ open_count: 0, long_count: null, oldest_seconds: null, waiting_count: null }]
  const { samples } = await sampleOnce(tx, answering(MYSQL_8_4, nulls))
  expect(samples[0]?.fields).toMatchObject({ open_count: 0, oldest_tx_seconds: undefined })
})

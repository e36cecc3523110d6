import { expect, test } from 'vitest'
import { AnsweringSession } from '../../testing/answering-session.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { ProbeError } from '../../probe.ts'
import { MARIADB_10_4, MYSQL_8_4, shownRows } from '../../testing/mysql-answers.ts'
import innodb from './innodb.ts'

const STATUS = {
  Innodb_page_size: '16384',
  Innodb_buffer_pool_pages_total: '8192',
  Innodb_buffer_pool_pages_free: '100',
  Innodb_buffer_pool_reads: '100',
  Innodb_buffer_pool_read_requests: '10000',
  Innodb_row_lock_time: '77',
}
const METRICS = [
  { name: 'lock_deadlocks', value: '3', enabled: 1 },
  { name: 'trx_rseg_history_len', value: '12', enabled: 1 },
]

function answering(
  status: Readonly<Record<string, string>> = {},
  metrics: readonly object[] | Error = METRICS,
  facts = MYSQL_8_4,
) {
  return new AnsweringSession(facts, {
    'mysql.innodb.status': shownRows({ ...STATUS, ...status }),
    'mysql.innodb.metrics': metrics instanceof Error ? metrics : metrics.map((row) => ({ ...row })),
  })
}

test('takes deadlocks and history list from INNODB_METRICS', async () => {
  for (const facts of [MYSQL_8_4, MARIADB_10_4]) {
    const { samples } = await sampleOnce(innodb, answering({}, METRICS, facts))
    expect(samples[0]?.fields).toMatchObject({
      deadlocks_total: 3,
      history_list_length: 12,
      buffer_pool_bytes: 8192 * 16_384,
      row_lock_time_ms_total: 77,
      bp_hit_percent: undefined,
    })
  }
})

test('a counter that is switched off is missing, not 0', async () => {
  const off = METRICS.map((row) => ({ ...row, value: '0', enabled: 0 }))
  const { samples } = await sampleOnce(innodb, answering({}, off))
  expect(samples[0]?.fields).toMatchObject({
    deadlocks_total: undefined,
    history_list_length: undefined,
  })
})

test.each([
  ['10100', '11000', 0],
  ['150', '11000', 95],
  ['100', '10000', undefined],
  ['5', '50', undefined],
])('hit ratio over the interval, %s reads of %s', async (reads, requests, percent) => {
  const first = await sampleOnce(innodb, answering())
  const { samples } = await sampleOnce(
    innodb,
    answering({
      Innodb_buffer_pool_reads: reads,
      Innodb_buffer_pool_read_requests: requests,
    }),
    { memory: first.memory },
  )
  expect(samples[0]?.fields['bp_hit_percent']).toBe(percent)
})

test('goes on without PROCESS, and remarks it', async () => {
  const denied = new ProbeError('NOT_PERMITTED', { zh: '缺少 PROCESS', en: 'PROCESS is missing' })
  const { samples, remarks } = await sampleOnce(innodb, answering({}, denied))
  expect(samples[0]?.fields).toMatchObject({ buffer_pool_pages_free: 100 })
  expect(remarks).toEqual([{ zh: '缺少 PROCESS', en: 'PROCESS is missing' }])
})

test('fails where anything else goes wrong', async () => {
  const lost = new ProbeError('NOT_ANSWERING', 'the session was lost')
  await expect(sampleOnce(innodb, answering({}, lost))).rejects.toThrow('the session was lost')
})

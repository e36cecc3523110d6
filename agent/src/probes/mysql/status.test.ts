import { expect, test } from 'vitest'
import { AnsweringSession } from '../../testing/answering-session.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { MYSQL_5_7, shownRows } from '../../testing/mysql-answers.ts'
import status from './status.ts'

const LIMITS = [{ max_connections: '200', open_files_limit: '5000' }]

function answering(values: Readonly<Record<string, string>>, limits: readonly object[] = LIMITS) {
  return new AnsweringSession(MYSQL_5_7, {
    'mysql.status.counters': shownRows(values),
    'mysql.status.limits': limits.map((row) => ({ ...row })),
  })
}

test('gives the counters raw, and the connections in percent of the limit', async () => {
  const { samples } = await sampleOnce(
    status,
    answering({ Threads_connected: '50', Threads_running: '3', Questions: '18446744073709551615' }),
  )
  expect(samples[0]?.tags).toEqual({ instance: 'hcdb1' })
  expect(samples[0]?.fields).toMatchObject({
    threads_connected: 50,
    threads_running: 3,
    max_connections: 200,
    used_percent: 25,
    open_files_limit: 5000,
    questions_total: 2 ** 64,
  })
})

test('what a version does not have is missing, and so is what is computed of it', async () => {
  const { samples } = await sampleOnce(status, answering({ Slow_queries: '1' }))
  expect(samples[0]?.fields).toMatchObject({ slow_queries_total: 1, used_percent: undefined })
  expect(samples[0]?.fields['aborted_clients_total']).toBeUndefined()
})

test.each([
  [{ Questions: 'many' }, LIMITS, 'column Questions is "many"'],
  [{ Questions: '' }, LIMITS, 'column Questions is ""'],
  [{}, [{ max_connections: '200' }], 'no column open_files_limit'],
  [{}, [{ max_connections: 'x', open_files_limit: '1' }], 'column max_connections is "x"'],
])('%j and %j are told: %s', async (values, limits, message) => {
  await expect(
    sampleOnce(status, answering(Object.fromEntries(Object.entries(values)), limits)),
  ).rejects.toThrow(message)
})

test('a NULL limit is missing', async () => {
  const session = answering({ Threads_connected: '1' }, [
    { max_connections: null, open_files_limit: null },
  ])
  const { samples } = await sampleOnce(status, session)
  expect(samples[0]?.fields['max_connections']).toBeUndefined()
  expect(samples[0]?.fields['used_percent']).toBeUndefined()
})

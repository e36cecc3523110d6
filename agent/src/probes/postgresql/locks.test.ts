import { expect, test } from 'vitest'

import { AnsweringPostgresql } from '../../testing/answering-postgresql.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { openPostgresql } from '../../testing/open-postgresql.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { usePostgresql } from '../../testing/use-postgresql.ts'
import locks from './locks.ts'

const used = usePostgresql({}, (server) => server.sql('CREATE TABLE bed (id integer)'))

describeProbe(locks, { open: () => openPostgresql(used.server) })

test('counts locks by mode, and those that wait', async () => {
  const [holder, waiter] = [await used.server.connect(), await used.server.connect()]
  await holder.query('BEGIN')
  await holder.query('LOCK TABLE bed IN ACCESS EXCLUSIVE MODE')
  const waiting = waiter.query('SELECT * FROM bed')
  await using opened = await openPostgresql(used.server)
  const read = async (mode: string) => {
    const { samples } = await sampleOnce(locks, opened.session)
    expect(samples).toHaveLength(9)
    return samples.find(({ tags }) => tags['mode'] === mode)?.fields
  }
  await expect.poll(() => read('AccessShareLock')).toMatchObject({ count: 1, waiting: 1 })
  expect((await read('AccessShareLock'))?.['longest_wait_seconds']).toBeGreaterThan(0)
  expect(await read('AccessExclusiveLock')).toEqual({
    count: 1,
    waiting: 0,
    longest_wait_seconds: 0,
  })
  await holder.query('ROLLBACK')
  await waiting
  await Promise.all([holder.end(), waiter.end()])
})

test('before 14 does not know how long they wait, and keeps a mode that it does not know', async () => {
  const row = { mode: 'DreamLock', count: '2', waiting: '1', longest_wait_seconds: null }
  const session = new AnsweringPostgresql('13.14', { 'postgresql.locks': [row] })
  const { samples } = await sampleOnce(locks, session)
  expect(samples.at(-1)).toMatchObject({
    tags: { mode: 'DreamLock' },
    fields: { count: 2, waiting: 1, longest_wait_seconds: undefined },
  })
})

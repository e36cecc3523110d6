import { expect, test } from 'vitest'

import { ProbeError } from '../../probe.ts'
import { reading } from '../../sources/oracle/grant.ts'
import type { Statement } from '../../statement.ts'
import { AnsweringSession } from '../../testing/answering-session.ts'
import { oracleFacts } from '../../testing/oracle-facts.ts'
import { askSeldom, type KeptRows } from './ask-seldom.ts'

const LOGS: Statement = {
  id: 'oracle.logs',
  text: 'SELECT COUNT(*) AS N FROM V$ARCHIVED_LOG',
  ...reading('V$ARCHIVED_LOG'),
  cost: 'moderate',
}

function setUp(answer: readonly Record<string, unknown>[] | Error = [{ N: 1 }]) {
  const session = new AnsweringSession(oracleFacts(), { [LOGS.id]: answer })
  const remarks: unknown[] = []
  const ask = (monotonicMs: number, kept?: KeptRows) => {
    const { signal } = new AbortController()
    const remark = (text: unknown) => remarks.push(text)
    return askSeldom({ session, signal, monotonicMs, remark }, [LOGS], kept)
  }
  return { session, remarks, ask }
}

test('is sent every ten minutes and repeated in between', async () => {
  const { session, ask } = setUp()
  const first = await ask(0)
  expect(await ask(599_999, first)).toEqual({ rows: [{ N: 1 }], askedAtMs: 0 })
  expect(session.sent).toHaveLength(1)
  expect(await ask(600_000, first)).toEqual({ rows: [{ N: 1 }], askedAtMs: 600_000 })
  expect(session.sent).toHaveLength(2)
})

test('what was not done in time is not asked again at once', async () => {
  const { session, remarks, ask } = setUp(new ProbeError('DEADLINE', 'not done'))
  const first = await ask(0)
  expect(first).toEqual({ rows: [], askedAtMs: 0 })
  await ask(60_000, first)
  expect(session.sent).toHaveLength(1)
  expect(remarks).toEqual([{ zh: 'not done', en: 'not done' }])
})

test('any other failure is the run’s', async () => {
  const { ask } = setUp(new ProbeError('NOT_PERMITTED', 'lacks a grant'))
  await expect(ask(0)).rejects.toThrow('lacks a grant')
})

import { describe, expect, test } from 'vitest'

import { NoDataError, ProbeError } from '../../probe.ts'
import type { SentStatement } from '../../source.ts'
import { SourceStanding } from '../../source-standing.ts'
import type { Statement } from '../../statement.ts'
import { FakeServer } from '../../testing/fake-server.ts'
import { ManualTime } from '../../testing/manual-time.ts'
import { StatementError } from './server-driver.ts'
import { StatementGate } from './statement-gate.ts'

const SESSIONS: Statement = {
  id: 'fake.session.blocked',
  text: 'SELECT COUNT(*) AS blocked FROM V$SESSION s JOIN V$LOCK l ON l.sid = s.sid',
  reads: ['V$SESSION', 'V$LOCK'],
  grants: [
    'GRANT SELECT ON SYS.V_$SESSION TO wardround',
    'GRANT SELECT ON SYS.V_$LOCK TO wardround',
  ],
  cost: 'cheap',
}

async function setUp(off: readonly string[] = []) {
  const time = new ManualTime()
  const standing = new SourceStanding({ name: 'a', type: 'fake' }, time, () => undefined)
  const server = new FakeServer()
  const told: SentStatement[] = []
  const gate = new StatementGate({
    statements: [SESSIONS],
    off,
    kept: [],
    account: 'c##mon',
    standing,
    clocks: time,
    onStatement: (sent) => told.push(sent),
  })
  const connection = await server.connect(undefined)
  const send = (statement: Statement) => gate.send(connection, statement, [])
  return { time, standing, server, told, send }
}

describe('what is not sent', () => {
  test('a statement that is not on the list, though it reads the same', async () => {
    const { server, send } = await setUp()
    await expect(send({ ...SESSIONS })).rejects.toThrow('is not on the list')
    expect(server.sent).toEqual([])
  })

  test.each([['fake.session.blocked'], ['fake.session'], ['fake']])(
    'one that is switched off as %s',
    async (name) => {
      const { server, send } = await setUp([name])
      await expect(send(SESSIONS)).rejects.toThrow(NoDataError)
      expect(server.sent).toEqual([])
    },
  )

  test('the beginning of a word switches nothing off', async () => {
    const { server, send } = await setUp(['fake.sess'])
    await send(SESSIONS)
    expect(server.sent).toHaveLength(1)
  })
})

describe('a missing grant', () => {
  test('is told with the one GRANT that cures it, and not asked for again for ten minutes', async () => {
    const { server, send, time } = await setUp()
    server.answer = () => {
      throw new StatementError('denied', 'ORA-00942', 'table or view does not exist', {
        object: 'V_$LOCK',
      })
    }
    for (let minute = 0; minute < 9; minute++) {
      const error = await send(SESSIONS).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(ProbeError)
      expect(error).toMatchObject({
        code: 'NOT_PERMITTED',
        text: {
          zh: expect.stringContaining('请 DBA 执行：GRANT SELECT ON SYS.V_$LOCK TO c##mon;'),
          en: expect.stringMatching(/have the DBA run: GRANT SELECT ON SYS\.V_\$LOCK TO c##mon;$/),
        },
      })
      await time.pass(60_000)
    }
    expect(server.sent).toHaveLength(1)
    await time.pass(120_000)
    server.answer = () => []
    await send(SESSIONS)
    expect(server.sent).toHaveLength(2)
  })

  test('names all grants of the statement where the server does not say which', async () => {
    const { server, send } = await setUp()
    server.answer = () => {
      throw new StatementError('denied', 'ORA-01031', 'insufficient privileges')
    }
    await expect(send(SESSIONS)).rejects.toThrow(
      /V_\$SESSION TO c##mon; GRANT SELECT ON SYS\.V_\$LOCK/,
    )
  })
})

test('what the server’s release lacks is told as that, without a GRANT, and not asked for again at once', async () => {
  const { server, send } = await setUp()
  server.answer = () => {
    throw new StatementError('unsupported', 'ORA-00904', '"L"."AGE": invalid identifier')
  }
  for (let run = 0; run < 2; run++) {
    const error = await send(SESSIONS).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'NOT_PERMITTED',
      text: {
        zh: expect.stringContaining('该版本的服务器没有'),
        en: expect.stringContaining('"L"."AGE"'),
      },
    })
    expect(String(error)).not.toContain('GRANT')
  }
  expect(server.sent).toHaveLength(1)
})

test('every statement is counted, timed and told, those that failed too', async () => {
  const { server, send, standing, time, told } = await setUp()
  server.answer = () => {
    time.stall(40)
    return [{ BLOCKED: 1 }, { BLOCKED: 2 }]
  }
  await send(SESSIONS)
  server.answer = () => {
    time.stall(10)
    throw new StatementError('timeout', '57014', 'canceling statement')
  }
  await expect(send(SESSIONS)).rejects.toMatchObject({ code: 'DEADLINE' })
  expect(standing.counts).toMatchObject({ statements: 2, failures: 1, busyMs: 50 })
  expect(told).toMatchObject([
    { statement: SESSIONS, durationMs: 40, rows: 2, error: undefined },
    {
      statement: SESSIONS,
      durationMs: 10,
      rows: 0,
      error: {
        zh: expect.stringContaining('5000 毫秒'),
        en: expect.stringContaining('5000 ms'),
      },
    },
  ])
})

import { expect, test } from 'vitest'

import type { Statement } from '../../statement.ts'
import { FakeOracle, oracleError } from '../../testing/fake-oracle.ts'
import type { OracleTarget } from './oracle-target.ts'
import type { ThickReply, ThickWork } from './thick-message.ts'
import { ThickServer } from './thick-server.ts'

const TARGET: OracleTarget = {
  server: 'Oracle db1/HCDB',
  user: 'wardround',
  connectString: 'db1/HCDB',
  connectTimeoutMs: 100,
  clientDirectory: undefined,
  configDirectory: undefined,
  walletDirectory: undefined,
  clientIdentifier: 'wardround 1.0 hcdb1',
}
const SIZES: Statement = { id: 'oracle.x', text: 'SELECT 1', reads: [], grants: [], cost: 'cheap' }

/** The child's side in this process, over a stand-in of node-oracledb; what it says goes the way of structured clones. */
function startServer(oracle = new FakeOracle()) {
  const replies: ThickReply[] = []
  const server = new ThickServer({
    load: () => oracle,
    reply: (reply) => replies.push(structuredClone(reply)),
  })
  let lastId = 0
  const ask = async (work: ThickWork): Promise<ThickReply> => {
    lastId += 1
    const id = lastId
    await server.receive(structuredClone({ ...work, id }))
    const reply = replies.find((one) => one.id === id)
    if (reply === undefined) throw new Error('no reply')
    return reply
  }
  const connect = (connection: number): Promise<ThickReply> =>
    ask({ do: 'connect', connection, source: 'hcdb1', target: TARGET, password: 'x' })
  return { oracle, server, ask, connect }
}

test('connects, sends and closes', async () => {
  const { oracle, ask, connect } = startServer()
  expect(await connect(1)).toMatchObject({
    result: { versionText: '19.22.0.0.0', warning: undefined },
  })
  expect(oracle.executed).toEqual([])
  const at = new Date(0)
  oracle.answer = () => [{ AT: at, BIG: 2 ** 60, NONE: null }]
  const send = {
    do: 'send',
    connection: 1,
    statement: SIZES,
    binds: [7],
    timeoutMs: 1_000,
  } as const
  expect(await ask(send)).toMatchObject({ result: [{ AT: at, BIG: 2 ** 60, NONE: null }] })
  expect(await ask({ do: 'close', connection: 1 })).toMatchObject({ result: undefined })
  expect(oracle.open).toBe(0)
  expect(await ask(send)).toMatchObject({ failure: { kind: 'statement', failure: 'lost' } })
})

test('tells why there is no session and what became of a statement', async () => {
  const { oracle, ask, connect } = startServer()
  oracle.refuses = oracleError('ORA-01017: invalid username/password; logon denied')
  expect(await connect(1)).toMatchObject({
    failure: {
      kind: 'connect',
      failure: 'wrong_password',
      en: expect.stringContaining('ORA-01017'),
    },
  })
  oracle.refuses = undefined
  await connect(2)
  oracle.answer = () => oracleError('ORA-00942: table or view does not exist')
  const send = { do: 'send', connection: 2, statement: SIZES, binds: [], timeoutMs: 1_000 } as const
  expect(await ask(send)).toMatchObject({
    failure: { kind: 'statement', failure: 'denied', code: 'ORA-00942' },
  })
})

test('cuts a statement that runs, and a logon that hangs', async () => {
  const { oracle, server, ask, connect } = startServer()
  await connect(1)
  oracle.answer = () => 'silence'
  const send = {
    do: 'send',
    connection: 1,
    statement: SIZES,
    binds: [],
    timeoutMs: 60_000,
  } as const
  const sending = ask(send)
  await ask({ do: 'destroy', connection: 1 })
  expect(await sending).toMatchObject({ failure: { failure: 'lost' } })
  await expect.poll(() => oracle.open).toBe(0)

  oracle.refuses = 'silence'
  const connecting = connect(2)
  await ask({ do: 'destroy', connection: 2 })
  expect(await connecting).toMatchObject({ failure: { failure: 'timeout' } })
  expect(await connect(3)).toMatchObject({ failure: { failure: 'timeout' } })
  expect(oracle.logons).toBe(2)
  await expect.poll(() => server.hangingMs).toBeGreaterThan(0)
})

test('holds sessions of several sources', async () => {
  const { oracle, ask, connect } = startServer()
  await connect(1)
  await ask({ do: 'connect', connection: 2, source: 'other', target: TARGET, password: 'y' })
  expect(oracle).toMatchObject({ open: 2, passwords: ['x', 'y'] })
})

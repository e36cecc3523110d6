import { expect, test } from 'vitest'

import { Secret } from '@wardround/program/running'
import type { Statement } from '../../statement.ts'
import { FakeOracle, oracleError } from '../../testing/fake-oracle.ts'
import { sendAtOnce } from '../../testing/send-at-once.ts'
import { IDENTITY } from './oracle-statements.ts'
import { toOracleTarget } from './oracle-target.ts'
import { ThickClient } from './thick-client.ts'
import { ThickDriver } from './thick-driver.ts'
import {
  fromThickFailure,
  type ThickReply,
  type ThickResult,
  type ThickWork,
} from './thick-message.ts'
import { ThickServer } from './thick-server.ts'

const NEVER = new AbortController().signal
const TARGET = toOracleTarget(
  { instance: 'hcdb1', user: 'u', connect: 'db1/HCDB', connectTimeout: '5s' },
  'wardround test',
)

/** The child's side in this process, over a stand-in of node-oracledb. */
class NearClient extends ThickClient {
  readonly #server: ThickServer
  readonly #replies = new Map<number, ThickReply>()
  #asked = 0

  constructor(oracle: FakeOracle) {
    super()
    const reply = (one: ThickReply) => this.#replies.set(one.id, one)
    this.#server = new ThickServer({ load: () => oracle, reply })
  }

  override start(): void {}

  override async ask(work: ThickWork): Promise<ThickResult> {
    const id = ++this.#asked
    await this.#server.receive(structuredClone({ ...work, id }))
    const reply = this.#replies.get(id)
    if (reply === undefined) throw new Error('no reply')
    if ('failure' in reply) throw fromThickFailure(reply.failure)
    return reply.result
  }
}

function setUp() {
  const oracle = new FakeOracle()
  return { oracle, driver: new ThickDriver(new NearClient(oracle), TARGET, 'hcdb1') }
}

test('the agent, not its child, asks who the server is: past the gate', async () => {
  const { oracle, driver } = setUp()
  oracle.version = '11.2.0.4.0'
  const asked: Statement[] = []
  const connection = await driver.connect(new Secret('x'), NEVER, (statement, work) => {
    asked.push(statement)
    expect(oracle.executed).toEqual([])
    return work()
  })
  expect(asked).toEqual([IDENTITY[1]])
  expect(oracle.executed.map(({ sql }) => sql)).toEqual([IDENTITY[1]?.text])
  expect(connection.identity).toMatchObject({ database: 'hcdb', instanceNumber: 1 })
  expect(connection.facts).toMatchObject({ version: [11, 2, 0, 4, 0] })
})

test('what the gate keeps back is not sent, and the session is left again', async () => {
  const { oracle, driver } = setUp()
  const refuse = () => Promise.reject(new Error('not on the list'))
  await expect(driver.connect(new Secret('x'), NEVER, refuse)).rejects.toMatchObject({
    failure: 'other',
  })
  expect(oracle.executed).toEqual([])
  await expect.poll(() => oracle.open).toBe(0)
})

test('a server that does not say who it is, is told as what it said', async () => {
  const { oracle, driver } = setUp()
  oracle.refusesIdentity = oracleError('ORA-03113: end-of-file on communication channel')
  await expect(driver.connect(new Secret('x'), NEVER, sendAtOnce)).rejects.toMatchObject({
    failure: 'unreachable',
    text: { en: expect.stringContaining('ORA-03113') },
  })
  await expect.poll(() => oracle.open).toBe(0)
})

test('a logon that is over is told as that', async () => {
  const { driver } = setUp()
  const run = new AbortController()
  const connecting = driver.connect(new Secret('x'), run.signal, async (_statement, work) => {
    run.abort()
    return work()
  })
  await expect(connecting).rejects.toMatchObject({ failure: 'timeout' })
})

import { afterEach, expect, test } from 'vitest'

import { ProbeError } from '../../probe.ts'
import type { Statement } from '../../statement.ts'
import { FakeOracle, oracleError } from '../../testing/fake-oracle.ts'
import { sendAtOnce } from '../../testing/send-at-once.ts'
import { OracleConnection } from './oracle-connection.ts'
import { OracleDriver } from './oracle-driver.ts'
import { IDENTITY, OWN_CPU } from './oracle-statements.ts'
import type { OracleTarget } from './oracle-target.ts'

const NEVER = new AbortController().signal
const SIZES: Statement = {
  id: 'oracle.tablespace.a-long-name-that-does-not-fit-into-what-v$session-shows',
  text: 'SELECT * FROM DBA_FREE_SPACE',
  reads: [],
  grants: [],
  cost: 'slow',
}
const TARGET: OracleTarget = {
  server: 'Oracle db1/HCDB',
  user: 'wardround',
  connectString: 'db1/HCDB',
  connectTimeoutMs: 2_000,
  clientDirectory: undefined,
  configDirectory: undefined,
  walletDirectory: '/etc/wallet',
  clientIdentifier: 'wardround 1.0 hcdb1',
}

let oracle = new FakeOracle()
afterEach(() => (oracle = new FakeOracle()))

function connect(): Promise<OracleConnection> {
  return new OracleDriver({ target: TARGET, load: () => oracle }).connect(
    undefined,
    NEVER,
    sendAtOnce,
  )
}

test('says who it is to the server: module, client and, for each statement, its id', async () => {
  const connection = await connect()
  await connection.send(SIZES, [], 5_000)
  expect(oracle.executed.at(-1)).toMatchObject({
    module: 'wardround',
    clientId: 'wardround 1.0 hcdb1',
    action: SIZES.id.slice(0, 64),
    callTimeout: 5_000,
  })
  expect(oracle.lastLogon[0]).toMatchObject({
    program: 'wardround-agent',
    connectTimeout: 2,
    walletLocation: '/etc/wallet',
  })
})

test.each([
  {
    note: 'a single database',
    version: '19.22.0.0.0',
    row: {},
    traits: { container: 'non-cdb', role: 'primary' },
    versionText: 'Oracle Database 19.22.0.0.0 (non-cdb, primary)',
    sent: IDENTITY[0]?.text,
  },
  {
    note: 'the root of a container database',
    version: '23.6.0.24.10',
    row: { CDB_NAME: 'hcdb', CON_ID: '1' },
    traits: { container: 'root', role: 'primary' },
    versionText: 'Oracle Database 23.6.0.24.10 (root, primary)',
    sent: IDENTITY[0]?.text,
  },
  {
    note: 'a PDB on a standby that is open to read',
    version: '12.2.0.1.0',
    row: { CDB_NAME: 'hcdb', CON_ID: '4', DATABASE_ROLE: 'PHYSICAL STANDBY' },
    traits: { container: 'pdb', role: 'physical standby' },
    versionText: 'Oracle Database 12.2.0.1.0 (pdb, physical standby)',
    sent: IDENTITY[0]?.text,
  },
  {
    note: 'an old one, which is not asked for what it does not know',
    version: '11.2.0.4.0',
    row: { CON_ID: null },
    traits: { container: 'non-cdb', role: 'primary' },
    versionText: 'Oracle Database 11.2.0.4.0 (non-cdb, primary)',
    sent: IDENTITY[1]?.text,
  },
])('knows $note', async ({ version, row, traits, versionText, sent }) => {
  oracle.version = version
  oracle.identity = { ...oracle.identity, ...row }
  const connection = await connect()
  expect(connection.facts).toEqual({
    versionText,
    version: version.split('.').map(Number),
    traits,
  })
  expect(connection.identity).toMatchObject({ database: 'hcdb', instanceNumber: 1 })
  expect(oracle.executed[0]?.sql).toBe(sent)
})

test('a statement that takes too long is cancelled on the server, and the session goes on', async () => {
  const connection = await connect()
  oracle.answer = () => 'silence'
  await expect(connection.send(SIZES, [], 20)).rejects.toMatchObject({ failure: 'timeout' })
  oracle.answer = () => [{ A: 1 }]
  expect(await connection.send(SIZES, [], 1_000)).toEqual([{ A: 1 }])
  expect(oracle.logons).toBe(1)
})

test('a server that does not answer the cancel either is cut off a second later', async () => {
  const connection = await connect()
  oracle.answer = () => 'silence'
  oracle.answersCancel = false
  await expect(connection.send(SIZES, [], 20)).rejects.toMatchObject({ failure: 'silent' })
  await expect.poll(() => oracle.open).toBe(0)
  await expect(connection.send(SIZES, [], 20)).rejects.toMatchObject({ failure: 'lost' })
})

test('can be cut while a statement runs, at once', async () => {
  const connection = await connect()
  oracle.answer = () => 'silence'
  const sending = connection.send(SIZES, [], 60_000)
  connection.destroy()
  await expect(sending).rejects.toMatchObject({ failure: 'lost' })
  await expect.poll(() => oracle.open).toBe(0)
})

test('cancels what runs before the line is cut', async () => {
  const connection = await connect()
  oracle.answer = () => 'silence'
  const sending = connection.send(SIZES, [], 60_000)
  connection.destroy()
  await expect(sending).rejects.toMatchObject({ failure: 'lost' })
  await expect.poll(() => oracle.ends).toEqual(['break', 'close'])
})

test('cancels what runs before it says goodbye', async () => {
  const connection = await connect()
  oracle.answer = () => 'silence'
  const sending = connection.send(SIZES, [], 60_000)
  await Promise.all([connection.close(), expect(sending).rejects.toThrow('the line was cut')])
  expect(oracle.ends.slice(0, 2)).toEqual(['break', 'close'])
})

test('is cut all the same where the cancel is not answered', async () => {
  const connection = await connect()
  oracle.answer = () => 'silence'
  oracle.answersCancel = false
  const sending = connection.send(SIZES, [], 60_000)
  connection.destroy()
  await expect(sending).rejects.toMatchObject({ failure: 'lost' })
  await expect.poll(() => oracle.open).toBe(0)
})

test('cancels nothing where nothing runs', async () => {
  const connection = await connect()
  await connection.send(SIZES, [], 5_000)
  connection.destroy()
  await expect.poll(() => oracle.ends).toEqual(['close'])
})

test('says goodbye', async () => {
  const connection = await connect()
  await connection.close()
  expect(oracle.open).toBe(0)
})

test('a goodbye that is not answered does not keep the agent', async () => {
  const line = await new FakeOracle().getConnection({
    user: '',
    password: '',
    connectString: '',
    connectTimeout: 1,
    transportConnectTimeout: 1,
    expireTime: 1,
    stmtCacheSize: 1,
    program: '',
  })
  line.close = () => new Promise(() => undefined)
  let ended = false
  await new OracleConnection(oracle, line, () => (ended = true)).close()
  expect(ended).toBe(true)
})

test('an answer without end is no answer', async () => {
  const connection = await connect()
  oracle.answer = () => Array.from({ length: 25_000 }, () => ({ A: 1 }))
  await expect(connection.send(SIZES, [], 5_000)).rejects.toMatchObject({
    failure: 'other',
    message: 'the answer has more than 20000 rows',
  })
  oracle.answer = () => Array.from({ length: 20_000 }, () => ({ A: 1 }))
  expect(await connection.send(SIZES, [], 5_000)).toHaveLength(20_000)
})

test('a session that the DBA killed is lost', async () => {
  const connection = await connect()
  oracle.answer = () => oracleError('ORA-00028: your session has been killed')
  await expect(connection.send(SIZES, [], 5_000)).rejects.toMatchObject({
    failure: 'lost',
    vendorCode: 'ORA-00028',
  })
})

test('knows what it has cost, in seconds', async () => {
  const connection = await connect()
  expect(await connection.cpuSeconds(async () => [{ CENTISECONDS: 1234 }])).toBe(12.34)
  expect(await connection.cpuSeconds(async () => [])).toBeUndefined()
  expect(await connection.cpuSeconds(async () => [{ CENTISECONDS: null }])).toBeUndefined()
  const denied = connection.cpuSeconds(async (statement) => {
    expect(statement).toBe(OWN_CPU)
    throw new ProbeError('NOT_PERMITTED', 'no')
  })
  await expect(denied).rejects.toThrow('no')
})

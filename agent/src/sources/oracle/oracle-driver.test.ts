import { createConnection, createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'

import { Secret, SecretError } from '@wardround/program/running'
import { FakeOracle, oracleError } from '../../testing/fake-oracle.ts'
import { sendAtOnce } from '../../testing/send-at-once.ts'
import { ConnectError } from '../server/connect-failure.ts'
import { loadOracledb } from './load-oracledb.ts'
import { OracleDriver } from './oracle-driver.ts'
import type { OracleLine, OracleLogon } from './oracle-module.ts'
import { toOracleTarget } from './oracle-target.ts'

const NEVER = new AbortController().signal
const PASSWORD = new Secret('hunter2-is-secret')

/** Stands in for a listener: a loopback server that speaks no Oracle Net beyond what a test gives it. */
class FakeListener implements AsyncDisposable {
  readonly #server = createServer((socket) => this.#accept(socket))
  readonly #greet: (socket: Socket) => void
  readonly #sockets = new Set<Socket>()
  accepted = 0
  mostOpen = 0

  private constructor(greet: (socket: Socket) => void) {
    this.#greet = greet
  }

  static async open(greet: (socket: Socket) => void): Promise<FakeListener> {
    const listener = new FakeListener(greet)
    await new Promise<void>((resolve) => listener.#server.listen(0, '127.0.0.1', resolve))
    return listener
  }

  get open(): number {
    return this.#sockets.size
  }

  get port(): number {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on TCP
    return (this.#server.address() as AddressInfo).port
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #accept(socket: Socket): void {
    this.accepted++
    this.#sockets.add(socket)
    this.mostOpen = Math.max(this.mostOpen, this.open)
    socket.on('error', () => undefined) // the driver may reset the line
    socket.on('close', () => this.#sockets.delete(socket))
    socket.resume()
    this.#greet(socket)
  }
}

/** Sends its cancels as node-oracledb does: over a socket that the driver opens. */
class LineOracle extends FakeOracle {
  readonly #port: number

  constructor(port: number) {
    super()
    this.#port = port
  }

  override async getConnection(logon: OracleLogon): Promise<OracleLine> {
    const socket = createConnection(this.#port, '127.0.0.1')
    await new Promise((resolve) => socket.once('connect', resolve))
    const line = await super.getConnection(logon)
    const cancel = line.break.bind(line)
    line.break = async () => {
      socket.write('break')
      await cancel()
    }
    return line
  }
}

/** Tries to log on with the real node-oracledb and gives why there is no session. */
async function fail(
  connect: string,
  connectTimeout = '20s',
  signal = NEVER,
): Promise<ConnectError> {
  const options = { instance: 'hcdb1', user: 'wardround', connect, connectTimeout }
  const target = toOracleTarget(options, 'wardround test')
  const driver = new OracleDriver({ target, load: () => loadOracledb() })
  const error: unknown = await driver.connect(PASSWORD, signal, sendAtOnce).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof ConnectError))
    throw new Error(`expected a ConnectError, not ${String(error)}`)
  for (const text of Object.values(error.text)) expect(text).not.toContain('hunter2')
  return error
}

/** A packet of Oracle Net: length, checksum, type, flags, and what follows. */
function packet(type: number, ...rest: readonly Buffer[]): Buffer {
  const body = Buffer.concat(rest)
  const head = Buffer.from([0, 0, 0, 0, type, 0, 0, 0])
  head.writeUInt16BE(head.length + body.length)
  return Buffer.concat([head, body])
}

/** The listener's refusal with a code of its own. */
function refusal(code: number): Buffer {
  const text = Buffer.from(
    `(DESCRIPTION=(TMP=)(VSNNUM=318767104)(ERR=${code})(ERROR_STACK=(ERROR=(CODE=${code})(EMFI=4))))`,
  )
  const reasons = Buffer.from([0x22, 0, 0, 0])
  reasons.writeUInt16BE(text.length, 2)
  return packet(4, reasons, text)
}

const GARBAGE = [
  ['zeros', Buffer.alloc(64)],
  ['a packet of an unknown type', packet(99)],
  ['an acceptance that is too short', packet(2, Buffer.from([1, 2, 3, 4]))],
  [
    'a refusal that says nothing',
    packet(4, Buffer.from([0x22, 0, 0, 16]), Buffer.from('nonsense((((1234')),
  ],
  ['a redirection to nowhere', packet(5, Buffer.from([0, 16]), Buffer.from('nonsense((((1234'))],
] as const

describe('the real node-oracledb before a loopback stand-in', () => {
  test('a port that refuses is unreachable', async () => {
    let port = 0
    {
      await using listener = await FakeListener.open(() => undefined)
      port = listener.port
    }
    const error = await fail(`127.0.0.1:${port}/HCDB`)
    expect(error).toMatchObject({ failure: 'unreachable' })
    expect(error.text.zh).toContain('lsnrctl status')
    expect(error.text.en).toContain('ECONNREFUSED')
  })

  test('a listener that never answers is given up at the deadline, and the line is closed', async () => {
    await using listener = await FakeListener.open(() => undefined)
    expect(await fail(`127.0.0.1:${listener.port}/HCDB`, '1s')).toMatchObject({
      failure: 'timeout',
    })
    await expect.poll(() => listener.open).toBe(0)
    expect(listener).toMatchObject({ accepted: 1, mostOpen: 1 })
  })

  test('… and at once when the run is over', async () => {
    await using listener = await FakeListener.open(() => undefined)
    const run = new AbortController()
    const failing = fail(`127.0.0.1:${listener.port}/HCDB`, '60s', run.signal)
    await expect.poll(() => listener.open).toBe(1)
    run.abort()
    expect(await failing).toMatchObject({ failure: 'timeout' })
    await expect.poll(() => listener.open).toBe(0)
    expect(listener.accepted).toBe(1)
  })

  test('one that answers at first and hangs in the logon is given up as well', async () => {
    // ACCEPT, protocol version 318: from here on the driver has no deadline of its own.
    const accept = Buffer.alloc(37)
    accept.writeUInt16BE(318, 0)
    accept.writeUInt16BE(8192, 4)
    accept.writeUInt16BE(65_535, 6)
    accept[14] = 0x04 // no native services
    accept[15] = 0x04
    accept.writeUInt32BE(8192, 24)
    accept.writeUInt32BE(65_535, 28)
    await using listener = await FakeListener.open((socket) =>
      socket.once('data', () => socket.write(packet(2, accept))),
    )
    expect(await fail(`127.0.0.1:${listener.port}/HCDB`, '2s')).toMatchObject({
      failure: 'timeout',
    })
    await expect.poll(() => listener.open).toBe(0)
    expect(listener.accepted).toBe(1)
  })

  test.each([
    ['closes', (socket: Socket) => socket.end()],
    ['resets', (socket: Socket) => socket.resetAndDestroy()],
  ])('one that %s the line is unreachable', async (_, greet) => {
    await using listener = await FakeListener.open(greet)
    expect(await fail(`127.0.0.1:${listener.port}/HCDB`)).toMatchObject({ failure: 'unreachable' })
    await expect.poll(() => listener.open).toBe(0)
    expect(listener.mostOpen).toBe(1)
  })

  test.each(GARBAGE)('%s are garbage', async (_, bytes) => {
    await using listener = await FakeListener.open((socket) => socket.write(bytes))
    expect(await fail(`127.0.0.1:${listener.port}/HCDB`)).toMatchObject({ failure: 'garbage' })
    await expect.poll(() => listener.open).toBe(0)
  })

  test.each([
    [12_514, 'unknown_service'],
    [12_505, 'unknown_service'],
    [12_516, 'too_many_sessions'],
    [12_518, 'too_many_sessions'],
    [12_519, 'too_many_sessions'],
    [12_520, 'too_many_sessions'],
    [12_528, 'not_open'],
    [12_537, 'unreachable'],
    [12_541, 'unreachable'],
  ])('the listener’s ORA-%s is %s', async (code, failure) => {
    await using listener = await FakeListener.open((socket) => socket.write(refusal(code)))
    expect(await fail(`127.0.0.1:${listener.port}/HCDB`)).toMatchObject({ failure })
    expect(listener.mostOpen).toBe(1)
  })

  test('a host that can’t be resolved', async () => {
    expect(await fail('no-such-host.invalid:1521/HCDB')).toMatchObject({ failure: 'unknown_host' })
  })

  test.each([
    ['answers TLS in the clear', (socket: Socket) => socket.end('no TLS here')],
    ['closes on TLS', (socket: Socket) => socket.end()],
  ])('one that %s is a TLS failure', async (_, greet) => {
    await using listener = await FakeListener.open(greet)
    const error = await fail(`tcps://127.0.0.1:${listener.port}/HCDB`)
    expect(error).toMatchObject({ failure: 'tls' })
    expect(error.text.zh).toContain('NODE_EXTRA_CA_CERTS')
  })

  test('an alias where no tnsnames.ora is', async () => {
    expect(await fail('HCDB')).toMatchObject({ failure: 'unknown_service' })
  })

  test('a half-open line does not keep later attempts from their turn', async () => {
    await using listener = await FakeListener.open(() => undefined)
    const connect = `127.0.0.1:${listener.port}/HCDB`
    const target = toOracleTarget(
      { instance: 'i', user: 'u', connect, connectTimeout: '300ms' },
      't',
    )
    const driver = new OracleDriver({ target, load: () => loadOracledb() })
    for (let attempt = 1; attempt <= 3; attempt++) {
      await expect(driver.connect(PASSWORD, NEVER, sendAtOnce)).rejects.toMatchObject({
        failure: 'timeout',
      })
      await expect.poll(() => listener.open).toBe(0)
      expect(driver.hangingMs).toBe(0)
    }
    expect(listener).toMatchObject({ accepted: 3, mostOpen: 1 })
  })
})

test('what runs is cancelled before the line ends (a stand-in of node-oracledb over a loopback line)', async () => {
  const heard: string[] = []
  await using listener = await FakeListener.open((socket) => {
    socket.on('data', (bytes) => heard.push(String(bytes)))
    socket.on('close', () => heard.push('the line ended'))
  })
  const oracle = new LineOracle(listener.port)
  oracle.answersCancel = false
  const connect = `127.0.0.1:${listener.port}/HCDB`
  const target = toOracleTarget({ instance: 'i', user: 'u', connect, connectTimeout: '5s' }, 't')
  const driver = new OracleDriver({ target, load: () => oracle })
  const connection = await driver.connect(PASSWORD, NEVER, sendAtOnce)
  oracle.answer = () => 'silence'
  const statement = { id: 'x', text: 'SELECT 1', reads: [], grants: [], cost: 'slow' } as const
  const sending = connection.send(statement, [], 60_000)
  connection.destroy()
  await expect(sending).rejects.toMatchObject({ failure: 'lost' })
  await expect.poll(() => heard).toEqual(['break', 'the line ended'])
})

describe('a driver that can’t be cut (stand-in)', () => {
  const target = toOracleTarget(
    { instance: 'hcdb1', user: 'wardround', connect: 'db1/HCDB', connectTimeout: '100ms' },
    'wardround test',
  )

  test('makes no second attempt while the first hangs', async () => {
    const oracle = new FakeOracle()
    oracle.refuses = 'silence'
    const driver = new OracleDriver({ target, load: () => oracle })
    await expect(driver.connect(PASSWORD, NEVER, sendAtOnce)).rejects.toMatchObject({
      failure: 'timeout',
    })
    await expect(driver.connect(PASSWORD, NEVER, sendAtOnce)).rejects.toMatchObject({
      failure: 'timeout',
    })
    expect(oracle.logons).toBe(1)
    await expect.poll(() => driver.hangingMs).toBeGreaterThan(0)
  })

  test('opens no session while the last one is still being cancelled', async () => {
    const oracle = new FakeOracle()
    oracle.answersCancel = false
    const driver = new OracleDriver({
      target: { ...target, connectTimeoutMs: 5_000 },
      load: () => oracle,
    })
    const first = await driver.connect(PASSWORD, NEVER, sendAtOnce)
    oracle.answer = () => 'silence'
    const statement = { id: 'x', text: 'SELECT 1', reads: [], grants: [], cost: 'slow' } as const
    const sending = first.send(statement, [], 60_000)
    first.destroy()
    await expect(sending).rejects.toMatchObject({ failure: 'lost' })
    await driver.connect(PASSWORD, NEVER, sendAtOnce)
    expect(oracle).toMatchObject({ logons: 2, mostOpen: 1, open: 1 })
  })

  test('closes a session that comes after all', async () => {
    const oracle = new FakeOracle()
    oracle.answer = () => []
    let admit: () => void = () => undefined
    const admitted = new Promise<void>((resolve) => (admit = resolve))
    const slow = Object.create(oracle, {
      getConnection: {
        value: async (logon: Parameters<FakeOracle['getConnection']>[0]) => {
          await admitted
          return oracle.getConnection(logon)
        },
      },
    }) as FakeOracle
    const driver = new OracleDriver({ target, load: () => slow })
    await expect(driver.connect(PASSWORD, NEVER, sendAtOnce)).rejects.toMatchObject({
      failure: 'timeout',
    })
    admit()
    await expect.poll(() => oracle.mostOpen).toBe(1)
    await expect.poll(() => oracle.open).toBe(0)
  })

  test('a server that lets us in and does not say who it is, is left again', async () => {
    const oracle = new FakeOracle()
    oracle.identity = {}
    const driver = new OracleDriver({ target, load: () => oracle })
    await expect(driver.connect(PASSWORD, NEVER, sendAtOnce)).rejects.toBeInstanceOf(ConnectError)
    await expect.poll(() => oracle.open).toBe(0)
  })

  test('a wallet password that can’t be read passes as what it is', async () => {
    const problem = new SecretError({ zh: '文件不存在', en: 'no such file' })
    const walletPassword = () => Promise.reject(problem)
    const driver = new OracleDriver({ target, load: () => new FakeOracle(), walletPassword })
    await expect(driver.connect(PASSWORD, NEVER, sendAtOnce)).rejects.toBe(problem)
  })

  test('a driver that can’t be loaded is told with what to install', async () => {
    const driver = new OracleDriver({
      target,
      load: () => {
        throw oracleError('DPI-1047: Cannot locate a 64-bit Oracle Client library: "libclntsh.so"')
      },
    })
    const failing = driver.connect(PASSWORD, NEVER, sendAtOnce)
    await expect(failing).rejects.toMatchObject({ failure: 'unsupported' })
    await expect(failing).rejects.toThrow('Instant Client 19')
  })
})

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { SeriesTable } from '@wardround/protocol'
import { describe, expect, test } from 'vitest'
import { SAMPLE_BYTES, type ClosedBatch } from './batch.ts'
import { systemClocks, systemTimers } from './clocks.ts'
import type { ConnectionDeadlines } from './connection.ts'
import { Ledger } from './ledger.ts'
import { Outbox } from './outbox.ts'
import type { BackOffSettings } from './reconnect-policy.ts'
import { OutboxKit } from './testing/outbox-kit.ts'
import { openRecordedLog } from './testing/recorded-log.ts'
import { StandInCollector, type StandInOptions } from './testing/stand-in-collector.ts'
import { Uplink } from './uplink.ts'

const EPOCH = '00000000000000aa'

interface Settings {
  readonly deadlines?: Partial<ConnectionDeadlines>
  readonly backOff?: Partial<BackOffSettings>
  readonly readToken?: () => Promise<string>
  readonly spillAfterMs?: number
}

/** An outbox on real files with an uplink on it, in real time with short deadlines. */
class Agentlet implements AsyncDisposable {
  readonly table = new SeriesTable()
  readonly ledger = new Ledger()
  readonly recorded = openRecordedLog()
  readonly #stack = new AsyncDisposableStack()
  directory = ''
  #outbox: Outbox | undefined
  #uplink: Uplink | undefined

  static async start(urls: readonly string[], settings: Settings = {}): Promise<Agentlet> {
    const agent = new Agentlet()
    const kit = agent.#stack.use(await OutboxKit.create())
    agent.directory = kit.directory
    const shared = {
      table: agent.table,
      clocks: systemClocks,
      timers: systemTimers,
      log: agent.recorded.log,
    }
    agent.#outbox = agent.#stack.use(
      await Outbox.open({
        ...shared,
        directory: kit.directory,
        epoch: EPOCH,
        bootId: 'boot',
        ledger: agent.ledger,
        spillAfterMs: settings.spillAfterMs ?? 60_000,
        maxBytes: 64 * 1_048_576,
        maxAgeMs: 86_400_000,
        reserve: { fraction: 0, bytes: 0 },
      }),
    )
    agent.#uplink = agent.#stack.use(
      new Uplink({
        ...shared,
        urls,
        readToken: settings.readToken ?? (async () => 'secret-token'),
        about: {
          host: 'db1',
          version: '0.1.0',
          platform: 'linux',
          capabilities: [],
          everySeconds: 10,
        },
        deadlines: {
          welcomeWithinMs: 60_000,
          pingEveryMs: 5_000,
          pongWithinMs: 60_000,
          ...settings.deadlines,
        },
        backOff: { firstMs: 20, maxMs: 100, unauthorizedMs: 40, ...settings.backOff },
        outbox: agent.#outbox,
      }),
    )
    return agent
  }

  get outbox(): Outbox {
    if (this.#outbox === undefined) throw new Error('not started')
    return this.#outbox
  }

  get uplink(): Uplink {
    if (this.#uplink === undefined) throw new Error('not started')
    return this.#uplink
  }

  get said(): string[] {
    return this.recorded.lines.map(({ level, msg }) => `${level} ${msg}`)
  }

  /** Puts a batch of one sample of each field into the outbox. */
  append(fields: Readonly<Record<string, number>>): void {
    const series = Object.keys(fields).map((field) =>
      this.table.intern({ subject: '', measurement: 'm', tags: [], field, kind: 'gauge' }),
    )
    const block = {
      subject: '',
      timeMs: Date.now(),
      series: Uint32Array.from(series),
      values: Float64Array.from(Object.values(fields)),
    }
    const closed: ClosedBatch = {
      kind: 'samples',
      batch: { blocks: [block], events: [], documents: [] },
      samples: series.length,
      bytes: series.length * SAMPLE_BYTES,
      newestSinceBootMs: systemClocks.sinceBootMs(),
    }
    this.outbox.append(closed)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync()
  }
}

const values = (collector: StandInCollector) =>
  collector.batches.flatMap(({ samples }) => samples.map(({ value }) => value))

describe('a connection', () => {
  test('says hello with its token, and what it sends is acknowledged and forgotten', async () => {
    await using collector = await StandInCollector.start({ token: 'secret-token' })
    await using agent = await Agentlet.start([collector.url])
    agent.append({ a: 1, b: 2.5 })
    await collector.until(() => agent.ledger.entry.stored === 2)
    const [connection] = collector.connections
    expect(connection?.hello).toEqual({
      type: 'hello',
      host: 'db1',
      version: '0.1.0',
      platform: 'linux',
      capabilities: [],
      everySeconds: 10,
      epoch: EPOCH,
      epochs: [EPOCH],
    })
    expect(collector.upgrades[0]?.headers['sec-websocket-extensions']).toBeUndefined()
    expect(collector.batches).toMatchObject([
      { id: { epoch: EPOCH, sequence: 1 }, samples: [{ value: 1 }, { value: 2.5 }] },
    ])
    expect(collector.batches[0]?.ageMs).toBeLessThan(60_000)
    expect(agent.outbox.batches).toBe(0)
    expect(agent.uplink).toMatchObject({ isConnected: true, sentSamples: 2, reconnects: 0 })
    expect(agent.uplink.ackLatencyMs).toBeGreaterThan(0)
    expect(agent.said).toEqual(['info connected'])
    expect(JSON.stringify(agent.recorded.lines)).not.toContain('secret-token')
  })

  test('keeps within the window that welcome names, and goes on as acknowledgements come', async () => {
    let unacknowledged = 0
    let most = 0
    await using collector = await StandInCollector.start({
      window: { batches: 3, bytes: 1_048_576 },
      onBatch(batch, connection) {
        most = Math.max(most, ++unacknowledged)
        setTimeout(() => {
          unacknowledged--
          connection.ack(batch)
        }, 5)
      },
    })
    await using agent = await Agentlet.start([collector.url])
    for (let i = 0; i < 20; i++) agent.append({ a: i })
    await collector.until(() => agent.ledger.entry.stored === 20)
    expect(most).toBe(3)
    expect(values(collector)).toEqual(Array.from({ length: 20 }, (_, i) => i))
  })

  test('keeps within the bytes of the window, definitions counted', async () => {
    let unacknowledged = 0
    let most = 0
    await using collector = await StandInCollector.start({
      window: { batches: 1_000, bytes: 40_000 },
      onBatch(batch, connection) {
        unacknowledged += batch.wireBytes
        most = Math.max(most, unacknowledged)
        setTimeout(() => {
          unacknowledged -= batch.wireBytes
          connection.ack(batch)
        }, 2)
      },
    })
    await using agent = await Agentlet.start([collector.url])
    for (let i = 0; i < 30; i++)
      agent.append(Object.fromEntries(Array.from({ length: 500 }, (_, f) => [`f${f}`, i + f / 7])))
    await collector.until(() => agent.ledger.entry.stored === 15_000)
    expect(most).toBeGreaterThan(20_000)
    expect(most).toBeLessThanOrEqual(40_000)
  })

  test('sends again what was not acknowledged when it broke, and nothing else', async () => {
    await using collector = await StandInCollector.start({ onBatch: () => undefined })
    await using agent = await Agentlet.start([collector.url])
    for (const a of [1, 2, 3]) agent.append({ a })
    await collector.until(() => collector.batches.length === 3)
    const [first] = collector.connections
    first?.ack(...first.batches.slice(0, 1))
    await collector.until(() => agent.ledger.entry.stored === 1)
    collector.options = {}
    first?.socket.terminate()
    await collector.until(() => agent.ledger.entry.stored === 3)
    expect(collector.connections[1]?.batches.map(({ id }) => id.sequence)).toEqual([2, 3])
    expect(agent.uplink.reconnects).toBe(1)
    expect(agent.ledger.entry).toMatchObject({ collected: 3, stored: 3, queued: 0, dropped: 0 })
  })

  test('does not send what welcome says is held', async () => {
    await using collector = await StandInCollector.start({ onBatch: () => undefined })
    await using agent = await Agentlet.start([collector.url], { spillAfterMs: 50 })
    for (const a of [1, 2, 3]) agent.append({ a })
    await collector.until(() => collector.batches.length === 3)
    await agent.outbox.flush()
    collector.options = { held: () => [{ epoch: EPOCH, ranges: [[1, 2]] }] }
    collector.connections[0]?.socket.terminate()
    await collector.until(() => agent.ledger.entry.stored === 3)
    expect(collector.connections[1]?.batches.map(({ id }) => id.sequence)).toEqual([3])
    await collector.until(() => agent.outbox.batches === 0)
  })
})

describe('a collector that shows demo data', () => {
  const joined = async (options: StandInOptions) => {
    await using collector = await StandInCollector.start(options)
    await using agent = await Agentlet.start([collector.url])
    agent.append({ a: 1 })
    await expect.poll(() => agent.said).not.toEqual([])
    return { said: agent.said, batches: collector.batches, entry: { ...agent.ledger.entry } }
  }

  test('is left by a real agent before anything is sent, and the agent says why', async () => {
    const { said, batches, entry } = await joined({ capabilities: ['demo'] })
    expect(said).toEqual([
      'error the collector shows demo data: this agent does not join it and goes on collecting',
    ])
    expect(batches).toEqual([])
    expect(entry).toMatchObject({ queued: 1, dropped: 0 })
  })

  test('what else it can do keeps no agent away', async () => {
    const { said } = await joined({ capabilities: ['something-new'] })
    expect(said).toEqual(['info connected'])
  })
})

describe('what the collector refuses', () => {
  test('a batch is set aside, and the connection stays', async () => {
    await using collector = await StandInCollector.start({
      onBatch(batch, connection) {
        if (batch.samples[0]?.value !== 2) return connection.ack(batch)
        const { epoch, sequence } = batch.id
        connection.send({
          type: 'reject',
          epoch,
          sequence,
          code: 'NOT_A_NUMBER',
          reason: 'value 0',
        })
      },
    })
    await using agent = await Agentlet.start([collector.url])
    for (const a of [1, 2, 3]) agent.append({ a })
    await collector.until(() => agent.ledger.entry.queued === 0)
    expect(collector.connections).toHaveLength(1)
    expect(agent.ledger.entry).toMatchObject({ stored: 2, dropped: 1 })
    expect(Object.fromEntries(agent.ledger.droppedByReason)).toEqual({ 'rejected:not_a_number': 1 })
    expect(agent.said).toEqual(['info connected', 'error a batch was refused and is set aside'])
    await expect.poll(() => readdir(join(agent.directory, 'set-aside'))).toHaveLength(1)
  })

  test('a series is left out of what is sent and out of what counts as stored', async () => {
    await using collector = await StandInCollector.start({
      onBatch(batch, connection) {
        if (batch.id.sequence === 1)
          connection.send({
            type: 'refuse',
            series: [connection.numberOf('b')],
            code: 'SERIES_PER_SUBJECT',
            reason: 'more than 5000',
          })
        connection.ack(batch)
      },
    })
    await using agent = await Agentlet.start([collector.url])
    agent.append({ a: 1, b: 2 })
    await collector.until(() => agent.ledger.entry.queued === 0)
    agent.append({ a: 3, b: 4 })
    await collector.until(() => agent.ledger.entry.queued === 0)
    expect(values(collector)).toEqual([1, 2, 3])
    expect(agent.ledger.entry).toMatchObject({ collected: 4, stored: 2, dropped: 2 })
    expect(Object.fromEntries(agent.ledger.droppedByReason)).toEqual({ series_refused: 2 })
    collector.connections[0]?.socket.close(1001)
    await expect
      .poll(() => agent.said)
      .toContain('warn series are refused and not sent on this connection')
  })

  test('a frame that closes the connection twice is found among others and set aside', async () => {
    await using collector = await StandInCollector.start({
      onBatch(batch, connection) {
        if (batch.samples[0]?.value === 13) connection.socket.close(1002, 'PROTOCOL_ERROR')
        else connection.ack(batch)
      },
    })
    await using agent = await Agentlet.start([collector.url])
    for (const a of [11, 12, 13, 14, 15]) agent.append({ a })
    await collector.until(() => agent.ledger.entry.queued === 0)
    expect(agent.ledger.entry).toMatchObject({ stored: 4, dropped: 1 })
    expect(values(collector).filter((value) => value === 13).length).toBeLessThanOrEqual(3)
    agent.append({ a: 16 })
    await collector.until(() => agent.ledger.entry.stored === 5)
  })

  test.each([1001, 1011, 1012, 1013, 4004])('close code %i blames no batch', async (code) => {
    let closes = 0
    await using collector = await StandInCollector.start({
      onBatch(batch, connection) {
        if (closes++ < 3) connection.socket.close(code)
        else connection.ack(batch)
      },
    })
    await using agent = await Agentlet.start([collector.url])
    agent.append({ a: 1 })
    await collector.until(() => agent.ledger.entry.stored === 1)
    expect(agent.ledger.entry.dropped).toBe(0)
  })
})

describe('a peer that', () => {
  test('no longer answers is left at the deadline', async () => {
    await using collector = await StandInCollector.start({ isDeaf: true })
    await using agent = await Agentlet.start([collector.url], {
      deadlines: { pingEveryMs: 40, pongWithinMs: 40 },
    })
    await collector.until(() => collector.connections.length >= 2)
    expect(collector.connections[0]?.pings).toBe(1)
    expect(agent.said).toContain('warn the connection ended')
  })

  test('answers pings is kept', async () => {
    await using collector = await StandInCollector.start()
    await using agent = await Agentlet.start([collector.url], {
      deadlines: { pingEveryMs: 20, pongWithinMs: 60_000 },
    })
    await collector.until(() => (collector.connections[0]?.pings ?? 0) >= 5)
    expect(collector.connections).toHaveLength(1)
    expect(agent.uplink.isConnected).toBe(true)
  })

  test('never says welcome is left at the deadline', async () => {
    await using collector = await StandInCollector.start({ isSilent: true })
    await using agent = await Agentlet.start([collector.url], {
      deadlines: { welcomeWithinMs: 40 },
    })
    await collector.until(() => collector.connections.length >= 2)
    expect(agent.uplink.isConnected).toBe(false)
  })

  test.each([
    {
      note: 'binary',
      send: (socket: { send(data: unknown): void }) => socket.send(Buffer.of(1, 2, 3)),
      code: 1003,
    },
    {
      note: 'text that is no JSON',
      send: (socket: { send(data: unknown): void }) => socket.send('{'),
      code: 1007,
    },
    {
      note: 'an unknown message',
      send: (socket: { send(data: unknown): void }) => socket.send('{"type":"run"}'),
      code: 1002,
    },
  ])('sends $note is closed with $code', async ({ send, code }) => {
    await using collector = await StandInCollector.start()
    await using _agent = await Agentlet.start([collector.url])
    const [connection] = await collector.until(
      () => collector.connections.length > 0 && collector.connections,
    )
    const closed = new Promise((resolve) => connection?.socket.once('close', resolve))
    if (connection !== undefined) send(connection.socket)
    expect(await closed).toBe(code)
  })
})

describe('connecting', () => {
  test('tries the next address when one fails, and stays with the one that works', async () => {
    await using collector = await StandInCollector.start()
    await using agent = await Agentlet.start(['ws://127.0.0.1:1/agent/v1', collector.url])
    agent.append({ a: 1 })
    await collector.until(() => agent.ledger.entry.stored === 1)
    collector.connections[0]?.socket.terminate()
    agent.append({ a: 2 })
    await collector.until(() => agent.ledger.entry.stored === 2)
    expect(agent.recorded.lines.filter(({ msg }) => msg === "can't connect")).toHaveLength(1)
  })

  test('goes on for ever, and says so once, while nobody answers', async () => {
    await using collector = await StandInCollector.start({ isMute: true })
    await using agent = await Agentlet.start([collector.url], {
      backOff: { firstMs: 5, maxMs: 10 },
    })
    agent.append({ a: 1 })
    await collector.until(() => collector.dialled > 5)
    collector.options = {}
    await collector.until(() => agent.ledger.entry.stored === 1)
    expect(agent.said).toEqual(["warn can't connect", 'info connected'])
  })

  test('with a token that is not accepted logs once, and takes up the right one', async () => {
    await using collector = await StandInCollector.start({ token: 'right' })
    let token = 'wrong'
    await using agent = await Agentlet.start([collector.url], { readToken: async () => token })
    agent.append({ a: 1 })
    await collector.until(() => collector.upgrades.length >= 3)
    expect(agent.said).toEqual([
      "error the collector does not accept this agent's token; the agent goes on collecting",
    ])
    expect(agent.ledger.entry).toMatchObject({ queued: 1 })
    token = 'right'
    await collector.until(() => agent.ledger.entry.stored === 1)
  })

  test('without a readable token goes on trying', async () => {
    await using collector = await StandInCollector.start()
    let failures = 0
    await using agent = await Agentlet.start([collector.url], {
      readToken: async () => {
        if (failures++ < 3) throw new Error("secret file /x can't be read")
        return 'token'
      },
    })
    agent.append({ a: 1 })
    await collector.until(() => agent.ledger.entry.stored === 1)
    expect(agent.said).toEqual([
      "error the token can't be read; the agent goes on collecting",
      'info connected',
    ])
  })

  test.each([
    { status: 503, headers: { 'Retry-After': '0' } },
    { status: 404 },
    { status: 302, headers: { Location: 'http://127.0.0.1:1/' } },
  ])('is tried again after HTTP status $status', async (refuseWith) => {
    await using collector = await StandInCollector.start({ refuseWith })
    await using agent = await Agentlet.start([collector.url])
    await collector.until(() => collector.upgrades.length >= 3)
    collector.options = {}
    agent.append({ a: 1 })
    await collector.until(() => agent.ledger.entry.stored === 1)
  })

  test('ends with a close frame when the agent stops', async () => {
    await using collector = await StandInCollector.start()
    const agent = await Agentlet.start([collector.url])
    const [connection] = await collector.until(
      () => collector.connections.length > 0 && collector.connections,
    )
    const closed = new Promise((resolve) => connection?.socket.once('close', resolve))
    await agent[Symbol.asyncDispose]()
    expect(await closed).toBe(1001)
  })
})

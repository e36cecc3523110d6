import { createServer } from 'node:http'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { SourceMemory } from '../../source-memory.ts'
import { openExchange } from '../../sources/exchange/open-exchange.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { ExchangeDatabases, READER_PASSWORD } from '../../testing/exchange-databases.ts'
import { ManualTime } from '../../testing/manual-time.ts'
import { NO_MARIADB } from '../../testing/mariadb-server.ts'
import { NO_POSTGRESQL } from '../../testing/open-postgresql.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { makeSourceContext } from '../../testing/source-context.ts'
import flow from './flow.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** 03:00 in Beijing, on a Sunday: the window is the Saturday before. */
const NOW = Date.parse('2026-11-22T03:00:00+08:00')
const DEFAULTS = {
  flow: 'city-upload',
  every: '1h',
  window: '1d',
  settle: '2h',
  timezone: 'Asia/Shanghai',
  minimum: 1,
  tolerancePercent: 0,
  timeout: '30s',
  quality: [],
}

let state = ''

beforeEach(async () => (state = await mkdtemp(join(tmpdir(), 'exchange-'))))
afterEach(() => rm(state, { recursive: true }))

async function open(options: Readonly<Record<string, unknown>>, clocks = new ManualTime(NOW)) {
  const directory = join(state, 'sources')
  const context = await makeSourceContext({
    name: 'city',
    clocks,
    options: { ...DEFAULTS, ...options },
    memory: await SourceMemory.open(directory, 'city'),
    environment: { READER: READER_PASSWORD, TOKEN: 'Bearer s3cret' },
  })
  return { ...(await openExchange(context)), context, clocks }
}

/** One run on a session that is closed again. */
async function sample(options: Readonly<Record<string, unknown>>, timeMs = NOW) {
  const opened = await open(options, new ManualTime(timeMs))
  try {
    return await run(opened, timeMs)
  } finally {
    await opened[Symbol.asyncDispose]()
  }
}

async function run(opened: { readonly session: unknown }, timeMs: number) {
  const sampled = await sampleOnce(flow, opened.session, { timeMs })
  const of = (measurement: string) =>
    sampled.samples.filter((one) => one.measurement === measurement)
  return { ...sampled, fields: of('exchange')[0]?.fields ?? {}, quality: of('exchange_quality') }
}

async function writeManifest(name: string, text: string): Promise<string> {
  const file = join(state, name)
  await writeFile(file, text)
  return file
}

describe('manifests', () => {
  const csv =
    'time,count\n2026-11-20,7\n2026-11-21 00:00:00,10\n2026-11-21T23:59:59+08:00,5\n2026-11-22,9\n'

  async function filesOf(received: string) {
    const from = { type: 'file', file: await writeManifest('sent.csv', csv) }
    const to = { type: 'file', file: await writeManifest('received.jsonl', received) }
    return { from, to }
  }

  describeProbe(flow, {
    open: async () => {
      const file = await writeManifest('same.csv', csv)
      return open({ from: { type: 'file', file }, to: { type: 'file', file } })
    },
  })

  test('equal numbers are a success of the window that is over and settled', async () => {
    const { fields, samples } = await sample(
      await filesOf('{"time":"2026-11-21","count":15}\n{"time":"2026-11-22","count":99}\n'),
    )
    expect(samples[0]?.tags).toEqual({ flow: 'city-upload' })
    expect(fields).toMatchObject({
      sent_count: 15,
      received_count: 15,
      diff_count: 0,
      diff_percent: 0,
      last_success_age_seconds: 3 * 3600,
      periods_without_success: 0,
    })
    expect(fields['failed_count']).toBeUndefined()
    expect(fields['units_missing']).toBeUndefined()
    expect(fields['qc_fail_count']).toBeUndefined()
  })

  test('a difference, its age over days and a restart, and a success that ends it', async () => {
    const short = await filesOf('{"time":"2026-11-21","count":"12"}\n')
    expect((await sample(short)).fields).toMatchObject({
      diff_count: 3,
      diff_percent: 20,
      periods_without_success: 1,
      last_success_age_seconds: 27 * 3600,
    })
    const later = await sample(short, NOW + DAY)
    expect(later.fields).toMatchObject({
      sent_count: 9,
      received_count: 0,
      diff_percent: 100,
      periods_without_success: 2,
    })
    await writeManifest('received.jsonl', '{"time":"2026-11-22","count":9}\n')
    expect((await sample(short, NOW + DAY + HOUR)).fields).toMatchObject({
      periods_without_success: 0,
      last_success_age_seconds: 4 * 3600,
    })
    // Two days later nothing was sent: fewer than the minimum is no success, though both ends agree.
    expect((await sample(short, NOW + 3 * DAY)).fields).toMatchObject({
      sent_count: 0,
      diff_count: 0,
      periods_without_success: 2,
    })
  })

  test('more received than sent differs, too', async () => {
    const { fields } = await sample(await filesOf('{"time":"2026-11-21","count":30}\n'))
    expect(fields).toMatchObject({ diff_count: -15, diff_percent: 100, periods_without_success: 1 })
  })

  test('a difference within the tolerance is a success', async () => {
    const options = {
      ...(await filesOf('{"time":"2026-11-21","count":14}\n')),
      tolerancePercent: 10,
    }
    expect((await sample(options)).fields).toMatchObject({
      diff_count: 1,
      periods_without_success: 0,
    })
  })

  test('a manifest that is not there: the other end is counted, the age goes on, and the run fails', async () => {
    const from = {
      type: 'file',
      file: await writeManifest('{date}.csv'.replace('{date}', '2026-11-21'), csv),
    }
    const to = { type: 'file', file: join(state, '{yyyymmdd}.csv') }
    const dated = { type: 'file', file: join(state, '{date}.csv') }
    expect(from.file).toContain('2026-11-21')
    await expect(sample({ from: dated, to })).rejects.toThrow('20261121.csv')
    const opened = await open({ from: dated, to })
    await sampleOnce(flow, opened.session, { timeMs: NOW }).catch(() => undefined)
    const again = await run(opened, NOW + 60_000)
    expect(again.fields).toMatchObject({ sent_count: 15, periods_without_success: 1 })
    expect(again.fields['received_count']).toBeUndefined()
    expect(again.fields['diff_count']).toBeUndefined()
    await opened[Symbol.asyncDispose]()
  })

  test('is counted at its interval, and at once when the next window is settled', async () => {
    const options = await filesOf('{"time":"2026-11-21","count":1}\n')
    const opened = await open(options)
    expect((await run(opened, NOW)).fields).toMatchObject({ received_count: 1 })
    await writeManifest(
      'received.jsonl',
      '{"time":"2026-11-21","count":2}\n{"time":"2026-11-22","count":3}\n',
    )
    await opened.clocks.pass(HOUR / 2)
    expect((await run(opened, NOW)).fields).toMatchObject({ received_count: 1 })
    await opened.clocks.pass(HOUR / 2)
    expect((await run(opened, NOW)).fields).toMatchObject({ received_count: 2 })
    await opened.clocks.pass(22 * HOUR)
    expect((await run(opened, NOW)).fields).toMatchObject({ received_count: 3 })
    await opened[Symbol.asyncDispose]()
  })

  test('a paused source counts nothing', async () => {
    const opened = await open(await filesOf('{"time":"2026-11-21","count":15}\n'))
    await opened.context.memory.setPaused(NOW)
    await expect(run(opened, NOW)).rejects.toThrow('the source is paused')
    await opened[Symbol.asyncDispose]()
  })
})

describe('numbers over HTTP', () => {
  async function serve(answer: (url: string, token: string | undefined) => [number, string]) {
    const server = createServer((request, response) => {
      const [status, body] = answer(request.url ?? '', request.headers['x-key']?.toString())
      response.writeHead(status).end(body)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server that listens on TCP has an AddressInfo
    const { port } = server.address() as AddressInfo
    return {
      end: (rest: Readonly<Record<string, unknown>> = {}) => ({
        type: 'http',
        url: `http://127.0.0.1:${port}/count?from={from}&to={to}`,
        pointer: '/data/0/n~1a',
        header: 'X-Key',
        token: { env: 'TOKEN' },
        ...rest,
      }),
      async [Symbol.asyncDispose]() {
        server.closeAllConnections()
        server.close()
        await once(server, 'close')
      },
    }
  }

  test('the number at the pointer, for the window, with the secret in its header', async () => {
    const asked: string[] = []
    await using server = await serve((url, token) => {
      asked.push(url)
      return token === 'Bearer s3cret' ? [200, '{"data":[{"n/a":"42"}]}'] : [401, '']
    })
    const { fields } = await sample({ from: server.end(), to: server.end() })
    expect(fields).toMatchObject({ sent_count: 42, received_count: 42, periods_without_success: 0 })
    expect(asked[0]).toBe(
      '/count?from=2026-11-21T00%3A00%3A00%2B08%3A00&to=2026-11-22T00%3A00%3A00%2B08%3A00',
    )
  })

  test.each([
    ['no JSON', 200, '<html>', 'no JSON'],
    ['no such place', 200, '{"data":[]}', 'expected a number'],
    ['no number', 200, '{"data":[{"n/a":"many"}]}', 'expected a number'],
    ['a negative number', 200, '{"data":[{"n/a":-1}]}', 'expected a number'],
    ['a refusal', 403, '', 'HTTP 403'],
    ['a redirect', 302, '', 'HTTP 302'],
    ['too much', 200, ' '.repeat(5_000_000), 'longer than'],
  ])('%s', async (_note, status, body, message) => {
    await using server = await serve(() => [status, body])
    await expect(sample({ from: server.end(), to: server.end() })).rejects.toThrow(message)
  })

  test('failed and waiting ones of the same answer', async () => {
    await using server = await serve(() => [200, '{"data":[{"n/a":42}],"failed":3,"waiting":1}'])
    const from = server.end({ failedPointer: '/failed', pendingPointer: '/waiting' })
    const { fields } = await sample({ from, to: server.end() })
    expect(fields).toMatchObject({
      sent_count: 42,
      failed_count: 3,
      pending_count: 1,
      periods_without_success: 1,
    })
  })

  test('nobody there', async () => {
    const end = { type: 'http', url: 'http://127.0.0.1:1/', pointer: '/n' }
    await expect(sample({ from: end, to: end })).rejects.toThrow('http://127.0.0.1:1')
  })
})

describe('PostgreSQL to MariaDB', () => {
  const missing = NO_POSTGRESQL ?? NO_MARIADB
  let databases: ExchangeDatabases | undefined

  beforeAll(async () => {
    if (missing === undefined) databases = await ExchangeDatabases.start()
  }, 120_000)
  afterAll(() => databases?.[Symbol.asyncDispose]())
  beforeEach(async ({ skip }) => {
    skip(missing !== undefined, `not on this machine: ${missing}`)
    await fill()
  })

  function both(): ExchangeDatabases {
    if (databases === undefined) throw new Error('no databases')
    return databases
  }

  /** Ten uploads on the Saturday, of Beijing; one in the last minute before it and one in the first after it. */
  async function fill(): Promise<void> {
    const { sender, receiver } = both()
    const times = [
      "'2026-11-20 23:59:59+08'",
      ...Array.from({ length: 10 }, (_, at) => `'2026-11-21 0${at}:00:00+08'`),
      "'2026-11-22 00:00:00+08'",
    ]
    await sender.sql([
      'TRUNCATE his.upload, his.unit',
      "INSERT INTO his.unit VALUES ('东城'), ('西城'), ('海淀')",
      ...times.map(
        (time, at) =>
          `INSERT INTO his.upload VALUES (${at}, '${at % 2 === 0 ? '东城' : '西城'}', ${time}, 'sent')`,
      ),
    ])
    await receiver.query(
      'TRUNCATE city.arrived',
      ...times.map(
        (time, at) =>
          `INSERT INTO city.arrived VALUES (${at}, '${at % 2 === 0 ? '东城' : '西城'}', ${time.replace('+08', '')}, '138')`,
      ),
    )
  }

  function ends() {
    const { sender, receiver } = both()
    const reader = { user: 'reader', password: { env: 'READER' }, tls: 'off' }
    return {
      from: {
        ...reader,
        type: 'postgresql',
        connect: `127.0.0.1:${sender.port}/postgres`,
        statement: 'SELECT count(*) FROM his.upload WHERE created >= :from AND created < :to',
        failed:
          "SELECT count(*) FROM his.upload WHERE created >= :from AND created < :to AND state = 'failed'",
        pending: "SELECT count(*) FROM his.upload WHERE state = 'waiting'",
      },
      to: {
        ...reader,
        type: 'mysql',
        connect: `127.0.0.1:${receiver.port}`,
        statement: 'SELECT COUNT(*) FROM city.arrived WHERE created >= :from AND created < :to',
      },
    }
  }

  test('all that was sent has arrived', async () => {
    const { fields } = await sample(ends())
    expect(fields).toMatchObject({
      sent_count: 10,
      received_count: 10,
      failed_count: 0,
      pending_count: 0,
      diff_count: 0,
      diff_percent: 0,
      periods_without_success: 0,
    })
  }, 60_000)

  test('one row is missing', async () => {
    await both().receiver.query('DELETE FROM city.arrived WHERE id = 5')
    const { fields } = await sample(ends())
    expect(fields).toMatchObject({ diff_count: 1, diff_percent: 10, periods_without_success: 1 })
  }, 60_000)

  test('one failed, one waits: no success, though the numbers are equal', async () => {
    await both().sender.sql([
      "UPDATE his.upload SET state = 'failed' WHERE id = 3",
      "UPDATE his.upload SET state = 'waiting' WHERE id = 11",
    ])
    const { fields } = await sample(ends())
    expect(fields).toMatchObject({
      diff_count: 0,
      failed_count: 1,
      pending_count: 1,
      periods_without_success: 1,
    })
  }, 60_000)

  test('quality: rows without a value and rows that are double', async () => {
    await both().receiver.query('UPDATE city.arrived SET phone = NULL WHERE id IN (2, 3)')
    const statement =
      'SELECT COUNT(*) FROM city.arrived WHERE created >= :from AND created < :to AND phone IS NULL'
    const doubles =
      'SELECT count(*) - count(DISTINCT unit) FROM his.upload WHERE created >= :from AND created < :to'
    const { fields, quality } = await sample({
      ...ends(),
      quality: [
        { name: '缺电话', statement },
        { name: '重复', on: 'from', statement: doubles },
      ],
    })
    expect(quality).toEqual([
      {
        measurement: 'exchange_quality',
        tags: { flow: 'city-upload', name: '缺电话' },
        fields: { count: 2 },
      },
      {
        measurement: 'exchange_quality',
        tags: { flow: 'city-upload', name: '重复' },
        fields: { count: 8 },
      },
    ])
    expect(fields).toMatchObject({ qc_fail_count: 10 })
  }, 60_000)

  test.each([
    ['a statement', { on: 'from', expected: 'SELECT name FROM his.unit' }],
    ['a file', { on: 'from', expectedFile: 'units.csv' }],
  ])(
    'units that did not report, expected by %s',
    async (_note, units) => {
      const file = await writeManifest('units.csv', '# 单位,说明\n东城,一区\n西城\n海淀\n\n')
      const { fields, documents } = await sample({
        ...ends(),
        units: {
          ...units,
          ...('expectedFile' in units ? { expectedFile: file } : {}),
          reported:
            "SELECT DISTINCT unit FROM his.upload WHERE created >= :from AND created < :to UNION ALL SELECT '通州'",
        },
      })
      expect(fields).toMatchObject({ units_expected: 3, units_reported: 2, units_missing: 1 })
      expect(documents).toEqual([
        {
          name: 'exchange_units:city-upload',
          keep: 'newest',
          body: {
            flow: 'city-upload',
            window: { from: '2026-11-21 00:00:00', to: '2026-11-22 00:00:00' },
            expected: 3,
            missing: ['海淀'],
            more: 0,
            unexpected: ['通州'],
          },
        },
      ])
    },
    60_000,
  )

  test('a statement that is too slow is cut off by the server, and the other end is still counted', async () => {
    const { from, to } = ends()
    const statement =
      'SELECT count(*) FROM generate_series(1, 100000) a CROSS JOIN generate_series(1, 100000) b'
    const opened = await open({ from: { ...from, statement }, to, timeout: '5s' })
    await expect(run(opened, NOW)).rejects.toThrow('was not done within 5000 ms')
    const { fields } = await run(opened, NOW + 1)
    expect(fields).toMatchObject({ received_count: 10, failed_count: 0 })
    expect(opened.context.standing.counts.failures).toBe(1)
    await opened[Symbol.asyncDispose]()
  }, 60_000)

  test('the server takes no change from this session, whatever the account may do', async () => {
    const { from, to } = ends()
    await both().sender.sql([
      'CREATE OR REPLACE FUNCTION his.wipe() RETURNS int LANGUAGE sql VOLATILE AS $$ DELETE FROM his.upload; SELECT 1 $$',
      'GRANT DELETE ON his.upload TO reader',
    ])
    await expect(sample({ from: { ...from, statement: 'SELECT his.wipe()' }, to })).rejects.toThrow(
      'read-only transaction',
    )
    const [row] = await both().sender.sql('SELECT count(*) AS n FROM his.upload')
    expect(row?.['n']).toBe('12')
  }, 60_000)

  test('a wrong password is tried once, and not again', async () => {
    const { from, to } = ends()
    const wrong = { ...from, password: { env: 'TOKEN' } }
    await expect(sample({ from: wrong, to })).rejects.toThrow('password')
    await expect(sample({ from: wrong, to })).rejects.toThrow('password')
    const refusals =
      both()
        .sender.log()
        .match(/password authentication failed/g) ?? []
    expect(refusals).toHaveLength(1)
  }, 60_000)

  test.each([
    ['no row', 'SELECT id FROM his.upload WHERE id < 0', 'gave no row'],
    ['two rows', 'SELECT id FROM his.upload WHERE id < 2', 'more than one'],
    ['a text', "SELECT 'many'", 'expected a number'],
    ['a table that is not there', 'SELECT count(*) FROM his.none', 'his.none'],
  ])(
    'a statement that gives %s',
    async (_note, statement, message) => {
      const { from, to } = ends()
      await expect(sample({ from: { ...from, statement }, to })).rejects.toThrow(message)
    },
    60_000,
  )
})

import { Writable } from 'node:stream'
import { openLog, type Logger } from '@wardround/program'
import { describe, expect, test } from 'vitest'
import type { Channel } from './channel.ts'
import { openNotifier, type Notifier } from './notifier.ts'
import type { NewDelivery } from './outbox-store.ts'
import { aChannel, aWebhook } from './testing/a-channel.ts'
import { aNotice } from './testing/a-notice.ts'
import { openMemoryTables, type MemoryTables } from './testing/memory-tables.ts'
import {
  hang,
  ok,
  reset,
  startWebhookServer,
  status,
  type Behaviour,
} from './testing/webhook-server.ts'

const silent = openLog({ name: 'test', level: 'silent' })

function aDelivery(deliveryId: string, more: Partial<NewDelivery> = {}): NewDelivery {
  return {
    deliveryId,
    channel: 'duty',
    groupKey: deliveryId,
    createdAtMs: Date.now(),
    notice: aNotice({ groupKey: deliveryId }),
    ...more,
  }
}

function open(
  tables: MemoryTables,
  channels: readonly Channel[],
  log: Logger = silent,
  random = () => 0,
): Notifier {
  return openNotifier({ channels, outbox: tables.outbox, log, version: '1.2.3', random })
}

/** Resolves when the outbox has come to this. */
async function untilCounts(tables: MemoryTables, counts: unknown): Promise<void> {
  await expect.poll(() => tables.table.counts(), { interval: 10 }).toEqual(counts)
}

/** Behaves differently from request to request; the last stays. */
function inTurn(...behaviours: readonly Behaviour[]): Behaviour {
  let index = 0
  return (hit, answer) => behaviours[Math.min(index++, behaviours.length - 1)]?.(hit, answer)
}

describe('a message', () => {
  test('is posted as JSON with its id, and marked as sent', async () => {
    const tables = openMemoryTables()
    await using server = await startWebhookServer()
    tables.table.enqueue([aDelivery('a')])
    const channel = await aWebhook(
      server.url,
      { bearerToken: { env: 'TOKEN' } },
      { TOKEN: 's3cret' },
    )
    await using _ = open(tables, [channel])
    await untilCounts(tables, { duty: { queued: 0, sent: 1, givenUp: 0 } })
    expect(server.hits).toMatchObject([
      {
        deliveryId: 'a',
        path: '/hook',
        body: expect.stringContaining('"groupKey":"a"'),
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Wardround/1.2.3',
          authorization: 'Bearer s3cret',
        },
      },
    ])
  })

  test.each([
    { note: 'two times 500', behaviours: [status(500), status(500), ok] },
    { note: '408', behaviours: [status(408), ok] },
    { note: 'a connection that is reset', behaviours: [reset, ok] },
    { note: 'no answer', behaviours: [hang, ok] },
    { note: 'a redirect', behaviours: [status(307, { location: 'http://127.0.0.1:1/x' }), ok] },
  ])('is sent again after $note, under the same id', async ({ behaviours }) => {
    const tables = openMemoryTables()
    await using server = await startWebhookServer(inTurn(...behaviours))
    tables.table.enqueue([aDelivery('a')])
    await using _ = open(tables, [await aWebhook(server.url, { timeout: '200ms' })])
    await untilCounts(tables, { duty: { queued: 0, sent: 1, givenUp: 0 } })
    expect(server.hits.map(({ deliveryId }) => deliveryId)).toEqual(behaviours.map(() => 'a'))
    const [first, second] = server.hits
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(490)
  })

  test('waits as long as Retry-After says, and so do the others', async () => {
    const tables = openMemoryTables()
    await using server = await startWebhookServer(inTurn(status(429, { 'retry-after': '1' }), ok))
    await using notifier = open(tables, [await aWebhook(server.url)])
    tables.table.enqueue([aDelivery('a')])
    notifier.wake()
    await server.untilHits(1)
    await expect.poll(() => notifier.status()['duty']?.failedAttempts).toBe(1)
    tables.table.enqueue([aDelivery('b')])
    notifier.wake()
    const hits = await server.untilHits(3)
    expect((hits[1]?.atMs ?? 0) - (hits[0]?.atMs ?? 0)).toBeGreaterThanOrEqual(990)
    expect(hits.map(({ deliveryId }) => deliveryId)).toEqual(['a', 'a', 'b'])
  })

  test('that is refused for good is given up, visibly, and holds up nothing', async () => {
    const tables = openMemoryTables()
    await using server = await startWebhookServer((hit, answer) =>
      answer.writeHead(hit.deliveryId === 'a' ? 404 : 200).end(),
    )
    tables.table.enqueue([aDelivery('a', { groupKey: 'g' }), aDelivery('b', { groupKey: 'g' })])
    await using notifier = open(tables, [await aWebhook(server.url)])
    await untilCounts(tables, { duty: { queued: 0, sent: 1, givenUp: 1 } })
    expect(tables.table.givenUp(10)).toMatchObject([
      { deliveryId: 'a', reason: 'clientError', detail: 'HTTP 404', attempts: 1 },
    ])
    expect(server.hits.map(({ deliveryId }) => deliveryId)).toEqual(['a', 'b'])
    expect(notifier.status()['duty']).toMatchObject({ sent: 1, givenUp: 1 })
  })

  test('of a group goes out after the one before it, however often that fails', async () => {
    const tables = openMemoryTables()
    await using server = await startWebhookServer(inTurn(status(500), status(503), ok))
    tables.table.enqueue([
      aDelivery('firing', { groupKey: 'g' }),
      aDelivery('resolved', { groupKey: 'g' }),
    ])
    await using _ = open(tables, [await aWebhook(server.url)])
    const hits = await server.untilHits(4)
    expect(hits.map(({ deliveryId }) => deliveryId)).toEqual([
      'firing',
      'firing',
      'firing',
      'resolved',
    ])
  })

  test('of another group does not wait for one that the receiver chokes on', async () => {
    const tables = openMemoryTables()
    await using server = await startWebhookServer((hit, answer) =>
      answer.writeHead(hit.deliveryId === 'poison' ? 500 : 200).end(),
    )
    tables.table.enqueue([aDelivery('poison'), aDelivery('a'), aDelivery('b'), aDelivery('c')])
    await using _ = open(tables, [await aWebhook(server.url)])
    await untilCounts(tables, { duty: { queued: 1, sent: 3, givenUp: 0 } })
  })

  test('that is too old is given up after one more attempt', async () => {
    const tables = openMemoryTables()
    await using server = await startWebhookServer(status(503))
    tables.table.enqueue([aDelivery('a', { createdAtMs: Date.now() - 5000 })])
    await using _ = open(tables, [await aWebhook(server.url, { giveUpAfter: '1s' })])
    await untilCounts(tables, { duty: { queued: 0, sent: 0, givenUp: 1 } })
    expect(tables.table.givenUp(1)).toMatchObject([{ reason: 'expired', detail: 'HTTP 503' }])
  })
})

test('a message that was sent while the outbox was being read is not sent again', async () => {
  const tables = openMemoryTables()
  await using server = await startWebhookServer()
  tables.table.enqueue([aDelivery('a'), aDelivery('b')])
  const slow: MemoryTables = {
    ...tables,
    outbox: {
      ...tables.outbox,
      async due(...args) {
        const found = await tables.outbox.due(...args)
        await new Promise((resolve) => setTimeout(resolve, 100))
        return found
      },
    },
  }
  await using notifier = open(slow, [await aWebhook(server.url)])
  notifier.wake()
  await untilCounts(tables, { duty: { queued: 0, sent: 2, givenUp: 0 } })
  await new Promise((resolve) => setTimeout(resolve, 250))
  expect(server.hits).toHaveLength(2)
})

describe('a channel', () => {
  test('that hangs delays no other', async () => {
    const tables = openMemoryTables()
    await using hanging = await startWebhookServer(hang)
    await using well = await startWebhookServer()
    const names = Array.from({ length: 20 }, (_, index) => `m${index}`)
    tables.table.enqueue(names.map((name) => aDelivery(`h-${name}`, { channel: 'hanging' })))
    tables.table.enqueue(names.map((name) => aDelivery(`w-${name}`, { channel: 'well' })))
    await using _ = open(tables, [
      await aWebhook(hanging.url, { name: 'hanging', timeout: '1m' }),
      await aWebhook(well.url, { name: 'well' }),
    ])
    await well.untilHits(20)
    expect(hanging.hits.length).toBeLessThanOrEqual(4)
  })

  test('that is gone gets its messages when it is back, from the next process too', async () => {
    const tables = openMemoryTables()
    const gone = await startWebhookServer()
    await gone[Symbol.asyncDispose]()
    tables.table.enqueue([aDelivery('a')])
    const first = open(tables, [await aWebhook(gone.url)])
    await expect.poll(() => first.status()['duty']?.failedAttempts).toBe(1)
    expect(first.status()['duty']?.lastFailure).toMatchObject({
      reason: 'network',
      detail: 'ECONNREFUSED',
    })
    await first[Symbol.asyncDispose]()
    await using server = await startWebhookServer()
    await using _ = open(tables, [await aWebhook(server.url)])
    await untilCounts(tables, { duty: { queued: 0, sent: 1, givenUp: 0 } })
  })

  test('that got a message whose success was never recorded gets it once more, under the same id (A5)', async () => {
    const tables = openMemoryTables()
    await using server = await startWebhookServer()
    tables.table.enqueue([aDelivery('a')])
    tables.failure = new Error('killed')
    const killed = open(tables, [await aWebhook(server.url)])
    await expect.poll(() => killed.status()['duty']?.sent).toBe(1)
    await killed[Symbol.asyncDispose]()
    tables.failure = undefined
    await using _ = open(tables, [await aWebhook(server.url)])
    await untilCounts(tables, { duty: { queued: 0, sent: 1, givenUp: 0 } })
    expect(server.hits.map(({ deliveryId }) => deliveryId)).toEqual(['a', 'a'])
  })

  test('that is taken out of the configuration gets nothing more; a new one begins', async () => {
    const tables = openMemoryTables()
    await using old = await startWebhookServer()
    await using fresh = await startWebhookServer()
    await using notifier = open(tables, [await aWebhook(old.url, { name: 'old' })])
    notifier.replaceChannels([await aWebhook(fresh.url, { name: 'fresh' })])
    tables.table.enqueue([aDelivery('a', { channel: 'old' }), aDelivery('b', { channel: 'fresh' })])
    notifier.wake()
    await fresh.untilHits(1)
    expect(old.hits).toEqual([])
  })

  test('never shows its address or token, whatever goes wrong', async () => {
    const tables = openMemoryTables()
    let logged = ''
    const destination = new Writable({
      write(chunk, _encoding, done) {
        logged += String(chunk)
        done()
      },
    })
    const log = openLog({ name: 'test', destination })
    const canary = 'canary-4711'
    const addresses = [`http://127.0.0.1:1/${canary}?key=${canary}`, `http://${canary}.invalid/`]
    const channels = await Promise.all(
      addresses.map((url, index) =>
        aChannel(
          {
            type: 'webhook',
            name: `w${index}`,
            url: { env: 'URL' },
            bearerToken: { env: 'TOKEN' },
            giveUpAfter: '0s',
          },
          { URL: url, TOKEN: canary },
        ),
      ),
    )
    tables.table.enqueue(channels.map(({ name }) => aDelivery(`d-${name}`, { channel: name })))
    await using notifier = open(tables, channels, log)
    await expect.poll(() => tables.table.givenUp(10).length).toBe(2)
    expect(logged).toContain('a message was given up')
    const shown = logged + JSON.stringify([tables.table.givenUp(10), notifier.status(), channels])
    expect(shown).not.toContain(canary)
  })
})

describe('while the outbox can not be written', () => {
  test('messages are sent from memory, and only once', async () => {
    const tables = openMemoryTables()
    await using server = await startWebhookServer()
    await using notifier = open(tables, [await aWebhook(server.url)])
    tables.failure = new Error('disk full')
    notifier.sendUnsaved([aDelivery('a'), aDelivery('b')])
    await server.untilHits(2)
    await expect.poll(() => notifier.status()['duty']).toMatchObject({ sent: 2, unsaved: 0 })
    expect(notifier.takeUnsaved()).toEqual([])
  })

  test('what could not be sent either is handed back to be saved, and not sent meanwhile', async () => {
    const tables = openMemoryTables()
    await using server = await startWebhookServer(status(500))
    await using notifier = open(tables, [await aWebhook(server.url)])
    notifier.sendUnsaved([aDelivery('a')])
    await expect.poll(() => notifier.status()['duty']?.failedAttempts).toBe(1)
    const taken = notifier.takeUnsaved()
    expect(taken.map(({ deliveryId }) => deliveryId)).toEqual(['a'])
    server.behaviour = ok
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect(server.hits).toHaveLength(1)
    tables.table.enqueue(taken)
    notifier.settleUnsaved(true)
    await untilCounts(tables, { duty: { queued: 0, sent: 1, givenUp: 0 } })
    expect(server.hits).toHaveLength(2)
  })

  test('what was handed back and could not be saved is sent from memory again', async () => {
    const tables = openMemoryTables()
    await using server = await startWebhookServer(inTurn(status(500), ok))
    await using notifier = open(tables, [await aWebhook(server.url)])
    notifier.sendUnsaved([aDelivery('a')])
    await expect.poll(() => notifier.status()['duty']?.failedAttempts).toBe(1)
    notifier.takeUnsaved()
    notifier.settleUnsaved(false)
    await server.untilHits(2)
  })

  test('a success that can not be recorded is not repeated in this process', async () => {
    const tables = openMemoryTables()
    await using server = await startWebhookServer()
    tables.table.enqueue([aDelivery('a'), aDelivery('b'), aDelivery('c')])
    tables.failure = new Error('disk full')
    await using notifier = open(tables, [await aWebhook(server.url)])
    await server.untilHits(3)
    await expect.poll(() => notifier.status()['duty']?.sent).toBe(3)
    for (let index = 0; index < 20; index++) {
      notifier.wake()
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(server.hits).toHaveLength(3)
    tables.failure = undefined
    await untilCounts(tables, { duty: { queued: 0, sent: 3, givenUp: 0 } })
    expect(server.hits).toHaveLength(3)
  })
})

test('many messages go out once each, in order within their groups, a few at a time', async () => {
  const tables = openMemoryTables()
  let open4 = 0
  let most = 0
  await using server = await startWebhookServer((_hit, answer) => {
    most = Math.max(most, ++open4)
    setTimeout(() => {
      open4--
      answer.end()
    }, 2)
  })
  const deliveries = Array.from({ length: 300 }, (_, index) =>
    aDelivery(`m${String(index).padStart(3, '0')}`, { groupKey: `g${index % 40}` }),
  )
  tables.table.enqueue(deliveries)
  await using _ = open(tables, [await aWebhook(server.url)])
  await untilCounts(tables, { duty: { queued: 0, sent: 300, givenUp: 0 } })
  const ids = server.hits.map(({ deliveryId }) => deliveryId)
  expect(new Set(ids).size).toBe(300)
  expect(ids).toHaveLength(300)
  for (let group = 0; group < 40; group++) {
    const own = ids.filter((id) => Number(id.slice(1)) % 40 === group)
    expect(own).toEqual([...own].sort())
  }
  expect(most).toBeLessThanOrEqual(4)
})

describe('a robot that says in HTTP 200 that it did not take a message (A12)', () => {
  const says =
    (errcode: number): Behaviour =>
    (_hit, answer) =>
      void answer.end(JSON.stringify({ errcode }))

  test('too fast: nothing is sent until its pause is over, and nothing is given up', async () => {
    const tables = openMemoryTables()
    await using server = await startWebhookServer(inTurn(says(45009), says(0)))
    tables.table.enqueue([aDelivery('a'), aDelivery('b')])
    let passedMs = 0
    await using notifier = openNotifier({
      channels: [await aChannel({ type: 'wecom', url: server.url })],
      outbox: tables.outbox,
      log: silent,
      version: '0',
      random: () => 0,
      monotonicMs: () => passedMs,
    })
    await expect.poll(() => notifier.status()['duty']?.failedAttempts).toBe(1)
    passedMs = 59_000
    notifier.wake()
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(server.hits).toHaveLength(1)
    passedMs = 61_000
    notifier.wake()
    await untilCounts(tables, { duty: { queued: 0, sent: 2, givenUp: 0 } })
  })

  test('a wrong key: given up at once, and the channel is known as one that refuses', async () => {
    const tables = openMemoryTables()
    await using server = await startWebhookServer(inTurn(says(93000), says(0)))
    tables.table.enqueue([aDelivery('a')])
    const channel = await aChannel({ type: 'wecom', url: server.url })
    await using notifier = open(tables, [channel])
    await untilCounts(tables, { duty: { queued: 0, sent: 0, givenUp: 1 } })
    expect(notifier.status()['duty']?.refusal).toMatchObject({
      reason: 'authError',
      detail: expect.stringMatching(/^93000 /),
    })
    tables.table.enqueue([aDelivery('b')])
    notifier.wake()
    await expect.poll(() => notifier.status()['duty']?.refusal).toBeUndefined()
  })
})

test('a restart gives a service no more than it takes: what was sent before counts', async () => {
  const tables = openMemoryTables()
  await using server = await startWebhookServer((_hit, answer) => void answer.end('{"errcode":0}'))
  const windows = [{ requests: 4, perMs: 600 }]
  const channel = {
    ...(await aChannel({ type: 'wecom', url: server.url })),
    limit: { key: 'k', windows },
  }
  for (let start = 0; start < 6; start++) {
    tables.table.enqueue([aDelivery(`a${start}`), aDelivery(`b${start}`)])
    await using _ = open(tables, [channel])
    await expect.poll(() => tables.table.counts()['duty']?.queued, { interval: 5 }).toBe(0)
  }
  const times = server.hits.map(({ atMs }) => atMs)
  const most = Math.max(
    ...times.map((from) => times.filter((atMs) => atMs >= from && atMs < from + 600).length),
  )
  expect(most).toBeLessThanOrEqual(4)
})

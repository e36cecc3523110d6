import { describe, expect, test } from 'vitest'
import { aWebhook } from '../testing/a-channel.ts'
import { openMemoryTables, type MemoryTables } from '../testing/memory-tables.ts'
import { aDelivery, inTurn, openOver, untilCounts } from '../testing/open-over.ts'
import { hang, ok, reset, startWebhookServer, status } from '../testing/webhook-server.ts'

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
    await using _ = openOver(tables, [channel])
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
    await using _ = openOver(tables, [await aWebhook(server.url, { timeout: '200ms' })])
    await untilCounts(tables, { duty: { queued: 0, sent: 1, givenUp: 0 } })
    expect(server.hits.map(({ deliveryId }) => deliveryId)).toEqual(behaviours.map(() => 'a'))
    const [first, second] = server.hits
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(490)
  })

  test('waits as long as Retry-After says, and so do the others', async () => {
    const tables = openMemoryTables()
    await using server = await startWebhookServer(inTurn(status(429, { 'retry-after': '1' }), ok))
    await using notifier = openOver(tables, [await aWebhook(server.url)])
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
    await using notifier = openOver(tables, [await aWebhook(server.url)])
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
    await using _ = openOver(tables, [await aWebhook(server.url)])
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
    await using _ = openOver(tables, [await aWebhook(server.url)])
    await untilCounts(tables, { duty: { queued: 1, sent: 3, givenUp: 0 } })
  })

  test('that is too old is given up after one more attempt', async () => {
    const tables = openMemoryTables()
    await using server = await startWebhookServer(status(503))
    tables.table.enqueue([aDelivery('a', { createdAtMs: Date.now() - 5000 })])
    await using _ = openOver(tables, [await aWebhook(server.url, { giveUpAfter: '1s' })])
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
  await using notifier = openOver(slow, [await aWebhook(server.url)])
  notifier.wake()
  await untilCounts(tables, { duty: { queued: 0, sent: 2, givenUp: 0 } })
  await new Promise((resolve) => setTimeout(resolve, 250))
  expect(server.hits).toHaveLength(2)
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
  await using _ = openOver(tables, [await aWebhook(server.url)])
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

import { describe, expect, test } from 'vitest'
import { aWebhook } from '../testing/a-channel.ts'
import { openMemoryTables } from '../testing/memory-tables.ts'
import { aDelivery, inTurn, openOver, untilCounts } from '../testing/open-over.ts'
import { ok, startWebhookServer, status } from '../testing/webhook-server.ts'

describe('while the outbox can not be written', () => {
  test('messages are sent from memory, and only once', async () => {
    const tables = openMemoryTables()
    await using server = await startWebhookServer()
    await using notifier = openOver(tables, [await aWebhook(server.url)])
    tables.failure = new Error('disk full')
    notifier.sendUnsaved([aDelivery('a'), aDelivery('b')])
    await server.untilHits(2)
    await expect.poll(() => notifier.status()['duty']).toMatchObject({ sent: 2, unsaved: 0 })
    expect(notifier.takeUnsaved()).toEqual([])
  })

  test('what could not be sent either is handed back to be saved, and not sent meanwhile', async () => {
    const tables = openMemoryTables()
    await using server = await startWebhookServer(status(500))
    await using notifier = openOver(tables, [await aWebhook(server.url)])
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
    await using notifier = openOver(tables, [await aWebhook(server.url)])
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
    await using notifier = openOver(tables, [await aWebhook(server.url)])
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

import { Writable } from 'node:stream'
import { openLog } from '@wardround/program'
import { describe, expect, test } from 'vitest'
import { aChannel, aWebhook } from '../testing/a-channel.ts'
import { anAlert } from '../testing/a-transition.ts'
import { openMemoryTables } from '../testing/memory-tables.ts'
import { aDelivery, openOver, silent, untilCounts } from '../testing/open-over.ts'
import { hang, startWebhookServer, status } from '../testing/webhook-server.ts'

describe('a channel', () => {
  test('that hangs delays no other', async () => {
    const tables = openMemoryTables()
    await using hanging = await startWebhookServer(hang)
    await using well = await startWebhookServer()
    const names = Array.from({ length: 20 }, (_, index) => `m${index}`)
    tables.table.enqueue(names.map((name) => aDelivery(`h-${name}`, { channel: 'hanging' })))
    tables.table.enqueue(names.map((name) => aDelivery(`w-${name}`, { channel: 'well' })))
    await using _ = openOver(tables, [
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
    const first = openOver(tables, [await aWebhook(gone.url)])
    await expect.poll(() => first.status()['duty']?.failedAttempts).toBe(1)
    expect(first.status()['duty']?.lastFailure).toMatchObject({
      reason: 'network',
      detail: 'ECONNREFUSED',
    })
    await first[Symbol.asyncDispose]()
    await using server = await startWebhookServer()
    await using _ = openOver(tables, [await aWebhook(server.url)])
    await untilCounts(tables, { duty: { queued: 0, sent: 1, givenUp: 0 } })
  })

  test('that got a message whose success was never recorded gets it once more, under the same id (A5)', async () => {
    const tables = openMemoryTables()
    await using server = await startWebhookServer()
    tables.table.enqueue([aDelivery('a')])
    tables.failure = new Error('killed')
    const killed = openOver(tables, [await aWebhook(server.url)])
    await expect.poll(() => killed.status()['duty']?.sent).toBe(1)
    await killed[Symbol.asyncDispose]()
    tables.failure = undefined
    await using _ = openOver(tables, [await aWebhook(server.url)])
    await untilCounts(tables, { duty: { queued: 0, sent: 1, givenUp: 0 } })
    expect(server.hits.map(({ deliveryId }) => deliveryId)).toEqual(['a', 'a'])
  })

  test('that is taken out of the configuration gets nothing more; a new one begins', async () => {
    const tables = openMemoryTables()
    await using old = await startWebhookServer()
    await using fresh = await startWebhookServer()
    await using notifier = openOver(tables, [await aWebhook(old.url, { name: 'old' })])
    notifier.replaceChannels([await aWebhook(fresh.url, { name: 'fresh' })])
    await tables.outbox.enqueue([
      aDelivery('a', { channel: 'old' }),
      aDelivery('b', { channel: 'fresh' }),
    ])
    notifier.wake()
    await fresh.untilHits(1)
    expect(old.hits).toEqual([])
  })

  test('whose address is corrected does not wait as long as the old one asked for', async () => {
    const tables = openMemoryTables()
    await using wrong = await startWebhookServer(status(503, { 'retry-after': '3600' }))
    await using right = await startWebhookServer()
    await tables.outbox.enqueue([aDelivery('a')])
    await using notifier = openOver(tables, [await aWebhook(wrong.url)])
    await expect.poll(() => tables.table.pauses()).toHaveLength(1)
    expect(JSON.stringify(tables.table.pauses())).not.toContain('127.0.0.1')
    notifier.replaceChannels([await aWebhook(right.url)])
    await tables.outbox.enqueue([aDelivery('b')])
    notifier.wake()
    await expect.poll(() => right.hits.map(({ deliveryId }) => deliveryId)).toEqual(['b'])
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
    await using notifier = openOver(tables, channels, log)
    await expect.poll(() => tables.table.givenUp(10).length).toBe(2)
    expect(logged).toContain('a message was given up')
    const shown = logged + JSON.stringify([tables.table.givenUp(10), notifier.status(), channels])
    expect(shown).not.toContain(canary)
  })
})

describe('a channel that is taken out of the configuration', () => {
  const REMOVED = { reason: 'removed', detail: { zh: '该通道已从配置中删除' } }

  test('has what waits for it given up, told among the decisions and counted', async () => {
    const tables = openMemoryTables()
    await using gone = await startWebhookServer(status(503))
    const given: string[] = []
    const onGivenUp = ({ deliveryId }: { deliveryId: string }, { reason }: { reason: string }) =>
      void given.push(`${deliveryId} ${reason}`)
    await tables.outbox.enqueue([aDelivery('a', { channel: 'old' })])
    const old = await aWebhook(gone.url, { name: 'old' })
    await using notifier = openOver(tables, [old], silent, { onGivenUp })
    await gone.untilHits(1)
    notifier.replaceChannels([])
    await untilCounts(tables, { old: { queued: 0, sent: 0, givenUp: 1 } })
    await expect.poll(() => given).toEqual(['a removed'])
    expect(tables.table.givenUp(1)).toMatchObject([{ deliveryId: 'a', ...REMOVED }])
    expect(tables.dispatch.decisions(anAlert().fingerprint, 9)).toMatchObject([
      { code: 'undelivered', ruleId: 'filesystem_used', channels: ['old'], failure: REMOVED },
    ])
  })

  test('is found at the next start too', async () => {
    const tables = openMemoryTables()
    await tables.outbox.enqueue([aDelivery('a', { channel: 'old' })])
    await using _ = openOver(tables, [])
    await untilCounts(tables, { old: { queued: 0, sent: 0, givenUp: 1 } })
  })

  test('ends what is on its way: that is sent, not given up', async () => {
    const tables = openMemoryTables()
    let answerIt = () => undefined as void
    await using slow = await startWebhookServer(
      (_hit, answer) => void (answerIt = () => void answer.end('ok')),
    )
    await tables.outbox.enqueue([aDelivery('a', { channel: 'old' })])
    await using notifier = openOver(tables, [await aWebhook(slow.url, { name: 'old' })])
    await slow.untilHits(1)
    notifier.replaceChannels([])
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(tables.table.counts()).toMatchObject({ old: { queued: 1 } })
    answerIt()
    await untilCounts(tables, { old: { queued: 0, sent: 1, givenUp: 0 } })
  })

  test('and put back while a message is on its way does not send it twice', async () => {
    const tables = openMemoryTables()
    await using slow = await startWebhookServer(
      (_hit, answer) => void setTimeout(() => answer.end('ok'), 300),
    )
    await tables.outbox.enqueue([aDelivery('a', { channel: 'old' })])
    const old = await aWebhook(slow.url, { name: 'old' })
    await using notifier = openOver(tables, [old])
    await slow.untilHits(1)
    notifier.replaceChannels([])
    notifier.replaceChannels([old])
    await tables.outbox.enqueue([aDelivery('b', { channel: 'old' })])
    notifier.wake()
    await untilCounts(tables, { old: { queued: 0, sent: 2, givenUp: 0 } })
    expect(slow.hits.map(({ deliveryId }) => deliveryId)).toEqual(['a', 'b'])
  })

  test('loses nothing of what the outbox could not take either', async () => {
    const tables = openMemoryTables()
    await using gone = await startWebhookServer(status(503))
    await using notifier = openOver(tables, [await aWebhook(gone.url, { name: 'old' })])
    notifier.sendUnsaved([aDelivery('a', { channel: 'old' })])
    await gone.untilHits(1)
    notifier.replaceChannels([])
    notifier.sendUnsaved([aDelivery('b', { channel: 'old' })])
    await expect.poll(() => notifier.takeUnsaved().length).toBe(2)
    await tables.outbox.enqueue(notifier.takeUnsaved())
    notifier.settleUnsaved(true)
    await untilCounts(tables, { old: { queued: 0, sent: 0, givenUp: 2 } })
    expect(notifier.takeUnsaved()).toEqual([])
  })
})

import { describe, expect, test } from 'vitest'
import { openNotifier } from './notifier.ts'
import { SharedBudgets } from './shared-budgets.ts'
import { aChannel } from '../testing/a-channel.ts'
import { aNotice, aNoticeAlert } from '../testing/a-notice.ts'
import { anAlert } from '../testing/a-transition.ts'
import { openMemoryTables } from '../testing/memory-tables.ts'
import { aDelivery, inTurn, openOver, silent, untilCounts } from '../testing/open-over.ts'
import { startDingTalk } from '../testing/robot-stand-ins.ts'
import { startWebhookServer, type Behaviour } from '../testing/webhook-server.ts'

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
    await using notifier = openOver(tables, [channel])
    await untilCounts(tables, { duty: { queued: 0, sent: 0, givenUp: 1 } })
    expect(notifier.status()['duty']?.refusal).toMatchObject({
      reason: 'authError',
      detail: { en: expect.stringMatching(/^93000 /) },
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
    await using _ = openOver(tables, [channel])
    await expect.poll(() => tables.table.counts()['duty']?.queued, { interval: 5 }).toBe(0)
  }
  const times = server.hits.map(({ atMs }) => atMs)
  const most = Math.max(
    ...times.map((from) => times.filter((atMs) => atMs >= from && atMs < from + 600).length),
  )
  expect(most).toBeLessThanOrEqual(4)
})

describe('the pause that a robot asks for', () => {
  const says =
    (errcode: number): Behaviour =>
    (_hit, answer) =>
      void answer.end(JSON.stringify({ errcode }))
  /** Ten minutes of DingTalk's. */
  const PAUSE_MS = 600_000

  test('survives a kill: the next process sends nothing before it is over', async () => {
    const tables = openMemoryTables()
    await using robot = await startWebhookServer(inTurn(says(130101), says(0)))
    const channel = await aChannel({ type: 'dingtalk', url: robot.url })
    let passedMs = 0
    const clock = { monotonicMs: () => passedMs, nowMs: () => 1_700_000_000_000 }
    await tables.outbox.enqueue([aDelivery('a')])
    const killed = openOver(tables, [channel], silent, clock)
    await expect.poll(() => tables.table.pauses()).toHaveLength(1)
    const kept = JSON.stringify(tables.table.pauses())
    expect(kept).toContain(String(1_700_000_000_000 + PAUSE_MS))
    expect(kept).not.toContain('127.0.0.1')
    // Nothing is told to it that it ends: the next process begins over what is on disk.
    await tables.outbox.enqueue([aDelivery('b')])
    const later = { ...clock, nowMs: () => 1_700_000_000_000 + PAUSE_MS - 1000 }
    await using next = openOver(tables, [channel], silent, later)
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(robot.hits).toHaveLength(1)
    await killed[Symbol.asyncDispose]()
    passedMs = 2000
    next.wake()
    await untilCounts(tables, { duty: { queued: 0, sent: 2, givenUp: 0 } })
  })

  test('is at most an hour, whatever the clock said that it was written by', async () => {
    const tables = openMemoryTables()
    const robot = await aChannel({ type: 'dingtalk', url: 'http://127.0.0.1:1/' })
    const nowMs = Date.now()
    const days = { service: robot.limit?.key ?? '', untilMs: nowMs + 86_400_000 }
    tables.table.markFailed([], { atMs: 0, reason: 'rateLimited', detail: '' }, 0, { pause: days })
    const budgets = new SharedBudgets({
      outbox: tables.outbox,
      channels: () => [robot],
      nowMs: () => nowMs,
    })
    const budget = await budgets.of(robot)
    expect(budget.nextAtMs(nowMs, robot.limit?.windows ?? [])).toBe(nowMs + 3_600_000)
  })

  test('over, what is urgent goes first and takes what is stale of its group along; nothing is lost', async () => {
    const tables = openMemoryTables()
    await using robot = await startWebhookServer(inTurn(says(130101), says(0)))
    const channel = await aChannel({ type: 'dingtalk', url: robot.url })
    let passedMs = 0
    await using notifier = openOver(tables, [channel], silent, { monotonicMs: () => passedMs })
    const firing = (id: string, severity: 'critical' | 'warning', groupKey: string) =>
      aDelivery(id, {
        groupKey,
        createdAtMs: Date.now() + Number(id),
        notice: aNotice({
          groupKey,
          alerts: [aNoticeAlert({ alert: anAlert({ host: `h${id}`, key: id, severity }) })],
        }),
      })
    await tables.outbox.enqueue([firing('1', 'warning', 'g')])
    notifier.wake()
    await expect.poll(() => tables.table.pauses()).toHaveLength(1)
    await tables.outbox.enqueue([
      firing('2', 'warning', 'other'),
      firing('3', 'warning', 'g'),
      firing('4', 'critical', 'g'),
    ])
    notifier.wake()
    passedMs = PAUSE_MS + 1000
    notifier.wake()
    await untilCounts(tables, { duty: { queued: 0, sent: 4, givenUp: 0 } })
    const hostsOf = ({ body }: { body: string }) =>
      body.match(/\bh\d\b/g)?.filter((host, at, all) => all.indexOf(host) === at)
    expect(robot.hits.slice(1).map(hostsOf)).toEqual([['h4', 'h1', 'h3'], ['h2']])
  })
})

describe('two channels to one robot', () => {
  test('share one budget, each with its own limit, and one pause', async () => {
    const tables = openMemoryTables()
    const url = 'http://127.0.0.1:1/robot'
    const one = await aChannel({ type: 'dingtalk', name: 'one', url })
    const two = await aChannel({ type: 'dingtalk', name: 'two', url, perMinute: 5 })
    const third = await aChannel({ type: 'dingtalk', name: 'third', url: `${url}/x` })
    await tables.outbox.enqueue(
      Array.from({ length: 8 }, (_, at) =>
        aDelivery(`m${at}`, { channel: at < 6 ? 'one' : 'two' }),
      ),
    )
    const nowMs = Date.now()
    // An earlier process sent six through one of them and two through the other, at times of their own.
    for (let at = 0; at < 8; at++) tables.table.markSent([`m${at}`], nowMs - 8000 + at)
    const channels = [one, two, third]
    const budgets = new SharedBudgets({
      outbox: tables.outbox,
      channels: () => channels,
      nowMs: () => nowMs,
    })
    const shared = await budgets.of(one)
    expect(await budgets.of(two)).toBe(shared)
    expect(await budgets.of(third)).not.toBe(shared)
    expect(shared.free(nowMs, one.limit?.windows ?? [])).toBe(2)
    expect(shared.nextAtMs(nowMs, one.limit?.windows ?? [])).toBe(nowMs)
    expect(shared.nextAtMs(nowMs, two.limit?.windows ?? [])).toBeGreaterThan(nowMs + 50_000)
    shared.pauseUntil(nowMs + 600_000)
    expect((await budgets.of(two)).nextAtMs(nowMs, [])).toBe(nowMs + 600_000)
  })

  test('that read the outbox at the same time do not ask it at the same time', async () => {
    const tables = openMemoryTables()
    await using robot = await startWebhookServer((_hit, answer) => void answer.end('{"errcode":0}'))
    const limit = { key: 'k', windows: [{ requests: 1, perMs: 600_000 }] }
    const channels = await Promise.all(
      ['one', 'two', 'three'].map(async (name) => ({
        ...(await aChannel({ type: 'wecom', name, url: robot.url })),
        limit,
      })),
    )
    await tables.outbox.enqueue(channels.map(({ name }) => aDelivery(name, { channel: name })))
    const all = Promise.withResolvers<void>()
    let reading = 0
    const due: typeof tables.outbox.due = async (...args) => {
      if (++reading === channels.length) all.resolve()
      await all.promise
      return tables.outbox.due(...args)
    }
    const slow = { ...tables, outbox: { ...tables.outbox, due } }
    await using _ = openOver(slow, channels)
    await robot.untilHits(1)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(robot.hits).toHaveLength(1)
  })

  test('never send it more than it takes', async () => {
    const tables = openMemoryTables()
    const perMs = 600
    await using robot = await startDingTalk({ requests: 6, perMs })
    const channels = await Promise.all(
      ['one', 'two'].map(async (name) => {
        const channel = await aChannel({ type: 'dingtalk', name, url: robot.url })
        return {
          ...channel,
          limit: { key: channel.limit?.key ?? '', windows: [{ requests: 6, perMs }] },
        }
      }),
    )
    const deliveries = Array.from({ length: 40 }, (_, at) =>
      aDelivery(`m${at}`, { channel: at % 2 === 0 ? 'one' : 'two' }),
    )
    await tables.outbox.enqueue(deliveries)
    await using _ = openOver(tables, channels)
    const all = { queued: 0, sent: 20, givenUp: 0 }
    await untilCounts(tables, { one: all, two: all })
    expect(robot.codes.filter((code) => code !== 0)).toEqual([])
  })
})

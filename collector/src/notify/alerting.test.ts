import type { Position } from '@wardround/journal'
import { toDocumentTable } from '@wardround/protocol'
import { openLog } from '@wardround/program'
import { describe, expect, test } from 'vitest'
import { rulesFromYaml } from '../rules/testing/rules-from-yaml.ts'
import { SampleFeed } from '../rules/testing/sample-feed.ts'
import { openAlerting, type Alerting, type AlertingOptions } from './alerting.ts'
import { aRoute, rulesOf } from './dispatch/testing/simulator.ts'
import { openNotifier } from './delivery/notifier.ts'
import { aWebhook } from './testing/a-channel.ts'
import { openMemoryTables, type MemoryTables } from './testing/memory-tables.ts'
import { inTurn, untilCounts } from './testing/open-over.ts'
import {
  ok,
  startWebhookServer,
  status,
  type Hit,
  type WebhookServer,
} from './testing/webhook-server.ts'

const log = openLog({ name: 'test', level: 'silent' })

const RULES = rulesFromYaml(`rules:
  - id: cpu
    name: {zh: CPU, en: CPU}
    value: cpu.usage_active
    where: {cpu: cpu-total}
    warning: {above: 80, for: 0s, clear: {below: 70, for: 0s}}
    summary: {zh: "{{host}} {{value}}", en: "{{host}} {{value}}"}
    quote: top_processes.byCpu
  - id: offline
    name: {zh: 失联, en: Silent}
    noData: agent
    critical: {for: 1s, clear: {heartbeats: 2}}
    summary: {zh: "{{host}}", en: "{{host}}"}
`)

/** Nothing is gathered: every change is a notice. */
const AT_ONCE = rulesOf({ digestMs: 0, root: aRoute({ groupWaitMs: 0, groupIntervalMs: 0 }) })

const at = (offset: number): Position => ({ segment: 1, offset })

interface World extends AsyncDisposable {
  readonly feed: SampleFeed
  readonly alerting: Alerting
  cpu(value: number, offset?: number): void
}

/** A process: what the collector opens, over a disk and a webhook that outlive it. */
async function openWorld(
  tables: MemoryTables,
  server: WebhookServer,
  more: Partial<AlertingOptions> = {},
): Promise<World> {
  const feed = new SampleFeed()
  const channel = await aWebhook(server.url, { timeout: '2s', language: 'en' })
  const notifier = openNotifier({
    channels: [channel],
    outbox: tables.outbox,
    log,
    version: '0',
    random: () => 0,
  })
  const alerting = await openAlerting({
    rules: RULES,
    dispatch: AT_ONCE,
    directory: feed.table,
    subjectLabels: () => ({ project: 'his' }),
    state: tables.state,
    notifier,
    externalUrl: 'http://monitor:8470',
    lastAliveMs: undefined,
    log,
    // Silence is looked for only where a test is about it.
    tickEveryMs: 3_600_000,
    ...more,
  })
  let timeMs = more.nowMs?.() ?? Date.now()
  return {
    feed,
    alerting,
    cpu(value, offset) {
      const fields = { usage_active: value }
      const point = { measurement: 'cpu', tags: { cpu: 'cpu-total' }, fields }
      const batch = feed.batch('db1', timeMs++, [point])
      alerting.accept(batch, offset === undefined ? undefined : at(offset))
    },
    async [Symbol.asyncDispose]() {
      await alerting[Symbol.asyncDispose]()
      await notifier[Symbol.asyncDispose]()
    },
  }
}

const told = (hits: readonly Hit[]) =>
  hits.map(({ body }) => {
    const { alerts } = JSON.parse(body)
    return `${alerts[0].status} ${alerts[0].labels.alertname}`
  })

describe('from sample to webhook', () => {
  test('a sample that crosses a threshold is told at once, and its end too', async () => {
    const tables = openMemoryTables()
    await using server = await startWebhookServer()
    await using world = await openWorld(tables, server)
    const transitions: string[] = []
    world.alerting.onTransition(({ kind }) => transitions.push(kind))
    world.cpu(10, 1)
    world.cpu(95, 2)
    await server.untilHits(1)
    expect(world.alerting.listAlerts()).toMatchObject([{ ruleId: 'cpu', phase: 'firing' }])
    world.cpu(20, 3)
    await server.untilHits(2)
    expect(told(server.hits)).toEqual(['firing cpu', 'resolved cpu'])
    expect(transitions).toEqual(['firing', 'resolved'])
    expect(tables.alerts.history(0, Number.MAX_SAFE_INTEGER, 10)).toMatchObject([
      { kind: 'firing', ruleId: 'cpu' },
      { kind: 'resolved', ruleId: 'cpu' },
    ])
  })

  test('a wall clock that is set back by more than giveUpAfter makes no notice too old', async () => {
    const tables = openMemoryTables()
    await using server = await startWebhookServer(inTurn(status(500), ok))
    let wallMs = Date.now()
    await using world = await openWorld(tables, server, { nowMs: () => wallMs })
    wallMs -= 10 * 86_400_000
    world.cpu(10, 1)
    world.cpu(95, 2)
    await untilCounts(tables, { duty: { queued: 0, sent: 1, givenUp: 0 } })
    expect(server.hits).toHaveLength(2)
  })

  test('a notice quotes the processes of the moment', async () => {
    const tables = openMemoryTables()
    await using server = await startWebhookServer()
    await using world = await openWorld(tables, server)
    const process = { pid: 812, user: 'mysql', command: 'mysqld', cpuPercent: 180.2, rssBytes: 2e9 }
    const document = {
      subject: 'db1',
      timeMs: Date.now(),
      name: 'top_processes',
      keep: 'newest' as const,
      body: {
        byCpu: toDocumentTable(['pid', 'user', 'command', 'cpuPercent', 'rssBytes'], [process]),
      },
    }
    const batch = { blocks: [], events: [], documents: [document] }
    world.alerting.accept(world.feed.wrap('db1', Date.now(), batch), at(1))
    world.cpu(95, 2)
    const [hit] = await server.untilHits(1)
    expect(JSON.parse(hit?.body ?? '').commonAnnotations).toMatchObject({
      top_processes: 'mysqld (812, mysql) 180.2%, 2 GB',
      summary: 'db1 95%',
    })
  })

  test('an agent that falls silent is told by the clock, and ends after two heartbeats', async () => {
    const tables = openMemoryTables()
    await using server = await startWebhookServer()
    await using world = await openWorld(tables, server, {
      tickEveryMs: 20,
      heartbeatSpacingMs: 0,
    })
    world.alerting.start()
    world.alerting.engine.contact('db1')
    await server.untilHits(1)
    world.alerting.engine.contact('db1')
    world.alerting.engine.contact('db1')
    await server.untilHits(2)
    expect(told(server.hits)).toEqual(['firing offline', 'resolved offline'])
  })
})

describe('over a restart', () => {
  test('what fired is neither forgotten nor told twice, and its end is told when samples say so', async () => {
    const tables = openMemoryTables()
    await using server = await startWebhookServer()
    {
      await using world = await openWorld(tables, server)
      world.cpu(95, 1)
      await server.untilHits(1)
    }
    {
      await using world = await openWorld(tables, server)
      expect(world.alerting.from).toEqual(at(1))
      expect(world.alerting.listAlerts()).toMatchObject([{ ruleId: 'cpu', phase: 'firing' }])
      world.cpu(96, 2)
      await world.alerting.flush()
    }
    await using world = await openWorld(tables, server)
    world.cpu(20, 3)
    await server.untilHits(2)
    expect(told(server.hits)).toEqual(['firing cpu', 'resolved cpu'])
  })

  test('killed before anything was saved, the journal’s batches make the same transitions again', async () => {
    const tables = openMemoryTables()
    await using server = await startWebhookServer()
    const nowMs = Date.now()
    const killed = await openWorld(tables, server, { state: { ...tables.state, commit: hangs } })
    killed.cpu(95, 1)
    await using world = await openWorld(tables, server)
    expect(world.alerting.from).toBeUndefined()
    const point = {
      measurement: 'cpu',
      tags: { cpu: 'cpu-total' },
      fields: { usage_active: 95 },
    }
    world.alerting.take(world.feed.batch('db1', nowMs, [point]), at(1))
    world.alerting.start()
    await server.untilHits(1)
    expect(told(server.hits)).toEqual(['firing cpu'])
  })

  test('a replayed batch is a sign of life now: the collector’s absence is nobody’s silence (A8)', async () => {
    const tables = openMemoryTables()
    await using server = await startWebhookServer()
    let passedMs = 0
    await using world = await openWorld(tables, server, {
      tickEveryMs: 10,
      lastAliveMs: Date.now() - 1_800_000,
      monotonicMs: () => passedMs,
    })
    const { alerting, feed } = world
    alerting.take(feed.batch('db1', Date.now() - 1_800_000, []), at(1))
    alerting.start()
    passedMs = 900
    await new Promise((resolve) => setTimeout(resolve, 100)) // some ticks
    expect(alerting.listAlerts()).toEqual([])
    passedMs = 1_000
    await server.untilHits(1)
    expect(told(server.hits)).toEqual(['firing offline'])
  })

  test('state and journal position are saved together, and who asked is told how far', async () => {
    const tables = openMemoryTables()
    await using server = await startWebhookServer()
    await using world = await openWorld(tables, server)
    const covered: Position[] = []
    world.alerting.onCovered((position) => covered.push(position))
    world.cpu(10, 5)
    await world.alerting.flush()
    world.cpu(10, 9)
    world.cpu(10)
    await world.alerting.flush()
    await world.alerting.flush()
    expect(covered).toEqual([at(5), at(9)])
    expect(tables.alerts.load().cursor).toEqual(at(9))
  })

  test('rules that are gone end their alerts when the next process starts', async () => {
    const tables = openMemoryTables()
    await using server = await startWebhookServer()
    {
      await using world = await openWorld(tables, server)
      world.cpu(95, 1)
      await server.untilHits(1)
    }
    await using _ = await openWorld(tables, server, { rules: rulesFromYaml('rules: []') })
    const hits = await server.untilHits(2)
    expect(told(hits)).toEqual(['firing cpu', 'resolved cpu'])
    expect(JSON.parse(hits[1]?.body ?? '').alerts[0].annotations.ended_because).toContain('rule')
  })
})

describe('while the state can not be saved', () => {
  test('alerts go out from memory, once, and all is saved when it can be', async () => {
    const tables = openMemoryTables()
    await using server = await startWebhookServer()
    await using world = await openWorld(tables, server)
    tables.failure = new Error('database or disk is full')
    world.cpu(95)
    await server.untilHits(1)
    await expect.poll(() => world.alerting.status().failure).toBe('database or disk is full')
    world.cpu(20)
    world.cpu(96)
    await server.untilHits(3)
    tables.failure = undefined
    await world.alerting.flush()
    expect(world.alerting.status().failure).toBeUndefined()
    expect(told(server.hits)).toEqual(['firing cpu', 'resolved cpu', 'firing cpu'])
    expect(tables.alerts.history(0, Number.MAX_SAFE_INTEGER, 10)).toHaveLength(3)
    expect(tables.alerts.load().rows.map(({ ruleId }) => ruleId)).toEqual([
      '@agent',
      '@known',
      'cpu',
    ])
    expect(tables.table.counts()).toEqual({})
  })

  test('what the webhook did not take either is saved later, and sent then', async () => {
    const tables = openMemoryTables()
    await using server = await startWebhookServer(status(500))
    await using world = await openWorld(tables, server)
    tables.failure = new Error('database or disk is full')
    world.cpu(95)
    await server.untilHits(1)
    tables.failure = undefined
    server.behaviour = (_hit, answer) => void answer.end()
    await expect
      .poll(async () => {
        await world.alerting.flush()
        return tables.table.counts()
      })
      .toMatchObject({ duty: { sent: 1 } })
    expect(new Set(server.hits.map(({ deliveryId }) => deliveryId)).size).toBe(1)
  })
})

test('other rules are put in force without a restart', async () => {
  const tables = openMemoryTables()
  await using server = await startWebhookServer()
  await using world = await openWorld(tables, server)
  world.cpu(95, 1)
  await server.untilHits(1)
  world.alerting.replaceRules(rulesFromYaml('rules: []'), AT_ONCE)
  await server.untilHits(2)
  expect(world.alerting.listAlerts()).toEqual([])
  expect(world.alerting.status()).toMatchObject({
    rules: 0,
    transitions: { firing: 1, severity: 0, resolved: 1 },
  })
})

/** A process that is killed while it saves. */
function hangs(): Promise<void> {
  return new Promise(() => undefined)
}

test('what a person retires is told to have ended, with the reason, and nothing of it is kept', async () => {
  const tables = openMemoryTables()
  await using server = await startWebhookServer()
  await using world = await openWorld(tables, server)
  world.cpu(95, 1)
  await server.untilHits(1)
  expect(await world.alerting.retire('db1')).toEqual({ ended: 1, wasKnown: true })
  expect(await world.alerting.retire('db1')).toEqual({ ended: 0, wasKnown: false })
  const [, hit] = await server.untilHits(2)
  expect(JSON.parse(hit?.body ?? '').alerts).toMatchObject([
    {
      status: 'resolved',
      annotations: { ended_because: 'a person retired the host, instance or device' },
    },
  ])
  expect(tables.alerts.load().rows).toEqual([])
})

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { CollectorHarness, configOf } from '../testing/collector-harness.ts'
import { openLog, Secret } from '@wardround/program'
import { startWebhookServer } from '../notify/testing/webhook-server.ts'
import { HeartbeatSender } from './heartbeat-sender.ts'
import { resolveConfig } from '../configuration/resolve-config.ts'

// Row A8: a dead collector is noticed from outside. Two whole collectors; one of them dies. With -9 and as processes: row A8 in tests/faults.

/** For what comes, however busy the machine is. */
const PATIENCE = { timeout: 90_000, interval: 100 }
const RULES = `rules:
  - id: collector_silent
    name: {zh: 监控中心失联, en: Collector is silent}
    noData: collector
    own: true
    critical: {for: 3s, clear: {heartbeats: 1}}
    summary: {zh: '{{host}}', en: '{{host}}'}
`

interface Alerts {
  readonly alerts: readonly { readonly rule: string; readonly host: string }[]
}

async function start(yaml: string): Promise<CollectorHarness> {
  const harness = await CollectorHarness.start({ yaml })
  onTestFinished(() => harness[Symbol.asyncDispose]())
  return harness
}

async function startReceiver(): Promise<CollectorHarness> {
  const rules = await mkdtemp(join(tmpdir(), 'wardround-rules-'))
  onTestFinished(() => rm(rules, { recursive: true }))
  await writeFile(join(rules, 'own.yaml'), RULES)
  return start(`rules: {pack: none, directory: ${rules}}\nnotify: {heartbeatsFrom: [north]}`)
}

const silentOf = async (harness: CollectorHarness) =>
  (await harness.get<Alerts>('/api/v1/alerts')).alerts.map(({ rule, host }) => `${rule} ${host}`)

const metricsOf = async (harness: CollectorHarness) => (await fetch(harness.url('/metrics'))).text()

const sendTo = (receiver: CollectorHarness, name: string) => `notify:
  heartbeats:
    - {name: outside, url: '${receiver.url(`/api/v1/heartbeat/${name}`)}', every: 1s}
`

test('a collector that is gone is silent to its neighbour, and heard of again when it is back', async () => {
  const receiver = await startReceiver()
  const yaml = sendTo(receiver, 'north')
  const sender = await CollectorHarness.start({ yaml })
  await vi.waitFor(async () => {
    expect(await metricsOf(sender)).toMatch(
      /heartbeats_total\{heartbeat="outside",outcome="sent"\} (?![01]$)/m,
    )
  }, PATIENCE)
  // where the machine stood still for longer than the rule waits it was silent, until it is heard of
  await vi.waitFor(async () => expect(await silentOf(receiver)).toEqual([]), PATIENCE)
  await sender[Symbol.asyncDispose]()
  await vi.waitFor(async () => {
    expect(await silentOf(receiver)).toEqual(['collector_silent north'])
  }, PATIENCE)
  await start(yaml)
  await vi.waitFor(async () => expect(await silentOf(receiver)).toEqual([]), PATIENCE)
})

test('a heartbeat that nobody takes is told of by /readyz', async () => {
  const receiver = await startReceiver()
  const sender = await start(sendTo(receiver, 'sorth'))
  await vi.waitFor(async () => {
    const { notices = [] } = await sender.get<{ notices?: { code: string }[] }>('/readyz')
    expect(notices.map(({ code }) => code)).toEqual(['HEARTBEAT_FAILED'])
  }, PATIENCE)
})

test('where nobody can say whether the collector works its heartbeat is withheld, and the next one asks again', async () => {
  await using server = await startWebhookServer()
  let asked = 0
  let logged = ''
  using sender = new HeartbeatSender({
    isWorking: () => (asked++ === 0 ? Promise.reject(new Error('no disk')) : Promise.resolve(true)),
    userAgent: 'Wardround/test',
    log: openLog({ name: 'test', destination: { write: (line) => void (logged += line) } }),
    nowMs: Date.now,
  })
  const reach = { url: new Secret(server.url), proxy: undefined, ca: undefined, timeoutMs: 60_000 }
  const heartbeat = { name: 'out', method: 'POST', reach, token: undefined, everyMs: 1000 } as const
  sender.replace([heartbeat])
  await server.untilHits(1)
  await vi.waitFor(() => expect(sender.status().get('out')?.outcome).toBe('sent'), PATIENCE)
  expect(Object.fromEntries(sender.status().get('out')?.outcomes ?? [])).toMatchObject({
    withheld: 1,
    failed: 0,
  })
  expect(logged).toContain('whether the collector is ready could not be found out: no disk')
})

describe('who may send a heartbeat', () => {
  const beat = async (receiver: CollectorHarness, name: string, token?: string) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const url = receiver.url(`/api/v1/heartbeat/${name}`)
    return (await fetch(url, { method: 'POST', headers })).status
  }

  test('its own token, on loopback nobody needs one; not another’s, not an unknown name', async () => {
    const receiver = await startReceiver()
    expect(await beat(receiver, 'north')).toBe(200)
    expect(await beat(receiver, 'north', await receiver.createToken('api', 'north'))).toBe(200)
    expect(await beat(receiver, 'north', await receiver.createToken('api', 'grafana'))).toBe(403)
    expect(await beat(receiver, 'south')).toBe(404)
    expect((await fetch(receiver.url('/api/v1/heartbeat/north'))).status).toBe(404)
  })
})

describe('settings that can not be used are refused with their place', () => {
  test.each([
    {
      yaml: 'notify:\n  selfCheck:\n    targets: [icmp:gateway]\n',
      problem: /:8:15: "icmp:gateway" is no target; expected HOST:PORT/,
    },
    {
      yaml: 'notify:\n  heartbeats:\n    - {name: a, url: http://169.254.169.254/}\n',
      problem: /:8:22: the address of channel "a" is a link-local/,
    },
    {
      yaml: 'notify:\n  heartbeats:\n    - {name: a, url: http://10.0.0.1/}\n    - {name: a, url: http://10.0.0.2/}\n',
      problem: /:9:14: heartbeat "a" is there twice/,
    },
  ])('$yaml', async ({ yaml, problem }) => {
    await expect(resolveConfig(configOf('/nowhere', yaml), {})).rejects.toThrow(problem)
  })
})

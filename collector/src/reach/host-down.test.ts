import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { CollectorHarness } from '../testing/collector-harness.ts'
import { type Ping, systemPing } from './ping.ts'

// Row A8: a dead agent and a dead host are two messages. The collector is whole and pings for real, but a host that is to be dead: 127.0.0.0/8
// answers whatever is done.

const TIMEOUT = 30_000

const RULES = `rules:
  - id: agent_offline
    name: {zh: 采集代理失联, en: Agent is silent}
    noData: agent
    own: true
    warning: {for: 2s, ping: [answers], clear: {heartbeats: 1}}
    critical: {for: 2s, ping: [lost, unknown], clear: {heartbeats: 1}}
    summary: {zh: '{{host}}', en: '{{host}}'}
    whenPing:
      lost: {name: {zh: 主机宕机, en: Host is down}, summary: {zh: '{{host}}', en: '{{host}}'}}
`

interface Answer {
  readonly alerts: readonly { readonly name: string; readonly severity: string }[]
}

async function start(ping: Ping): Promise<CollectorHarness> {
  const rules = await mkdtemp(join(tmpdir(), 'wardround-rules-'))
  onTestFinished(() => rm(rules, { recursive: true }))
  await writeFile(join(rules, 'silence.yaml'), RULES)
  const yaml = `rules: {pack: none, directory: ${rules}}`
  const harness = await CollectorHarness.start({ yaml, ping, pingEvery: '100ms' })
  onTestFinished(() => harness[Symbol.asyncDispose]())
  return harness
}

/** Until the one alert that there is is this; and stays so a second. */
async function expectAlert(harness: CollectorHarness, wanted: object): Promise<void> {
  const check = async () => {
    const { alerts } = await harness.get<Answer>('/api/v1/alerts', { 'accept-language': 'en' })
    expect(alerts).toEqual([expect.objectContaining(wanted)])
  }
  await vi.waitFor(check, { timeout: TIMEOUT, interval: 100 })
}

async function untilAnswers(harness: CollectorHarness): Promise<void> {
  const check = async () => {
    const metrics = await (await fetch(harness.url('/metrics'))).text()
    expect(metrics).toContain('wardround_collector_hosts{ping="answers"} 1')
  }
  await vi.waitFor(check, { timeout: TIMEOUT, interval: 100 })
}

test('the agent is dead, its host is not', { timeout: TIMEOUT }, async () => {
  const harness = await start(systemPing)
  const agent = await harness.join('db1', {}, { localAddress: '127.0.0.2' })
  await untilAnswers(harness)
  agent.socket.terminate()
  await expectAlert(harness, { name: 'Agent is silent', severity: 'warning' })
})

test('the host is dead', { timeout: TIMEOUT }, async () => {
  let isDead = false
  const harness = await start((address) =>
    isDead ? Promise.resolve('silent') : systemPing(address),
  )
  const agent = await harness.join('db1', {}, { localAddress: '127.0.0.2' })
  await untilAnswers(harness)
  isDead = true
  agent.socket.terminate()
  await expectAlert(harness, { name: 'Host is down', severity: 'critical' })
})

test.each([
  { note: 'of a host on the address of a proxy', from: { localAddress: '127.0.0.1' } },
  {
    note: 'that came through a proxy',
    from: { localAddress: '127.0.0.2', headers: { 'x-forwarded-for': '10.0.0.9' } },
  },
])('an agent $note says nothing of its host', { timeout: TIMEOUT }, async ({ from }) => {
  const harness = await start(systemPing)
  const agent = await harness.join('db1', {}, from)
  agent.socket.terminate()
  await expectAlert(harness, { name: 'Agent is silent', severity: 'critical' })
})

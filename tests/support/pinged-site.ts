import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CollectorHarness } from '@wardround/collector/testing'
import { AT_ONCE, CALM } from './alert-site.ts'
import { LevelAgent } from './level-agent.ts'
import { MovableClock } from './movable-clock.ts'
import { until } from './until.ts'
import { startWebhookReceiver, type WebhookReceiver } from './webhook-receiver.ts'

const DEADLINE_MS = 180_000
const REPORT_EVERY_MS = 500

/** What a row shortens. */
export interface PingedTimes {
  /** Rules in YAML; undefined: all that come with Wardround, with their own times. */
  readonly rules: string | undefined
  /** How often a host is pinged whose agent is gone, and how often the targets of the self-check. */
  readonly pingEvery: string
  readonly checkEvery: string
  /** When the collector's own network counts as lost. */
  readonly lostAfter: string
}

interface WatchedHost {
  readonly agent: LevelAgent
  readonly address: string
}

/** A collector that pings the hosts of its agents, each at an address of its own, and targets of its own network. What answers is the row's choice, a stand-in for a network. */
export class PingedSite implements AsyncDisposable {
  readonly clock = new MovableClock()
  readonly #directory: string
  readonly #receiver: WebhookReceiver
  readonly #times: PingedTimes
  readonly #hosts = new Map<string, WatchedHost>()
  readonly #dead = new Set<string>()
  readonly #reporting: NodeJS.Timeout
  #isCut = false
  #collector: CollectorHarness | undefined

  private constructor(directory: string, receiver: WebhookReceiver, times: PingedTimes) {
    this.#directory = directory
    this.#receiver = receiver
    this.#times = times
    this.#reporting = setInterval(() => {
      for (const { agent } of this.#hosts.values()) agent.report({ '/': CALM })
    }, REPORT_EVERY_MS)
  }

  static async open(times: PingedTimes, hosts: readonly string[]): Promise<PingedSite> {
    const directory = await mkdtemp(join(tmpdir(), 'wr-'))
    const site = new PingedSite(directory, await startWebhookReceiver(), times)
    try {
      await mkdir(join(directory, 'rules'))
      if (times.rules !== undefined)
        await writeFile(join(directory, 'rules', 'row.yaml'), times.rules)
      await site.#start()
      for (const host of hosts) await site.#add(host)
      await site.untilAnswering(hosts.length)
      return site
    } catch (error) {
      await site[Symbol.asyncDispose]()
      throw error
    }
  }

  /** What people were told, in order: `Host is down firing db1`. */
  get told(): string[] {
    return this.#receiver.deliveries.flatMap(({ body }) =>
      body.alerts.map(
        ({ annotations, labels, status }) =>
          `${annotations['name']} ${status} ${labels['host'] ?? ''}`,
      ),
    )
  }

  /** Alerts that there are now, `agent_offline db1`. */
  async alerts(): Promise<string[]> {
    const { alerts } = await this.#running.get<{ alerts: { rule: string; host: string }[] }>(
      '/api/v1/alerts',
    )
    return alerts.map(({ rule, host }) => `${rule} ${host}`).toSorted()
  }

  /** Its agent is gone; the host itself answers on. */
  killAgent(host: string): void {
    this.#hosts.get(host)?.agent.cut()
  }

  killHost(host: string): void {
    this.#dead.add(this.#hosts.get(host)?.address ?? '')
    this.killAgent(host)
  }

  /** The collector's network is gone: nothing answers, and every agent has lost it. */
  cutNetwork(): void {
    this.#isCut = true
    for (const { agent } of this.#hosts.values()) agent.cut()
  }

  mendNetwork(hosts: readonly string[]): void {
    this.#isCut = false
    for (const host of hosts) this.#hosts.get(host)?.agent.mend()
  }

  /** The collector ends, and another starts on what it left after so long; no agent has come back to it yet. */
  async restartAfter(ms: number): Promise<void> {
    for (const { agent } of this.#hosts.values()) agent.cut()
    await this.#running[Symbol.asyncDispose]()
    this.clock.move(ms)
    await this.#start()
    for (const { agent } of this.#hosts.values()) agent.url = this.#running.url('')
  }

  async untilConnected(hosts: readonly string[]): Promise<void> {
    const areBack = () => hosts.every((host) => this.#hosts.get(host)?.agent.isConnected === true)
    await until('the agents are back', areBack, DEADLINE_MS)
  }

  /** Pings have found so many hosts to answer. */
  async untilAnswering(count: number): Promise<void> {
    const isKnown = async () => {
      const text = await (await fetch(this.#running.url('/metrics'))).text()
      return text.includes(`wardround_collector_hosts{ping="answers"} ${count}\n`)
    }
    await until(`${count} hosts answer`, isKnown, DEADLINE_MS)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#reporting)
    for (const { agent } of this.#hosts.values()) await agent[Symbol.asyncDispose]()
    await this.#collector?.[Symbol.asyncDispose]()
    await this.#receiver[Symbol.asyncDispose]()
    await rm(this.#directory, { recursive: true, force: true })
  }

  get #running(): CollectorHarness {
    if (this.#collector === undefined) throw new Error('no collector was started')
    return this.#collector
  }

  async #start(): Promise<void> {
    const { rules, pingEvery, checkEvery, lostAfter } = this.#times
    const channels = [{ name: 'test', type: 'webhook', url: this.#receiver.url }]
    // Never pinged in earnest: the row's own ping answers for them.
    const targets = ['icmp:10.255.255.1', 'icmp:10.255.255.2']
    const selfCheck = { targets, every: checkEvery, after: lostAfter }
    const pack = rules === undefined ? 'full' : 'none'
    this.#collector = await CollectorHarness.start({
      directory: join(this.#directory, 'state'),
      nowMs: this.clock.nowMs,
      monotonicMs: this.clock.monotonicMs,
      pingEvery,
      ping: async (address) => (this.#isCut || this.#dead.has(address) ? 'silent' : 'answers'),
      yaml: `language: en
rules: {directory: ${join(this.#directory, 'rules')}, pack: ${pack}}
notify: ${JSON.stringify({ channels, ...AT_ONCE, selfCheck })}`,
    })
  }

  async #add(host: string): Promise<void> {
    const token = await this.#running.createToken('agent', host)
    const address = `127.0.0.${this.#hosts.size + 2}`
    const options = { localAddress: address }
    const agent = new LevelAgent(host, this.#running.url(''), token, options)
    this.#hosts.set(host, { agent, address })
    await until(`${host} is connected`, () => agent.isConnected, DEADLINE_MS, 20)
  }
}

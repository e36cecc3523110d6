import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CollectorHarness } from '@wardround/collector/testing'
import { AT_ONCE, HIGH } from './alert-site.ts'
import { LevelAgent } from './level-agent.ts'
import { MovableClock } from './movable-clock.ts'
import { RefusingRobots } from './refusing-robots.ts'
import { until } from './until.ts'
import { startWebhookReceiver, type WebhookReceiver } from './webhook-receiver.ts'

const DEADLINE_MS = 180_000
const HOST = 'db1'

const RULES = `rules:
  - id: full
    name: { zh: 满, en: Full }
    value: disk.used_percent
    critical: { atLeast: 90, for: 0s, clear: { below: 80, for: 1s } }
    summary: { zh: '{{path}}', en: '{{path}}' }
`

/** What became of a channel's messages: `queued`, `sent`, `given_up`. */
export type MessageCounts = ReadonlyMap<string, number>

/** A collector under a clock that a row moves, a host, and channels to robots that refuse, beside one that takes everything. */
export class RobotSite implements AsyncDisposable {
  readonly robots: RefusingRobots
  readonly clock: MovableClock
  /** What was raised: names that appear in messages. */
  readonly raised: string[] = []
  readonly #directory: string
  readonly #plain: WebhookReceiver
  #collector: CollectorHarness | undefined
  #host: LevelAgent | undefined

  private constructor(
    directory: string,
    clock: MovableClock,
    robots: RefusingRobots,
    plain: WebhookReceiver,
  ) {
    this.#directory = directory
    this.clock = clock
    this.robots = robots
    this.#plain = plain
  }

  static async open(): Promise<RobotSite> {
    const directory = await mkdtemp(join(tmpdir(), 'wr-'))
    await mkdir(join(directory, 'rules'))
    await writeFile(join(directory, 'rules', 'row.yaml'), RULES)
    const clock = new MovableClock()
    const robots = await RefusingRobots.start(clock.nowMs)
    const site = new RobotSite(directory, clock, robots, await startWebhookReceiver())
    try {
      await writeFile(site.#secretFile, RefusingRobots.secret(false), { mode: 0o600 })
      await site.#start()
      return site
    } catch (error) {
      await site[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Begins an alert; resolves with its name when the channel that takes everything was told. */
  async raise(): Promise<string> {
    const name = `p${String(this.raised.length + 1).padStart(4, '0')}`
    this.raised.push(name)
    this.#host?.report({ [name]: HIGH })
    const isTold = () => this.#plain.deliveries.some(({ body }) => namesIn(body).includes(name))
    await until(`${name} is told`, isTold, DEADLINE_MS, 20)
    return name
  }

  /** Ends the collector in order, and starts another on what it left. */
  async restart(): Promise<void> {
    await this.#running[Symbol.asyncDispose]()
    await this.#start()
  }

  /** The signing secret is the right one from now on. */
  async repairSecret(): Promise<void> {
    await writeFile(this.#secretFile, RefusingRobots.secret(true))
    await this.#running.reload(this.#yaml)
  }

  /** Channels of which /readyz says that they refuse what they are sent. */
  async refusing(): Promise<string[]> {
    const { notices = [] } = await this.#running.get<{
      notices?: { code: string; message: string }[]
    }>('/readyz')
    const said = notices.filter(({ code }) => code === 'CHANNEL_REFUSES')
    return this.robots.names.filter((name) =>
      said.some(({ message }) => message.includes(`“${name}”`)),
    )
  }

  /** Reasons for which messages were given up, as the events have them, each once. */
  async givenUpReasons(): Promise<string[]> {
    const { events } = await this.#running.get<{
      events: { body: { channel: string; reason: string } }[]
    }>('/api/v1/events?kind=notice_given_up&limit=10000')
    return [...new Set(events.map(({ body }) => `${body.channel} ${body.reason}`))].toSorted()
  }

  async countsOf(channel: string): Promise<MessageCounts> {
    const text = await (await fetch(this.#running.url('/metrics'))).text()
    const found = text.matchAll(
      /^wardround_collector_notices\{channel="([^"]+)",state="(\w+)"\} (\d+)$/gm,
    )
    return new Map(
      [...found]
        .filter(([, of]) => of === channel)
        .map(([, , state = '', n]) => [state, Number(n)]),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#host?.[Symbol.asyncDispose]()
    await this.#collector?.[Symbol.asyncDispose]()
    await this.robots[Symbol.asyncDispose]()
    await this.#plain[Symbol.asyncDispose]()
    await rm(this.#directory, { recursive: true, force: true })
  }

  get #running(): CollectorHarness {
    if (this.#collector === undefined) throw new Error('no collector was started')
    return this.#collector
  }

  get #secretFile(): string {
    return join(this.#directory, 'secret')
  }

  get #yaml(): string {
    const plain = { name: 'plain', type: 'webhook', url: this.#plain.url }
    const channels = [plain, ...this.robots.channels(this.#secretFile)]
    return `rules: {directory: ${join(this.#directory, 'rules')}, pack: none}
notify: ${JSON.stringify({ channels, ...AT_ONCE })}`
  }

  async #start(): Promise<void> {
    const collector = await CollectorHarness.start({
      directory: join(this.#directory, 'state'),
      nowMs: this.clock.nowMs,
      monotonicMs: this.clock.monotonicMs,
      yaml: this.#yaml,
    })
    this.#collector = collector
    const url = collector.url('')
    if (this.#host !== undefined) this.#host.url = url
    const host = (this.#host ??= new LevelAgent(
      HOST,
      url,
      await collector.createToken('agent', HOST),
    ))
    await until(`${HOST} is connected`, () => host.isConnected, DEADLINE_MS, 20)
  }
}

function namesIn(body: unknown): string[] {
  return JSON.stringify(body).match(/\bp\d{4}\b/g) ?? []
}

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CollectorProcess, type CollectorSettings } from './collector-process.ts'
import { LevelAgent, type Levels, type ReportOrder } from './level-agent.ts'
import { until } from './until.ts'
import { startWebhookReceiver, type WebhookReceiver } from './webhook-receiver.ts'

/** Rules of a site, as YAML, with what a test shortens. */
export interface AlertTimes {
  readonly forSeconds: number
  readonly clearSeconds: number
  /** An agent that is silent for so long raises an alert; absent: no such rule. */
  readonly silenceSeconds?: number
  /** A file system that comes no more for so long raises an alert; absent: no such rule. */
  readonly missingSeconds?: number
}

/** What a row says otherwise than one webhook that is told everything at once. */
export interface SiteOptions {
  /** `notify:` of collector.yaml. */
  readonly notify?: Readonly<Record<string, unknown>>
  /** Rules in YAML, in place of those of AlertTimes. */
  readonly rules?: string
  /** Rules that come with Wardround beside them; none where nothing is said. */
  readonly pack?: 'full' | 'none'
}

/** `notify:` members by which nothing is gathered. */
export const AT_ONCE = {
  route: { groupWait: '0s', groupInterval: '0s' },
  digestAfter: '0s',
} as const

/** One notice as it arrived. */
export interface Notice {
  readonly atMs: number
  readonly rule: string
  readonly path: string
  readonly status: 'firing' | 'resolved'
  /** Since when it fires, or when it was resolved: the time of the sample that brought it about. */
  readonly changedAtMs: number
  readonly deliveryId: string
}

/** An alert of the past, as the collector's log has it. */
export interface PastAlert {
  readonly key: string
  /** RFC 3339. */
  readonly from: string
  readonly to: string
}

const PAST_MESSAGE = 'late samples show an alert of the past'

const RELOAD_DEADLINE_MS = 120_000

/** How often hosts report. */
export const REPORT_EVERY_MS = 500
export const CALM = 40
export const HIGH = 97
export const FULL_RULE = 'fault_full'
export const SILENT_RULE = 'fault_silent'
export const MISSING_RULE = 'fault_missing'

/** A real collector with rules, a webhook receiver and hosts whose file systems are as full as the test says. Everything ends and goes with it. */
export class AlertSite implements AsyncDisposable {
  readonly receiver: WebhookReceiver
  readonly #directory: string
  readonly #agents = new Map<string, LevelAgent>()
  readonly #levels = new Map<string, Levels>()
  #collector: CollectorProcess | undefined
  #notify: Readonly<Record<string, unknown>>
  readonly #pack: string
  readonly #reporting: NodeJS.Timeout

  private constructor(directory: string, receiver: WebhookReceiver, options: SiteOptions) {
    this.#directory = directory
    this.receiver = receiver
    const channels = [{ name: 'test', type: 'webhook', url: receiver.url }]
    this.#notify = options.notify ?? { channels, ...AT_ONCE }
    this.#pack = options.pack ?? 'none'
    this.#reporting = setInterval(() => this.#report(), REPORT_EVERY_MS)
  }

  static async open(times: AlertTimes, options: SiteOptions = {}): Promise<AlertSite> {
    const directory = await mkdtemp(join(tmpdir(), 'wr-'))
    const site = new AlertSite(directory, await startWebhookReceiver(), options)
    try {
      await mkdir(join(directory, 'rules'))
      await site.#writeRules(options.rules ?? formatRules(times))
      await site.start()
      return site
    } catch (error) {
      await site[Symbol.asyncDispose]()
      throw error
    }
  }

  get collector(): CollectorProcess {
    if (this.#collector === undefined) throw new Error('no collector was started')
    return this.#collector
  }

  /** Starts the collector, or another one on what the one before left. */
  async start(): Promise<void> {
    this.#collector = await CollectorProcess.start(this.#directory, this.#settings)
    for (const agent of this.#agents.values()) agent.url = this.#collector.url
  }

  /** Puts other rules, or another `notify:`, in force by SIGHUP; resolves when they are. */
  async reload({ rules, notify = this.#notify }: SiteOptions): Promise<void> {
    this.#notify = notify
    if (rules !== undefined) await this.#writeRules(rules)
    const isDone = (line: string) => line.includes('configuration and rules re-read')
    const done = this.collector.line(isDone, RELOAD_DEADLINE_MS)
    await this.collector.configure(this.#settings)
    await done
  }

  /** A host that reports these levels from now on; undefined: nothing by itself. */
  async addHost(
    host: string,
    levels: Levels | undefined,
    order: ReportOrder = 'live-first',
  ): Promise<LevelAgent> {
    const token = await this.collector.createToken(host)
    const agent = new LevelAgent(host, this.collector.url, token, { order })
    this.#agents.set(host, agent)
    if (levels !== undefined) this.#levels.set(host, levels)
    await until(`${host} is connected`, () => agent.isConnected, 120_000, 20)
    return agent
  }

  /** Changes what a host reports, and lets it report that at once. */
  setLevels(host: string, levels: Levels): void {
    this.#levels.set(host, levels)
    this.#agents.get(host)?.report(levels)
  }

  /** The host reports nothing more; with `dead`, its agent is gone too. */
  async silence(host: string, dead: boolean): Promise<void> {
    this.#levels.delete(host)
    if (dead) await this.#agents.get(host)?.[Symbol.asyncDispose]()
  }

  /** What the collector has written down of alerts that nobody was told of. */
  get pastAlerts(): PastAlert[] {
    return (
      this.collector.lines
        .filter((line) => line.includes(PAST_MESSAGE))
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the collector's own line of JSON
        .map((line) => JSON.parse(line) as PastAlert)
    )
  }

  /** Until every agent is connected again. */
  async untilBack(withinMs: number): Promise<void> {
    const agents = [...this.#agents.values()]
    await until('all agents are back', () => agents.every((agent) => agent.isConnected), withinMs)
  }

  /** All notices of a host, in the order in which they came; those that came twice under one id once, unless `repeated`. */
  noticesOf(host: string, repeated = false): Notice[] {
    const notices = this.receiver.deliveries.flatMap(({ atMs, headers, body }) =>
      body.alerts
        .filter(({ labels }) => labels['host'] === host)
        .map(({ labels, status, startsAt, endsAt }) => ({
          atMs,
          rule: labels['alertname'] ?? '',
          path: labels['path'] ?? '',
          status,
          changedAtMs: Date.parse(status === 'firing' ? startsAt : endsAt),
          deliveryId: String(headers['wardround-delivery-id']),
        })),
    )
    if (repeated) return notices
    const seen = new Set<string>()
    return notices.filter(({ deliveryId, rule, path, status }) => {
      const told = JSON.stringify([deliveryId, rule, path, status])
      return !seen.has(told) && seen.add(told)
    })
  }

  async untilNotices(host: string, count: number, withinMs: number): Promise<void> {
    const hasCome = () => this.noticesOf(host).length >= count
    await until(`${count} notices of ${host}`, hasCome, withinMs, 50)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#reporting)
    for (const agent of this.#agents.values()) await agent[Symbol.asyncDispose]()
    await this.#collector?.kill()
    await this.receiver[Symbol.asyncDispose]()
    await rm(this.#directory, { recursive: true, force: true })
  }

  get #settings(): CollectorSettings {
    const rules = { directory: join(this.#directory, 'rules'), pack: this.#pack }
    return { rules, notify: this.#notify }
  }

  async #writeRules(text: string): Promise<void> {
    await writeFile(join(this.#directory, 'rules', 'fault.yaml'), text)
  }

  #report(): void {
    for (const [host, levels] of this.#levels) this.#agents.get(host)?.report(levels)
  }
}

function formatRules(times: AlertTimes): string {
  const { forSeconds, clearSeconds, silenceSeconds, missingSeconds } = times
  const full = `rules:
  - id: ${FULL_RULE}
    name: { zh: 满, en: Full }
    value: disk.used_percent
    critical: { atLeast: 90, for: ${forSeconds}s, clear: { below: 80, for: ${clearSeconds}s } }
    summary: { zh: 满, en: full }
`
  const silent = `  - id: ${SILENT_RULE}
    name: { zh: 失联, en: Silent }
    noData: agent
    critical: { for: ${silenceSeconds}s, clear: { heartbeats: 2 } }
    summary: { zh: 失联, en: silent }
`
  const missing = `  - id: ${MISSING_RULE}
    name: { zh: 不见, en: Missing }
    noData: disk
    warning: { for: ${missingSeconds}s }
    summary: { zh: 不见, en: missing }
`
  return [
    full,
    silenceSeconds === undefined ? '' : silent,
    missingSeconds === undefined ? '' : missing,
  ].join('')
}

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CollectorProcess, type CollectorSettings } from './collector-process.ts'
import { levelFile, type FleetPlan } from './fleet-plan.ts'
import { FleetProcess } from './fleet-process.ts'
import { compareWithLedgers, type Comparison, type LedgerOfHost } from './ledger-comparison.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'
import { pass } from './until.ts'

export interface SiteOptions {
  /** Default 20, as the matrix says. */
  readonly agents?: number
  /** Series of each; default 200. */
  readonly series?: number
  readonly everySeconds?: number
  /** Sections of collector.yaml. */
  readonly collector?: CollectorSettings
  /** Sections of agent.yaml. */
  readonly agent?: Readonly<Record<string, unknown>>
  /** Where the collector keeps its state; default: in the site's directory. */
  readonly collectorState?: string
  /** Where the agents keep theirs. */
  readonly agentState?: string
  readonly documentEvery?: number
}

/** A directory with a collector and a fleet of agents, a proxy between them: all real programs. Everything ends and goes with it. */
export class FaultSite implements AsyncDisposable {
  readonly directory: string
  readonly proxy: TcpProxy
  readonly plan: FleetPlan
  readonly #options: SiteOptions
  #collector: CollectorProcess
  #fleet: FleetProcess | undefined

  private constructor(
    directory: string,
    options: SiteOptions,
    collector: CollectorProcess,
    proxy: TcpProxy,
    plan: FleetPlan,
  ) {
    this.directory = directory
    this.#options = options
    this.#collector = collector
    this.proxy = proxy
    this.plan = plan
  }

  /** Starts the collector and makes the agents' tokens; the fleet is started by startFleet(). */
  static async open(options: SiteOptions = {}): Promise<FaultSite> {
    const directory = await mkdtemp(join(tmpdir(), 'wr-'))
    const state = options.collectorState
    const collector = await CollectorProcess.start(directory, options.collector, state)
    const proxy = await startTcpProxy(collector.port)
    const ledgers = join(directory, 'ledgers')
    await mkdir(ledgers)
    const names = Array.from({ length: options.agents ?? 20 }, (_, at) => `host-${at + 1}`)
    const hosts = []
    for (const host of names) hosts.push({ host, token: await collector.createToken(host) })
    return new FaultSite(directory, options, collector, proxy, {
      hosts,
      collectorUrl: `ws://127.0.0.1:${proxy.port}/agent/v1`,
      series: options.series ?? 200,
      everySeconds: options.everySeconds ?? 1,
      state: options.agentState ?? join(directory, 'agents'),
      ledgers,
      settings: options.agent ?? {},
      documentEvery: options.documentEvery ?? 0,
      simulated: undefined,
    })
  }

  get collector(): CollectorProcess {
    return this.#collector
  }

  get fleet(): FleetProcess {
    if (this.#fleet === undefined) throw new Error('no fleet was started')
    return this.#fleet
  }

  /** Starts the agents; again, after they were killed. */
  async startFleet(changes: Partial<FleetPlan> = {}): Promise<FleetProcess> {
    this.#fleet = await FleetProcess.start({ ...this.plan, ...changes })
    return this.#fleet
  }

  /** Starts a collector in the place of the one that has ended. */
  async restartCollector(): Promise<CollectorProcess> {
    const { collector, collectorState } = this.#options
    this.#collector = await CollectorProcess.start(this.directory, collector, collectorState)
    this.proxy.target = this.#collector.port
    return this.#collector
  }

  /** Sets what the first host reports as `mem.available_percent`: something for a rule. */
  async setLevel(percent: number): Promise<void> {
    await writeFile(levelFile(this.plan), String(percent))
  }

  compare(mayMiss?: LedgerOfHost['mayMiss']): Promise<Comparison> {
    const ledgers = this.fleet.ledgers()
    return compareWithLedgers(
      this.#collector.url,
      mayMiss === undefined ? ledgers : ledgers.map((ledger) => ({ ...ledger, mayMiss })),
    )
  }

  /**
   * The devices fall silent; waits until all that the ledgers demand is stored, or the deadline has passed; then a moment more, in which
   * something may arrive a second time, and compares.
   */
  async conclude(
    withinMs: number,
    mayMiss?: LedgerOfHost['mayMiss'],
  ): Promise<Comparison & { readonly drainMs: number }> {
    await this.fleet.quiet()
    const startedAt = performance.now()
    let comparison = await this.compare(mayMiss)
    while (comparison.lost > 0 && performance.now() - startedAt < withinMs) {
      await pass(500)
      comparison = await this.compare(mayMiss)
    }
    const drainMs = performance.now() - startedAt
    await pass(SETTLE_MS)
    return { ...(await this.compare(mayMiss)), drainMs }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#fleet?.kill()
    await this.#collector.kill()
    await this.proxy[Symbol.asyncDispose]()
    await rm(this.directory, { recursive: true, force: true })
  }
}

/** In which what an agent would send twice would arrive. */
const SETTLE_MS = 700

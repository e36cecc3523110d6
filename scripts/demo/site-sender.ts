import type { Batch, DocumentItem, EventItem, SampleBlock } from '@wardround/protocol'
import { SeriesTable } from '@wardround/protocol'
import { BlockBuilder } from './block-builder.ts'
import { SimulatedAgent } from './simulated-agent.ts'
import type { SiteAgent } from './site.ts'
import { isDue, LIVE_STEP_MS, type Tick, ticksBetween } from './timetable.ts'

export interface SiteSenderOptions {
  readonly agents: readonly SiteAgent[]
  /** ws://…/agent/v1 */
  readonly url: string
  readonly tokens: ReadonlyMap<string, string>
  readonly nowMs: () => number
}

/** A batch is closed at so many samples: well below what a frame holds. */
const SAMPLES_PER_BATCH = 16_000
const BLOCKS_PER_BATCH = 2_000
const MINUTE_MS = 60_000
/** What is sent at once of all agents: time goes on evenly everywhere. */
const STRETCH_MS = 6 * 60 * MINUTE_MS

/** Sends what happens at the site, from one time to the next, as the agents of its hosts. */
export class SiteSender implements AsyncDisposable {
  readonly #agents: readonly AgentSender[]

  private constructor(agents: readonly AgentSender[]) {
    this.#agents = agents
  }

  /** Connects all agents. @throws DemoRefusedError */
  static async connect({ agents, url, tokens, nowMs }: SiteSenderOptions): Promise<SiteSender> {
    const connected = agents.map(async (agent) => {
      const table = new SeriesTable()
      const token = tokens.get(agent.host) ?? ''
      const link = await SimulatedAgent.connect({ url, host: agent.host, token, table, nowMs })
      return new AgentSender(agent, link, table, nowMs)
    })
    return new SiteSender(await Promise.all(connected))
  }

  /** Samples that the collector has made durable. */
  get acknowledged(): number {
    return this.#agents.reduce((sum, { link }) => sum + link.acknowledged, 0)
  }

  /**
   * Sends everything after one time and up to another, and waits until it is durable. `isStart`: agents that have just been started say all they know at
   * the last moment, however seldom they look.
   */
  async advance(
    afterMs: number,
    untilMs: number,
    {
      isStart = false,
      onProgress = () => undefined,
    }: { isStart?: boolean; onProgress?: (untilMs: number) => void } = {},
  ): Promise<void> {
    for (let fromMs = afterMs; fromMs < untilMs; fromMs += STRETCH_MS) {
      const toMs = Math.min(fromMs + STRETCH_MS, untilMs)
      const isLast = toMs === untilMs
      await Promise.all(
        this.#agents.map((agent) => agent.sendBetween(fromMs, toMs, isStart && isLast)),
      )
      onProgress(toMs)
    }
    await Promise.all(this.#agents.map(({ link }) => link.settled()))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#agents.map(({ link }) => link[Symbol.asyncDispose]()))
  }
}

class AgentSender {
  readonly link: SimulatedAgent
  readonly #agent: SiteAgent
  readonly #builders: readonly BlockBuilder[]
  readonly #nowMs: () => number
  #blocks: SampleBlock[] = []
  #samples = 0

  constructor(agent: SiteAgent, link: SimulatedAgent, table: SeriesTable, nowMs: () => number) {
    this.#agent = agent
    this.link = link
    this.#nowMs = nowMs
    this.#builders = agent.subjects.map((subject) => new BlockBuilder(subject, table))
  }

  async sendBetween(afterMs: number, untilMs: number, isStart: boolean): Promise<void> {
    const nowMs = this.#nowMs()
    for (const tick of ticksBetween(afterMs, untilMs, nowMs)) {
      if (this.#agent.isAway(tick.timeMs)) continue
      this.#add(tick, isStart && tick.timeMs > untilMs - LIVE_STEP_MS)
      if (this.#samples >= SAMPLES_PER_BATCH || this.#blocks.length >= BLOCKS_PER_BATCH)
        await this.#flush()
    }
    await this.#flush(this.#events(afterMs, untilMs), this.#documents(afterMs, untilMs, isStart))
  }

  /** At a start everything is due. */
  #add(tick: Tick, isStart: boolean): void {
    for (const builder of this.#builders) {
      const block = builder.build(tick.timeMs, (part) => isStart || isDue(part, tick))
      if (block === undefined) continue
      this.#blocks.push(block)
      this.#samples += block.values.length
    }
  }

  async #flush(
    events: readonly EventItem[] = [],
    documents: readonly DocumentItem[] = [],
  ): Promise<void> {
    const newestMs = Math.max(
      ...[...this.#blocks, ...events, ...documents].map(({ timeMs }) => timeMs),
    )
    if (newestMs === -Infinity) return
    const batch: Batch = { blocks: this.#blocks, events, documents }
    this.#blocks = []
    this.#samples = 0
    await this.link.send(batch, newestMs)
  }

  #events(afterMs: number, untilMs: number): EventItem[] {
    return this.#agent.facts.events
      .filter(({ atMs }) => atMs > afterMs && atMs <= untilMs)
      .map(({ subject = '', atMs, kind, key, body }) => ({
        subject,
        timeMs: Math.floor(atMs),
        kind,
        key,
        body,
      }))
  }

  /** Snapshots once a minute, and only of now: nobody keeps those of before. */
  #documents(afterMs: number, untilMs: number, isStart: boolean): DocumentItem[] {
    const { facts } = this.#agent
    if (isStart) return [...facts.documents(untilMs), ...facts.snapshots(untilMs)]
    const isMinute = Math.floor(afterMs / MINUTE_MS) !== Math.floor(untilMs / MINUTE_MS)
    const isLive = this.#nowMs() - untilMs < MINUTE_MS
    return isMinute && isLive ? facts.snapshots(untilMs) : []
  }
}

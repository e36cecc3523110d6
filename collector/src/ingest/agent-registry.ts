import type { HeldRanges } from '@wardround/protocol'
import { Agent } from './agent.ts'

/** Every agent that has an identity here and was heard of since the collector started, or is named in the journal. */
export class AgentRegistry {
  readonly #agents = new Map<string, Agent>()

  /** The agent of an identity's host; made when it is first asked for. */
  of(host: string): Agent {
    const known = this.#agents.get(host)
    if (known !== undefined) return known
    const agent = new Agent(host)
    this.#agents.set(host, agent)
    return agent
  }

  find(host: string): Agent | undefined {
    return this.#agents.get(host)
  }

  [Symbol.iterator](): IterableIterator<Agent> {
    return this.#agents.values()
  }

  /** Which batches are durable, of all agents: what a segment of the journal begins with. */
  heldRanges(): HeldRanges[] {
    return [...this].flatMap((agent) => [...agent.held.ranges(agent.host)])
  }
}

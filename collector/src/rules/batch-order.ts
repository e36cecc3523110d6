import type { AcceptedBatch } from '../accepted-batch.ts'

interface AgentOrder {
  epoch: string
  sequence: number
  /** Newest block time, shifted. */
  newestMs: number
  shiftMs: number
}

/** Times that go back by less are waited out: for so long samples count as not newer. */
const WAITED_OUT_MS = 60_000

/**
 * Keeps "newer" meaning newer when a clock is set back. Rules ignore a sample that is not newer than the last of its series; where the times of
 * an agent's batches go back although their sequence goes on, the clock was set back, and from then on its times are shifted, for comparison
 * only, so that they rise again.
 */
export class BatchOrder {
  readonly #agents = new Map<string, AgentOrder>()

  /** What to add to the times of a batch's blocks before they are compared with those before. */
  shiftOf({ agent, id, batch }: AcceptedBatch): number {
    let newestMs = -Infinity
    for (const { timeMs } of batch.blocks) if (timeMs > newestMs) newestMs = timeMs
    // what comes by line protocol for a host whose agent it is not has an order of its own
    const key = agent === '' ? `\n${batch.blocks[0]?.subject ?? ''}` : agent
    const order = this.#agents.get(key)
    if (order === undefined) {
      this.#agents.set(key, { ...id, newestMs, shiftMs: 0 })
      return 0
    }
    const isNext = id.epoch !== order.epoch || id.sequence > order.sequence
    if (isNext) {
      const behindMs = order.newestMs - (newestMs + order.shiftMs)
      if (behindMs > WAITED_OUT_MS && newestMs > -Infinity) order.shiftMs += behindMs + 1
      order.epoch = id.epoch
      order.sequence = id.sequence
      order.newestMs = Math.max(order.newestMs, newestMs + order.shiftMs)
    }
    return order.shiftMs
  }
}

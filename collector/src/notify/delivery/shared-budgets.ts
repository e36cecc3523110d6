import type { Channel } from '../channel.ts'
import type { NotificationOutbox } from '../outbox/outbox-store.ts'
import { RateBudget } from './rate-budget.ts'

interface BudgetParts {
  readonly outbox: Pick<NotificationOutbox, 'recentAttempts' | 'pauses'>
  /** All that are configured. */
  readonly channels: () => readonly Channel[]
  readonly nowMs: () => number
}

interface Shared {
  readonly budget: RateBudget
  /** What an earlier process left is in it; undefined: the outbox could not be read yet. */
  recalled: Promise<void> | undefined
}

/**
 * What a channel's service counts by: two channels with one robot's address are one, and a channel with a corrected address does not wait for the old one.
 * Shows no secret.
 */
export function serviceOf({
  name,
  limit,
  addressHash = '',
}: Pick<Channel, 'name' | 'limit' | 'addressHash'>): string {
  return limit?.key ?? `channel ${name} ${addressHash}`
}

/** One budget for each service, begun with the attempts and the pause that the outbox knows of: a restart gives no service more than it takes. */
export class SharedBudgets {
  readonly #parts: BudgetParts
  readonly #shared = new Map<string, Shared>()

  constructor(parts: BudgetParts) {
    this.#parts = parts
  }

  /** Where the outbox can't be read, which the queue says, the budget knows this process's requests alone. */
  async of(channel: Channel): Promise<RateBudget> {
    const service = serviceOf(channel)
    const shared = this.#shared.get(service) ?? { budget: new RateBudget(), recalled: undefined }
    this.#shared.set(service, shared)
    shared.recalled ??= this.#recall(service, shared.budget)
    try {
      await shared.recalled
    } catch {
      shared.recalled = undefined
    }
    return shared.budget
  }

  async #recall(service: string, budget: RateBudget): Promise<void> {
    const { outbox, channels, nowMs } = this.#parts
    const alike = channels().filter((channel) => serviceOf(channel) === service)
    const windows = alike.flatMap(({ limit }) => limit?.windows ?? [])
    const longestMs = Math.max(0, ...windows.map(({ perMs }) => perMs))
    const names = alike.map(({ name }) => name)
    const ends = longestMs === 0 ? [] : await outbox.recentAttempts(names, nowMs() - longestMs)
    const pause = (await outbox.pauses()).find((one) => one.service === service)
    budget.recall(ends, pause?.untilMs ?? 0, nowMs())
  }
}

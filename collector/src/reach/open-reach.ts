import type { ClosingStack } from '@wardround/program'
import type { AgentRegistry } from '../ingest/agent-registry.ts'
import type { Alerting } from '../notify/alerting.ts'
import { pingableAddress } from './peer-address.ts'
import type { Ping } from './ping.ts'
import { ReachWatch } from './reach-watch.ts'

export interface ReachParts {
  readonly registry: AgentRegistry
  readonly alerting: Pick<Alerting, 'hearPing' | 'pingOf'>
  readonly ping: Ping
  /** The collector's own network is lost. */
  isPaused(): boolean
  readonly goneEveryMs: number
  readonly monotonicMs: () => number
}

const LONGEST_TICK_MS = 1_000

/** Begins to ping the hosts of agents, those of an earlier process among them. */
export function openReach(
  { registry, alerting, ...options }: ReachParts,
  stack: ClosingStack,
): ReachWatch {
  const reach = new ReachWatch({
    ...options,
    onChange: (host, state) => alerting.hearPing(host, state),
  })
  for (const { host, address = '' } of registry)
    reach.recall(host, pingableAddress(address), alerting.pingOf(host))
  const everyMs = Math.min(LONGEST_TICK_MS, options.goneEveryMs)
  const timer = setInterval(() => reach.tick(), everyMs).unref()
  stack.defer(async () => clearInterval(timer))
  return reach
}

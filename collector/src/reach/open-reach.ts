import type { ClosingStack } from '@wardround/program'
import type { AgentRegistry } from '../ingest/agent-registry.ts'
import type { Alerting } from '../notify/alerting.ts'
import type { CollectorSettings } from '../configuration/settings.ts'
import type { OwnNetwork } from './own-network.ts'
import { pingableAddress } from './peer-address.ts'
import type { Ping } from './ping.ts'
import { ReachWatch } from './reach-watch.ts'

export interface ReachParts {
  readonly registry: AgentRegistry
  readonly alerting: Pick<Alerting, 'engine'>
  readonly ping: Ping
  readonly network: Pick<OwnNetwork, 'isFailing'>
  readonly settings: { readonly deadlines: Pick<CollectorSettings['deadlines'], 'pingMs'> }
  readonly monotonicMs: () => number
}

const LONGEST_TICK_MS = 1_000

/** Begins to ping the hosts of agents, those of an earlier process among them. */
export function openReach(parts: ReachParts, stack: ClosingStack): ReachWatch {
  const { registry, alerting, network, settings } = parts
  const goneEveryMs = settings.deadlines.pingMs
  const reach = new ReachWatch({
    ...parts,
    goneEveryMs,
    isPaused: () => network.isFailing,
    onChange: (host, state) => alerting.engine.hearPing(host, state),
  })
  for (const { host, address = '' } of registry)
    reach.recall(host, pingableAddress(address), alerting.engine.pingOf(host))
  const timer = setInterval(() => reach.tick(), Math.min(LONGEST_TICK_MS, goneEveryMs)).unref()
  stack.defer(async () => clearInterval(timer))
  return reach
}

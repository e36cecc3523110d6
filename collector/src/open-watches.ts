import type { ClosingStack, LocalizedText, Logger } from '@wardround/program'
import type { CollectorConfig } from './config.ts'
import { ExpectedCollectors } from './heartbeat/expected-collectors.ts'
import { HeartbeatSender } from './heartbeat/heartbeat-sender.ts'
import type { Alerting } from './notify/alerting.ts'
import { OwnNetwork } from './reach/own-network.ts'
import type { Ping } from './reach/ping.ts'
import type { ResolvedConfig } from './configuration/resolve-config.ts'
import { VERSION } from './version.ts'

/** The name of what the rule about the collector's own network watches. */
const OWN_NETWORK = 'collector'

export interface WatchParts {
  readonly alerting: Pick<Alerting, 'engine' | 'dispatching'>
  readonly ping: Ping
  /** Whether storing, rules and notices work. */
  isWorking(): Promise<boolean>
  readonly log: Logger
  readonly nowMs: () => number
  readonly monotonicMs: () => number
}

/** What watches over the collector itself and over its neighbours. */
export interface Watches {
  readonly network: OwnNetwork
  readonly heartbeats: ExpectedCollectors
  readonly sender: HeartbeatSender
  /** Puts a configuration in force. */
  replace(config: CollectorConfig, resolved: ResolvedConfig): void
}

export function openWatches(parts: WatchParts, stack: ClosingStack): Watches {
  const { alerting } = parts
  const freeze = (reason: LocalizedText | undefined) =>
    alerting.dispatching.act((dispatcher, nowMs) => dispatcher.held.setFrozen(reason, nowMs))
  const network = new OwnNetwork({
    ...parts,
    onFrozen: freeze,
    onReached: () => alerting.engine.hear('network', OWN_NETWORK),
  })
  const sender = new HeartbeatSender({ ...parts, userAgent: `Wardround/${VERSION}` })
  const heartbeats = new ExpectedCollectors(alerting.engine)
  // what an earlier process found out of its network says nothing of now
  if (alerting.dispatching.look((dispatcher) => dispatcher.held.frozen) !== undefined)
    freeze(undefined)
  stack.defer(async () => {
    network[Symbol.dispose]()
    sender[Symbol.dispose]()
  })
  return {
    network,
    heartbeats,
    sender,
    replace({ notify }, resolved) {
      alerting.engine.expect('network', resolved.selfCheck === undefined ? [] : [OWN_NETWORK])
      network.replace(resolved.selfCheck)
      heartbeats.replace(notify.heartbeatsFrom)
      sender.replace(resolved.heartbeats)
    },
  }
}

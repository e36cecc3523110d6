import type { FileLayer } from '@wardround/journal'
import type { Located, Logger } from '@wardround/program'
import { ClosingStack } from '@wardround/program'
import type { ConfigInForce } from './configuration/config-changes.ts'
import type { CollectorConfig } from './config.ts'
import { type Consumers, openConsumers } from './consumers.ts'
import { openEntrance } from './entrance.ts'
import { type Foundations, layFoundations } from './foundations.ts'
import { listen, toListenAddress } from './http/listen.ts'
import { type Ping, systemPing } from './reach/ping.ts'
import { openServer } from './open-server.ts'
import { openWatches } from './open-watches.ts'
import { openPage } from './page.ts'
import { PendingRestart } from './readiness/pending-restart.ts'
import { RefusedReload } from './readiness/refused-reload.ts'
import { unreadyReasons } from './readiness/readiness.ts'
import { findFault } from './readiness/vital-signs.ts'
import { reload } from './reload.ts'
import { resolveConfig } from './configuration/resolve-config.ts'
import { startRuleHistory } from './rule-history/rule-history.ts'
import { type CollectorSettings, toSettings } from './configuration/settings.ts'
import { startUpkeep } from './state/upkeep.ts'

/** What a collector gets from the program around it. */
export interface CollectorDeps {
  readonly log: Logger
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Directory of the built page. */
  readonly console: string
  readonly nowMs?: () => number
  readonly monotonicMs?: () => number
  /** The journal's files, for tests of faults. */
  readonly files?: FileLayer
  /** The same of hosts. */
  readonly ping?: Ping
}

/** A running collector. */
export interface Collector extends AsyncDisposable {
  /** HOST:PORT where it listens, with the port that it got. */
  readonly address: string
  /** Rejects when a part has failed that the collector can't do without. */
  readonly failed: Promise<never>
  /** What a new start might mend, for a watchdog; undefined: nothing. */
  findFault(): Promise<string | undefined>
  /** Reads another configuration and puts it in force, as far as that goes while running. @throws ConfigError: the old one stays, and the log and `/readyz` say so */
  reload(read: () => Promise<Located<CollectorConfig>>): Promise<void>
}

/**
 * Starts a collector; it listens when this resolves.
 * @throws StateLockedError, StateTooNewError, StartError
 */
export async function startCollector(
  config: Located<CollectorConfig>,
  deps: CollectorDeps,
): Promise<Collector> {
  const stack = new ClosingStack()
  try {
    return await assemble(config, deps, stack)
  } catch (error) {
    await stack[Symbol.asyncDispose]()
    throw error
  }
}

/** The way data flows: agents come in at the entrance, the journal takes what they bring, its consumers read it, the server answers. Closed in reverse. */
async function assemble(
  config: Located<CollectorConfig>,
  deps: CollectorDeps,
  stack: ClosingStack,
): Promise<Collector> {
  const { log, environment, nowMs = Date.now, monotonicMs = () => performance.now() } = deps
  const settings = toSettings(config.value)
  const resolved = await resolveConfig(config, environment)
  const parts = {
    config,
    settings,
    resolved,
    log,
    environment,
    nowMs,
    monotonicMs,
    files: deps.files,
    ping: deps.ping ?? systemPing,
    refused: new RefusedReload(log, nowMs),
    pendingRestart: new PendingRestart(config.value),
  }

  const foundations = await layFoundations(config, parts, stack)
  const address = toListenAddress(config, foundations.tokens)
  const consumers = await openConsumers(parts, foundations, stack)
  const page = openPage(parts, foundations, consumers, stack)
  const watches = openWatches({ ...parts, ...consumers, isWorking: () => isReady() }, stack)
  const entrance = openEntrance({ ...parts, ...watches }, foundations, consumers, page, stack)
  const isReady = async () => (await unreadyReasons({ ...consumers, ...entrance })).length === 0

  let current: ConfigInForce = { config, rules: resolved.rules }
  const server = await openServer(
    {
      ...parts,
      console: deps.console,
      address,
      isDemo: settings.isDemo,
      config: () => current.config.value,
    },
    { foundations, consumers, page, entrance, watches },
    stack,
  )
  const bound = await listen(server, address)
  await foundations.lock.announce(bound, foundations.paths.controlSocket)
  consumers.alerting.start()
  watches.replace(config.value, resolved)
  const history = stack.use(startRuleHistory({ ...parts, ...consumers }))
  stack.use(startUpkeep({ ...parts, ...foundations, ...keepingTimes(settings) }))

  return {
    address: bound,
    ...vitalsOf(foundations, consumers),
    async reload(read) {
      const running = { ...parts, ...foundations, ...consumers, ...page, ...entrance, watches }
      current = await parts.refused.watch(
        async () => reload(current, await read(), running),
        current.config.value.language,
      )
      history.renew()
    },
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  }
}

/** What the program around it should know of. */
function vitalsOf(
  { state }: Pick<Foundations, 'state'>,
  { store }: Pick<Consumers, 'store'>,
): Pick<Collector, 'failed' | 'findFault'> {
  return { failed: state.failed, findFault: () => findFault(state, store) }
}

/** How long is kept what, and how often is saved who lives. */
function keepingTimes({ recordsMs, rawLogs, deadlines }: CollectorSettings) {
  return { keepMs: () => recordsMs, rawLogs: () => rawLogs, everyMs: deadlines.aliveMs }
}

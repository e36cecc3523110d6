import { ConfigError, credentialsBeside, type Located } from '@wardround/program'
import type { CollectorConfig } from '../config.ts'
import { type Heartbeat, readHeartbeats } from '../heartbeat/heartbeat.ts'
import type { Channel } from '../notify/channel.ts'
import { demoChannel } from '../notify/channels/demo-channel.ts'
import { readChannels } from '../notify/channels/read-channels.ts'
import { ChannelSettingsError } from '../notify/channels/settings-reader.ts'
import type { DispatchRules } from '../notify/dispatch/dispatcher.ts'
import { readRelaySenders, type RelaySender } from '../notify/relay/relay-senders.ts'
import type { Project } from '../projects/project.ts'
import { readProjects } from '../projects/read-projects.ts'
import type { SelfCheck } from '../reach/own-network.ts'
import { readSelfCheck } from '../reach/read-self-check.ts'
import { readCatalogue } from './read-catalogue.ts'
import { readRules } from './read-rules.ts'
import { readStores, type RemoteStoreSettings } from '../store/remote/read-stores.ts'
import { FoundProblems } from './found-problems.ts'
import { resolveDispatch } from './resolve-dispatch.ts'
import type { Catalogue } from '../rules/catalogue.ts'
import type { RuleSet } from '../rules/compiled-rule.ts'

/** What a configuration refers to, read and checked. */
export interface ResolvedConfig {
  /** What is measured: declared by the probes, and by the site. */
  readonly catalogue: Catalogue
  readonly rules: RuleSet
  readonly projects: readonly Project[]
  readonly channels: readonly Channel[]
  readonly dispatch: DispatchRules
  readonly selfCheck: SelfCheck | undefined
  readonly heartbeats: readonly Heartbeat[]
  readonly relaySenders: readonly RelaySender[]
  readonly stores: readonly RemoteStoreSettings[]
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the files that a configuration names: rules, projects and secrets. What is wrong with each is told at once; what needs a part that could not be read
 * waits for it.
 * @throws ConfigError
 */
export async function resolveConfig(
  config: Located<CollectorConfig>,
  environment: Environment,
): Promise<ResolvedConfig> {
  const { projects, calendar } = config.value
  const found = new FoundProblems()
  const catalogue = await found.gather(() => readCatalogue(config.value.rules.metrics))
  const rules = await found.gather(
    async () => catalogue && readRules(config.value.rules, catalogue),
  )
  const notify = await found.gather(() => readNotify(config, environment))
  const read = await found.gather(
    async () => rules && readProjects(projects.directory, { clauses: rules.clauses, calendar }),
  )
  const stores = await found.gather(() => readStores(config, environment))
  const dispatch = await found.gather(
    async () =>
      catalogue && rules && notify && resolveDispatch(config, notify.channels, catalogue, rules),
  )
  found.throw()
  if (!(catalogue && rules && notify && read && stores && dispatch))
    throw new RangeError(INCOMPLETE)
  return { catalogue, rules, projects: read, ...notify, stores, dispatch }
}

async function readNotify(
  config: Located<CollectorConfig>,
  environment: Environment,
): Promise<Pick<ResolvedConfig, 'channels' | 'selfCheck' | 'heartbeats' | 'relaySenders'>> {
  const { notify, language, demo } = config.value
  const reading = { environment: credentialsBeside(config.file, environment), language }
  const found = new FoundProblems()
  const gather = <T>(read: () => Promise<T>) => found.gather(() => located(config, read))
  const read = await gather(() => readChannels(notify, reading.environment, language))
  const channels = demo ? read?.map(demoChannel) : read
  const heartbeats = await gather(() => readHeartbeats(notify.heartbeats, reading))
  const selfCheck = await gather(async () => ({ is: readSelfCheck(notify.selfCheck) }))
  const relaySenders = await gather(
    async () => channels && readRelaySenders(notify.relayFrom, channels, reading),
  )
  found.throw()
  if (!(channels && heartbeats && selfCheck && relaySenders)) throw new RangeError(INCOMPLETE)
  return { channels, heartbeats, selfCheck: selfCheck.is, relaySenders }
}

const INCOMPLETE = 'a part of the configuration is missing and nothing is wrong with it'

/** Reads a part of `notify:`. @throws ConfigError with the places of what is wrong */
async function located<T>(config: Located<CollectorConfig>, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof ChannelSettingsError)) throw error
    const problems = [error, ...error.others].map(({ path, what }) =>
      config.problem(['notify', ...path], what),
    )
    throw new ConfigError(problems, { cause: error })
  }
}

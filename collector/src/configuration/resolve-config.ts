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
 * Reads the files that a configuration names: rules, projects and secrets.
 * @throws ConfigError
 */
export async function resolveConfig(
  config: Located<CollectorConfig>,
  environment: Environment,
): Promise<ResolvedConfig> {
  const { projects, calendar } = config.value
  const catalogue = await readCatalogue(config.value.rules.metrics)
  const rules = await readRules(config.value.rules, catalogue)
  const notify = await readNotify(config, environment)
  return {
    catalogue,
    rules,
    projects: await readProjects(projects.directory, { clauses: rules.clauses, calendar }),
    ...notify,
    stores: await readStores(config, environment),
    dispatch: await resolveDispatch(config, notify.channels, catalogue, rules),
  }
}

async function readNotify(
  config: Located<CollectorConfig>,
  environment: Environment,
): Promise<Pick<ResolvedConfig, 'channels' | 'selfCheck' | 'heartbeats' | 'relaySenders'>> {
  const { notify, language, demo } = config.value
  const reading = { environment: credentialsBeside(config.file, environment), language }
  try {
    const read = await readChannels(notify, reading.environment, language)
    const channels = demo ? read.map(demoChannel) : read
    return {
      channels,
      selfCheck: readSelfCheck(notify.selfCheck),
      heartbeats: await readHeartbeats(notify.heartbeats, reading),
      relaySenders: await readRelaySenders(notify.relayFrom, channels, reading),
    }
  } catch (error) {
    throw error instanceof ChannelSettingsError ? locate(config, error) : error
  }
}

function locate(config: Located<CollectorConfig>, error: ChannelSettingsError): ConfigError {
  return new ConfigError([config.problem(['notify', ...error.path], error.what)], { cause: error })
}

import { changedNames, type Located } from '@wardround/program'
import type { CollectorConfig } from '../config.ts'
import type { RuleSet } from '../rules/compiled-rule.ts'

/** What differs between two configurations, for the log. */
export interface ConfigChanges {
  /** Keys of collector.yaml. */
  readonly settings: readonly string[]
  /** Hosts that are new, gone or described otherwise. */
  readonly hosts: readonly string[]
  /** Rules that are new, gone or say something else, by id. */
  readonly rules: readonly string[]
}

/** A configuration and the rules that it led to. */
export interface ConfigInForce {
  readonly config: Located<CollectorConfig>
  readonly rules: Pick<RuleSet, 'definitions'>
}

export function configChanges(before: ConfigInForce, after: ConfigInForce): ConfigChanges {
  return {
    settings: changedNames(settingsOf(before), settingsOf(after)),
    hosts: changedNames(hostsOf(before), hostsOf(after)),
    rules: changedNames(before.rules.definitions, after.rules.definitions),
  }
}

function settingsOf({ config }: ConfigInForce): ReadonlyMap<string, unknown> {
  return new Map<string, unknown>(Object.entries(config.value))
}

function hostsOf({ config }: ConfigInForce): ReadonlyMap<string, unknown> {
  return new Map(config.value.hosts.map((host) => [host.name, host]))
}

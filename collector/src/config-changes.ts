import { isDeepStrictEqual } from 'node:util'
import type { CollectorConfig } from './config.ts'
import type { RuleSet } from './rules/compiled-rule.ts'

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
  readonly config: CollectorConfig
  readonly rules: Pick<RuleSet, 'definitions'>
}

export function configChanges(before: ConfigInForce, after: ConfigInForce): ConfigChanges {
  return {
    settings: differing(settingsOf(before), settingsOf(after)),
    hosts: differing(hostsOf(before), hostsOf(after)),
    rules: differing(before.rules.definitions, after.rules.definitions),
  }
}

function settingsOf({ config }: ConfigInForce): ReadonlyMap<string, unknown> {
  return new Map<string, unknown>(Object.entries(config))
}

function hostsOf({ config }: ConfigInForce): ReadonlyMap<string, unknown> {
  return new Map(config.hosts.map((host) => [host.name, host]))
}

function differing(
  before: ReadonlyMap<string, unknown>,
  after: ReadonlyMap<string, unknown>,
): string[] {
  const keys = new Set([...before.keys(), ...after.keys()])
  return [...keys].filter((key) => !isDeepStrictEqual(before.get(key), after.get(key)))
}

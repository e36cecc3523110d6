import { isDeepStrictEqual } from 'node:util'
import type { CollectorConfig } from './config.ts'

/** What differs between two configurations, for the log. */
export interface ConfigChanges {
  /** Keys of collector.yaml. */
  readonly settings: readonly string[]
  /** Hosts that are new, gone or described otherwise. */
  readonly hosts: readonly string[]
}

export function configChanges(before: CollectorConfig, after: CollectorConfig): ConfigChanges {
  const old = new Map<string, unknown>(Object.entries(before))
  const fresh = new Map<string, unknown>(Object.entries(after))
  const oldHosts = new Map(before.hosts.map((host) => [host.name, host]))
  const freshHosts = new Map(after.hosts.map((host) => [host.name, host]))
  return { settings: differing(old, fresh), hosts: differing(oldHosts, freshHosts) }
}

function differing(
  before: ReadonlyMap<string, unknown>,
  after: ReadonlyMap<string, unknown>,
): string[] {
  const keys = new Set([...before.keys(), ...after.keys()])
  return [...keys].filter((key) => !isDeepStrictEqual(before.get(key), after.get(key)))
}

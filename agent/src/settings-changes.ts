import type { AgentSettings } from './settings.ts'

/** What differs between two configurations, for the log. */
export interface SettingsChanges {
  /** Names of settings, but for the probes'. */
  readonly settings: readonly string[]
  /** Probes that are switched on or off, or have another interval or other options. */
  readonly probes: readonly string[]
}

/** Compares by JSON: settings that were handed from one process image to the next are made of it. */
export function settingsChanges(before: AgentSettings, after: AgentSettings): SettingsChanges {
  const { probes: oldProbes, ...old } = before
  const { probes: newProbes, ...fresh } = after
  return {
    settings: differing(new Map(Object.entries(old)), new Map(Object.entries(fresh))),
    probes: differing(oldProbes, newProbes),
  }
}

function differing(
  before: ReadonlyMap<string, unknown>,
  after: ReadonlyMap<string, unknown>,
): string[] {
  const names = new Set([...before.keys(), ...after.keys()])
  return [...names].filter(
    (name) => JSON.stringify(before.get(name)) !== JSON.stringify(after.get(name)),
  )
}

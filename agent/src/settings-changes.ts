import { changedNames } from '@wardround/program/running'
import type { AgentSettings } from './settings.ts'

/** What differs between two configurations, for the log. */
export interface SettingsChanges {
  /** Names of settings, but for the probes'. */
  readonly settings: readonly string[]
  /** Probes that are switched on or off, or have another interval or other options. */
  readonly probes: readonly string[]
}

export function settingsChanges(before: AgentSettings, after: AgentSettings): SettingsChanges {
  const { probes: oldProbes, ...old } = before
  const { probes: newProbes, ...fresh } = after
  return {
    settings: changedNames(new Map(Object.entries(old)), new Map(Object.entries(fresh))),
    probes: changedNames(oldProbes, newProbes),
  }
}

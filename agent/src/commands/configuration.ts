import { existsSync } from 'node:fs'
import { loadConfig, type CommonOptions, type Located } from '@wardround/program'
import { AgentConfig } from '../config.ts'
import { resolveSettings, type AgentSettings } from '../settings.ts'

/** Where the configuration is when nobody says otherwise. */
const DEFAULT_CONFIG_FILE = '/etc/wardround/agent.yaml'

export interface AgentConfiguration {
  readonly config: Located<AgentConfig>
  readonly settings: AgentSettings
}

/** The configuration as the options ask for it. @throws ConfigError */
export async function readConfiguration(options: CommonOptions): Promise<AgentConfiguration> {
  const file = options.config ?? (existsSync(DEFAULT_CONFIG_FILE) ? DEFAULT_CONFIG_FILE : undefined)
  const config = await loadConfig(AgentConfig, file, process.env)
  const settings = resolveSettings(config)
  return {
    config,
    settings: options.state === undefined ? settings : { ...settings, state: options.state },
  }
}

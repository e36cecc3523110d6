import {
  becomeOwnerOf,
  type CommonOptions as SharedOptions,
  type Located,
} from '@wardround/program'
import type { CollectorConfig } from '../config.ts'
import { readConfig } from '../configuration/read-config.ts'
import { type StatePaths, toStatePaths } from '../state/state-paths.ts'

/** Options of the collector's commands; only `run` listens. */
export interface CommonOptions extends SharedOptions {
  readonly listen?: string
}

/** The configuration as the options ask for it. @throws ConfigError */
export function configOf(options: CommonOptions): Promise<Located<CollectorConfig>> {
  const { config: file, state, listen, lang: language } = options
  return readConfig({ file, state, listen, language }, process.env)
}

/** The state directory as the configuration has it. */
export interface ConfiguredState extends StatePaths {
  /** It holds, or is to hold, invented data. */
  readonly isDemo: boolean
}

/**
 * Where a command works in the state directory. From here on root is the directory's owner, who may not be allowed to read the configuration again.
 * @throws ConfigError, the system's error
 */
export async function statePathsOf(options: CommonOptions): Promise<ConfiguredState> {
  const { state, demo: isDemo } = (await configOf(options)).value
  await becomeOwnerOf(state)
  return { ...toStatePaths(state, process.env), isDemo }
}

import type { CommonOptions as SharedOptions, Located } from '@wardround/program'
import type { CollectorConfig } from '../config.ts'
import { readConfig } from '../read-config.ts'

/** Options of the collector's commands; only `run` listens. */
export interface CommonOptions extends SharedOptions {
  readonly listen?: string
}

/** The configuration as the options ask for it. @throws ConfigError */
export function configOf(options: CommonOptions): Promise<Located<CollectorConfig>> {
  const { config: file, state, listen, lang: language } = options
  return readConfig({ file, state, listen, language }, process.env)
}

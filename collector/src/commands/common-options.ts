import type { Located } from '@wardround/program'
import type { CollectorConfig } from '../config.ts'
import { readConfig } from '../read-config.ts'

/** Options that every command has. */
export interface CommonOptions {
  readonly config?: string
  readonly state?: string
  readonly listen?: string
  readonly lang?: 'zh-CN' | 'en'
}

/** The configuration as the options ask for it. @throws ConfigError */
export function configOf(options: CommonOptions): Promise<Located<CollectorConfig>> {
  const { config: file, state, listen, lang: language } = options
  return readConfig({ file, state, listen, language }, process.env)
}

import type { CommonOptions, Language } from '@wardround/program'
import { continueAfresh, type HandedRun } from '../handed-run.ts'
import { readConfiguration } from './configuration.ts'

/** `run`: checks the configuration, then stays until TERM or INT. @throws ConfigError */
export async function run(options: CommonOptions, language: Language): Promise<void> {
  const handed = await readRun(options, language)
  continueAfresh(handed)
  const { stay } = await import('../stay.ts')
  await stay(handed)
}

/** What the configuration says of a run now. @throws ConfigError */
export async function readRun(options: CommonOptions, language: Language): Promise<HandedRun> {
  const { config, settings } = await readConfiguration(options)
  return { settings, logLevel: config.value.log.level, options, language }
}

import { existsSync } from 'node:fs'
import { ConfigError, loadConfig, type CommonOptions, type Located } from '@wardround/program'
import { asRecord } from '../as-record.ts'
import { AgentConfig } from '../config.ts'
import { hasExpression } from '../option-check.ts'
import type { Options } from '../option.ts'
import { PROBES, SOURCES } from '../probes.gen.ts'
import { resolveSettings, type AgentSettings } from '../settings.ts'
import { DEFAULT_CONFIG_FILE, secretEnvironment } from '../secret-environment.ts'
import { loadRe2 } from '../sources/re2-engine.ts'

export interface AgentConfiguration {
  readonly config: Located<AgentConfig>
  readonly settings: AgentSettings
  /** Under which its secrets are read. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

function noFile(error: ConfigError): ConfigError {
  const what = {
    zh: '没有该文件；请创建它，或用 --config 指定另一个文件',
    en: 'there is no such file; write it, or name another by --config FILE',
  }
  const place = { file: DEFAULT_CONFIG_FILE, line: 1, column: 1, path: '' }
  const problem = { ...place, what, expected: undefined, suggestion: undefined }
  return new ConfigError([problem, ...error.problems], { cause: error })
}

/** The configuration as the options ask for it. @throws ConfigError */
export async function readConfiguration(options: CommonOptions): Promise<AgentConfiguration> {
  const file = options.config ?? (existsSync(DEFAULT_CONFIG_FILE) ? DEFAULT_CONFIG_FILE : undefined)
  const config = await loadConfig(AgentConfig, file, process.env).catch((error: unknown) => {
    // Without a file the environment may say all that must be said; where it does not, what is missing is the file.
    throw file === undefined && error instanceof ConfigError ? noFile(error) : error
  })
  await loadChecks(config.value)
  const settings = resolveSettings(config)
  return {
    config,
    settings: options.state === undefined ? settings : { ...settings, state: options.state },
    environment: secretEnvironment(options),
  }
}

/** What the sources of this configuration are checked with. */
async function loadChecks({ sources, probes }: AgentConfig): Promise<void> {
  const types = new Set(sources.map((entry) => asRecord(entry)['type']))
  for (const source of SOURCES) if (types.has(source.type)) await source.load?.()
  const isWritten =
    sources.some((entry) => hasExpression(optionsOf(asRecord(entry)['type']), asRecord(entry))) ||
    PROBES.some(({ name, options = {} }) =>
      hasExpression(options, asRecord(asRecord(probes)[name] ?? {})),
    )
  if (isWritten) await loadRe2()
}

function optionsOf(type: unknown): Options {
  return SOURCES.find((source) => source.type === type)?.options ?? {}
}

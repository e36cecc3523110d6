import {
  ConfigError,
  type ConfigProblem,
  type Located,
  loadConfig,
  type LocalizedText,
  parseDurationMs,
} from '@wardround/program'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CollectorConfig } from '../config.ts'
import { findCalendarProblems } from '../projects/site-calendar.ts'
import { parseListenAddress } from '../http/listen-address.ts'

/** Where the configuration is when nobody says otherwise. */
const DEFAULT_CONFIG_FILE = '/etc/wardround/collector.yaml'

export interface ConfigOptions {
  /** `--config`; undefined: the default file, if it exists. */
  readonly file: string | undefined
  /** `--state` and `--listen` replace what the file says. */
  readonly state?: string | undefined
  readonly listen?: string | undefined
  readonly language?: 'zh-CN' | 'en' | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

const RAW_MIN_MS = 48 * 3_600_000

/**
 * Reads collector.yaml and checks what no schema can say.
 * @throws ConfigError naming every problem with its place
 */
export async function readConfig(
  options: ConfigOptions,
  environment: Environment,
): Promise<Located<CollectorConfig>> {
  const file = options.file ?? (existsSync(DEFAULT_CONFIG_FILE) ? DEFAULT_CONFIG_FILE : undefined)
  const located = await loadConfig(CollectorConfig, file, environment)
  const problems = findProblems(located)
  if (problems.length > 0) throw new ConfigError(problems)
  const value = { ...located.value }
  if (options.state !== undefined) value.state = options.state
  if (options.listen !== undefined) value.listen = options.listen
  if (options.language !== undefined) value.language = options.language
  const { file: written } = options
  value.rules = withDirectoryBeside(value.rules, 'directory', written, 'rules.d')
  value.rules = withDirectoryBeside(value.rules, 'metrics', written, 'metrics.d')
  value.projects = withDirectoryBeside(value.projects, 'directory', written, 'projects.d')
  return { ...located, value }
}

/** The site's rules, metrics and projects stand beside its configuration: /etc/wardround/rules.d. */
function withDirectoryBeside<K extends string, T extends { [key in K]?: string }>(
  settings: T,
  key: K,
  file = DEFAULT_CONFIG_FILE,
  name: string,
): T {
  const directory = join(dirname(file), name)
  const isThere = settings[key] === undefined && existsSync(directory)
  return isThere ? { ...settings, [key]: directory } : settings
}

function findProblems(config: Located<CollectorConfig>): ConfigProblem[] {
  const { listen, hosts, retention, calendar } = config.value
  const problems = findCalendarProblems(calendar).map(({ path, what, expected }) =>
    config.problem(['calendar', ...path], what, expected),
  )
  if (parseListenAddress(listen) === undefined) {
    problems.push(config.problem(['listen'], badAddress(listen), ADDRESS))
  }
  if (parseDurationMs(retention.raw) < RAW_MIN_MS) {
    problems.push(
      config.problem(
        ['retention', 'raw'],
        { zh: `${retention.raw} 太短`, en: `${retention.raw} is too short` },
        {
          zh: '至少 48h：规则和报表依赖原始数据',
          en: 'at least 48h: rules and reports need raw samples',
        },
      ),
    )
  }
  const seen = new Set<string>()
  for (const [index, { name }] of hosts.entries()) {
    if (seen.has(name)) {
      const what = { zh: `主机“${name}”出现两次`, en: `host "${name}" is there twice` }
      problems.push(config.problem(['hosts', index, 'name'], what))
    }
    seen.add(name)
  }
  return problems
}

function badAddress(text: string): LocalizedText {
  return { zh: `“${text}”不是监听地址`, en: `"${text}" is no address to listen on` }
}

const ADDRESS: LocalizedText = {
  zh: '主机:端口，例如 127.0.0.1:8470 或 [::1]:8470',
  en: 'HOST:PORT, such as 127.0.0.1:8470 or [::1]:8470',
}

import { existsSync } from 'node:fs'
import type { LocalizedText } from '@wardround/protocol'
import {
  ConfigError,
  pickText,
  textOf,
  readSecret,
  type CommonOptions,
  type ConfigProblem,
  type Language,
  type SecretReference,
} from '@wardround/program'
import { asRecord } from '../as-record.ts'
import { PROBES, SOURCES } from '../probes.gen.ts'
import { readConfiguration, type AgentConfiguration } from './configuration.ts'

/** `check-config`: everything that a start would check and needs no running part; also the token, for which a running agent would wait. */
export async function checkConfig(options: CommonOptions, language: Language): Promise<void> {
  const configuration = await readConfiguration(options)
  await checkToken(configuration)
  const { config, settings } = configuration
  await checkPasswords(configuration)
  checkPaths(configuration)
  const types = new Set(['agent', ...settings.sources.map(({ type }) => type)])
  const probes = PROBES.filter(
    ({ name, source }) => types.has(source.type) && settings.probes.get(name)?.enabled !== false,
  ).length
  const message = {
    zh: `${config.file}：配置无误（${settings.sources.length} 个数据源，${probes} 个采集项已启用）`,
    en: `${config.file}: the configuration is good (${settings.sources.length} sources, ${probes} probes enabled)`,
  }
  process.stdout.write(`${pickText(message, language)}\n`)
  for (const note of listNotes(configuration)) process.stdout.write(`${pickText(note, language)}\n`)
}

/** What is not wrong, and should be known. */
function listNotes({ settings }: AgentConfiguration): LocalizedText[] {
  return settings.sources.flatMap(({ type, name, options }) => {
    const notes = SOURCES.find((source) => source.type === type)?.notes?.(options) ?? []
    return notes.map(({ zh, en }) => ({ zh: `${name}：${zh}`, en: `${name}: ${en}` }))
  })
}

/** Those of the sources, which a running agent reads at each logon. */
async function checkPasswords({ config }: AgentConfiguration): Promise<void> {
  const problems: ConfigProblem[] = []
  for (const [index, entry] of config.value.sources.entries()) {
    const reference = passwordOf(entry)
    if (reference === undefined) continue
    await readSecret(reference, process.env).catch((error: unknown) => {
      const reason = textOf(error)
      const what = {
        zh: `密码不可用：${reason.zh}`,
        en: `the password can't be used: ${reason.en}`,
      }
      problems.push(config.problem(['sources', index, 'password'], what))
    })
  }
  if (problems.length > 0) throw new ConfigError(problems)
}

/** Options that name what must be there before a session can be opened. */
const PATHS = ['caFile', 'catalinaBase', 'clientDirectory', 'configDirectory', 'walletDirectory']

function checkPaths({ config }: AgentConfiguration): void {
  const problems = config.value.sources.flatMap((entry, index) =>
    Object.entries(asRecord(entry)).flatMap(([option, path]) =>
      PATHS.includes(option) && typeof path === 'string' && !existsSync(path)
        ? [
            config.problem(['sources', index, option], {
              zh: `${path} 不存在`,
              en: `there is no ${path}`,
            }),
          ]
        : [],
    ),
  )
  if (problems.length > 0) throw new ConfigError(problems)
}

function passwordOf(entry: unknown): SecretReference | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema has checked what an option of type secret holds
  return (entry as { readonly password?: SecretReference }).password
}

async function checkToken({ config, settings }: AgentConfiguration): Promise<void> {
  try {
    await readSecret(settings.token, process.env)
  } catch (error) {
    const reason = textOf(error)
    const what = { zh: `令牌不可用：${reason.zh}`, en: `the token can't be used: ${reason.en}` }
    throw new ConfigError([config.problem(['collector', 'token'], what)], { cause: error })
  }
}

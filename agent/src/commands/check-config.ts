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
import { SHORTEST_KEY } from '../sources/snmp/snmp-credentials.ts'
import { readConfiguration, type AgentConfiguration } from './configuration.ts'

/** `check-config`: everything that a start would check and needs no running part; also the token, for which a running agent would wait. */
export async function checkConfig(options: CommonOptions, language: Language): Promise<void> {
  const configuration = await readConfiguration(options)
  await checkToken(configuration)
  const { config, settings } = configuration
  await checkPasswords(configuration)
  await checkKeys(configuration)
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
async function checkPasswords({ config, environment }: AgentConfiguration): Promise<void> {
  const problems: ConfigProblem[] = []
  for (const [index, entry] of config.value.sources.entries()) {
    const reference = passwordOf(entry)
    if (reference === undefined) continue
    await readSecret(reference, environment).catch((error: unknown) => {
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

const SNMP_KEYS = ['authKey', 'privKey'] as const

/** Keys of SNMPv3, whose length the standard bounds (RFC 3414, 11.2). */
async function checkKeys({ config, environment }: AgentConfiguration): Promise<void> {
  const problems: ConfigProblem[] = []
  for (const [index, entry] of config.value.sources.entries()) {
    const options = asRecord(entry)
    if (options['type'] !== 'snmp') continue
    for (const name of SNMP_KEYS) {
      if (options[name] === undefined) continue
      const what = await problemOfKey(asReference(options[name]), environment)
      if (what !== undefined) problems.push(config.problem(['sources', index, name], what))
    }
  }
  if (problems.length > 0) throw new ConfigError(problems)
}

async function problemOfKey(
  reference: SecretReference,
  environment: AgentConfiguration['environment'],
): Promise<LocalizedText | undefined> {
  try {
    const key = await readSecret(reference, environment)
    if (key.reveal().length >= SHORTEST_KEY) return undefined
    return {
      zh: `密钥不足 ${SHORTEST_KEY} 个字符`,
      en: `the key has fewer than ${SHORTEST_KEY} characters`,
    }
  } catch (error) {
    const reason = textOf(error)
    return { zh: `密钥不可用：${reason.zh}`, en: `the key can't be used: ${reason.en}` }
  }
}

function asReference(value: unknown): SecretReference {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema has checked what an option of type secret holds
  return value as SecretReference
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

async function checkToken({ config, settings, environment }: AgentConfiguration): Promise<void> {
  try {
    await readSecret(settings.token, environment)
  } catch (error) {
    const reason = textOf(error)
    const what = { zh: `令牌不可用：${reason.zh}`, en: `the token can't be used: ${reason.en}` }
    throw new ConfigError([config.problem(['collector', 'token'], what)], { cause: error })
  }
}

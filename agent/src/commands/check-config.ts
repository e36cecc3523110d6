import {
  ConfigError,
  pickText,
  textOf,
  readSecret,
  type CommonOptions,
  type Language,
} from '@wardround/program'
import { readConfiguration, type AgentConfiguration } from './configuration.ts'

/** `check-config`: everything that a start would check and needs no running part; also the token, for which a running agent would wait. */
export async function checkConfig(options: CommonOptions, language: Language): Promise<void> {
  const configuration = await readConfiguration(options)
  await checkToken(configuration)
  const { config, settings } = configuration
  const probes = [...settings.probes.values()].filter(({ enabled }) => enabled).length
  const message = {
    zh: `${config.file}：配置无误（${settings.sources.length} 个数据源，${probes} 个采集项已启用）`,
    en: `${config.file}: the configuration is good (${settings.sources.length} sources, ${probes} probes enabled)`,
  }
  process.stdout.write(`${pickText(message, language)}\n`)
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

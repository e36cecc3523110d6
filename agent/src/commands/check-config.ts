import { pickText, type CommonOptions, type Language } from '@wardround/program'
import { readConfiguration } from './configuration.ts'

/** `check-config`: everything that a start would check and needs no running part. */
export async function checkConfig(options: CommonOptions, language: Language): Promise<void> {
  const { config, settings } = await readConfiguration(options)
  const probes = [...settings.probes.values()].filter(({ enabled }) => enabled).length
  const message = {
    zh: `${config.file}：配置无误（${settings.sources.length} 个数据源，${probes} 个采集项已启用）`,
    en: `${config.file}: the configuration is good (${settings.sources.length} sources, ${probes} probes enabled)`,
  }
  process.stdout.write(`${pickText(message, language)}\n`)
}

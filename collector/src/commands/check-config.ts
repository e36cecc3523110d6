import { type Language, pickText } from '@wardround/program'
import { resolveConfig } from '../configuration/resolve-config.ts'
import { missingLinks } from '../notify/external-url.ts'
import { rulesOf } from '../rules/compiled-rule.ts'
import { type CommonOptions, configOf } from './common-options.ts'

/** `check-config`: everything that a start would check and needs no running part. */
export async function checkConfig(options: CommonOptions, language: Language): Promise<void> {
  const config = await configOf(options)
  const { rules, channels, projects } = await resolveConfig(config, process.env)
  const count = rulesOf(rules).length
  const { hosts } = config.value
  const message = {
    zh: `${config.file}：配置无误（${hosts.length} 台主机，${count} 条规则，${projects.length} 个项目，${channels.length} 个告警通道）`,
    en: `${config.file}: the configuration is good (${hosts.length} hosts, ${count} rules, ${projects.length} projects, ${channels.length} channels)`,
  }
  process.stdout.write(`${pickText(message, language)}\n`)
  const noLinks = missingLinks(config.value)
  if (noLinks !== undefined) process.stdout.write(`${pickText(noLinks, language)}\n`)
}

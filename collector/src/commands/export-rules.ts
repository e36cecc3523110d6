import { writeFile } from 'node:fs/promises'
import { pickText, type Language } from '@wardround/program'
import { exportRules } from '../rules/prometheus/export-rules.ts'
import { formatRuleFile } from '../rules/prometheus/format-rule-file.ts'
import { type CommonOptions, configOf } from './common-options.ts'
import { rulesOf } from './rules-of.ts'

export interface ExportOptions extends CommonOptions {
  /** Of the alerts' texts; that of the configuration where it is absent. */
  readonly language?: Language
  readonly out?: string
}

/** `export-rules`: the configured rules, those that come with Wardround where nothing is configured, as a rule file of Prometheus. */
export async function exportRuleFile(options: ExportOptions, language: Language): Promise<void> {
  const config = await configOf(options)
  const textLanguage = options.language ?? config.value.language
  const exported = exportRules(await rulesOf(config), textLanguage)
  const text = formatRuleFile(exported, textLanguage)
  if (options.out === undefined) {
    process.stdout.write(text)
    return
  }
  await writeFile(options.out, text)
  const count = exported.groups.reduce((sum, group) => sum + group.rules.length, 0)
  const { length: unsaid } = exported.unsaid
  const message = {
    zh: `${options.out}：${count} 条 Prometheus 规则；${unsaid} 条无法用 PromQL 表达，列为注释`,
    en: `${options.out}: ${count} rules of Prometheus; ${unsaid} that PromQL can't say stand there as comments`,
  }
  process.stdout.write(`${pickText(message, language)}\n`)
}

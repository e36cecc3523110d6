import { formatYaml, pickText, type Language } from '@wardround/program'
import type { ExportedRules } from './export-rules.ts'

const HEAD = {
  zh: [
    'Wardround 的告警规则，写成 Prometheus 规则（promtool check rules 可检查）。由 wardround-collector export-rules 生成。',
    '指标名为“测量项_字段”，标签与采集代理的一致；与 Wardround 自身判断的差别见 docs/rules-in-prometheus.zh-CN.md。',
  ],
  en: [
    'The alert rules of Wardround as rules of Prometheus (promtool check rules reads them), written by wardround-collector export-rules.',
    'A metric is named measurement_field and has the tags that the agent gives it; docs/rules-in-prometheus.md says where Prometheus judges otherwise.',
  ],
}

const UNSAID = {
  zh: '以下规则无法用 PromQL 表达，只在 Wardround 中生效：',
  en: "These rules can't be said in PromQL and work in Wardround alone:",
}

/** The text of a rule file of Prometheus; what it can't say stands above as comments. */
export function formatRuleFile({ groups, unsaid }: ExportedRules, language: Language): string {
  const colon = language === 'en' ? ': ' : '：'
  const lines = [
    ...(language === 'en' ? HEAD.en : HEAD.zh),
    ...(unsaid.length === 0 ? [] : ['', pickText(UNSAID, language)]),
    ...unsaid.map(({ id, reason }) => `  ${id}${colon}${pickText(reason, language)}`),
  ]
  return formatYaml({ groups }, lines)
}

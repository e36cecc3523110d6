import type {
  ClearDefinition,
  LevelDefinition,
  RuleDefinition,
} from '../../collector/src/rules/rule-schema.ts'
import { TEXT_NOTICE } from './generated-file.ts'
import { formatTable } from './markdown-table.ts'

/** The rules of one file of the default pack. */
export interface RulePack {
  /** e.g. `collector/rules/host.yaml` */
  readonly file: string
  readonly rules: readonly RuleDefinition[]
}

const INTRODUCTION = `# Rules

The alert rules that come with Wardround. **Every number is this platform's default**: no contract sets percentages. A rule of the same id in
\`/etc/wardround/rules.d/*.yaml\` takes the place of one here. An alert is raised when its condition has held for so long, and ends when it has
been clear (against the number under *clear*, where there is one) for five minutes unless another time is given.

Wardround 自带的告警规则。**所有数值均为本平台默认值**，不是任何合同的要求；在 \`/etc/wardround/rules.d/*.yaml\` 中写一条同 id 的规则即可替换。
`

/** Text of docs/rules.md. */
export function formatRulesDocument(packs: readonly RulePack[]): string {
  const sections = packs.map(({ file, rules }) =>
    [
      `## ${file}`,
      '',
      formatTable(
        ['Rule', '名称', 'Name', 'Watches', '提示 info', '警告 warning', '严重 critical', 'Basis'],
        rules.map(toRow),
      ),
      '### Messages',
      '',
      formatTable(
        ['Rule', '中文', 'English'],
        rules.map(({ id, summary }) => [`\`${id}\``, summary.zh, summary.en]),
      ),
    ].join('\n'),
  )
  return [TEXT_NOTICE, INTRODUCTION, ...sections].join('\n')
}

function toRow(this: void, rule: RuleDefinition): string[] {
  return [
    `\`${rule.id}\``,
    rule.name.zh,
    rule.name.en,
    formatWatched(rule),
    formatLevel(rule.info),
    formatLevel(rule.warning),
    formatLevel(rule.critical),
    rule.basis,
  ]
}

function formatWatched({ value, noData, where }: RuleDefinition): string {
  const watched = noData === undefined ? `\`${value ?? ''}\`` : `no data of the ${noData}`
  const filters = Object.entries(where).map(
    ([tag, wanted]) => `${tag} ${[wanted].flat().join(' ')}`,
  )
  return filters.length > 0 ? `${watched} where ${filters.join(', ')}` : watched
}

function formatLevel(level: LevelDefinition | undefined): string {
  if (level === undefined) return ''
  const joined = [
    formatBounds(level),
    level.and === undefined ? '' : `and ${level.and}`,
    level.or === undefined ? '' : `or ${level.or}`,
    level.for === '0s' ? '' : `for ${level.for}`,
  ]
  const clear = formatClear(level.clear)
  return [joined.filter((part) => part !== '').join(' '), clear && `clear: ${clear}`]
    .filter((part) => part !== '')
    .join('; ')
}

function formatClear(clear: ClearDefinition): string {
  const parts = [
    formatBounds(clear),
    clear.for === undefined ? '' : `for ${clear.for}`,
    clear.samples === undefined ? '' : `for ${clear.samples} samples`,
    clear.heartbeats === undefined ? '' : `after ${clear.heartbeats} heartbeats`,
  ]
  return parts.filter((part) => part !== '').join(' ')
}

const SIGNS = {
  above: '>',
  atLeast: '≥',
  below: '<',
  atMost: '≤',
  equals: '=',
  notEquals: '≠',
} as const

function formatBounds(
  bounds: Partial<Record<keyof typeof SIGNS, number | string | undefined>>,
): string {
  const parts: string[] = []
  for (const [name, sign] of Object.entries(SIGNS)) {
    const bound = bounds[name as keyof typeof SIGNS]
    if (bound !== undefined) parts.push(`${sign} ${bound}`)
  }
  return parts.join(' ')
}

import { NUMBERS_OF, type Clause } from '../../collector/src/rules/clauses.ts'
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

The alert rules that come with Wardround. The last two columns say whose a rule's numbers are and which clauses of the contracts it serves; the
clauses are at the end. **Every percentage is this platform's default**: no contract sets one. A rule of the same id in
\`/etc/wardround/rules.d/*.yaml\` takes the place of one here; \`rules.pack: minimal\` loads the rules marked ⭐ alone. How rules are written is in [rule-language.md](rule-language.md). An alert is raised when its condition has held for so long, and ends when it has
been clear (against the number under *clear*, where there is one) for five minutes unless another time is given.

Wardround 自带的告警规则。最后两列写明数值出自合同要求还是本平台默认值，以及规则服务于哪些合同条款（条款原文见文末）。**所有百分比均为本平台默认值**，
没有任何合同规定百分比；在 \`/etc/wardround/rules.d/*.yaml\` 中写一条同 id 的规则即可替换。设置 \`rules.pack: minimal\` 时只加载带 ⭐ 的规则。规则的写法见[规则语言](rule-language.zh-CN.md)。
`

const HEADERS = [
  'Rule',
  '名称',
  'Name',
  'Watches',
  '提示 info',
  '警告 warning',
  '严重 critical',
  '数值 Numbers',
  '条款 Clauses',
]

/** Text of docs/rules.md. */
export function formatRulesDocument(
  packs: readonly RulePack[],
  clauses: readonly Clause[],
): string {
  const sections = packs.map(({ file, rules }) =>
    [
      `## ${file}`,
      '',
      formatTable(
        HEADERS,
        rules.map((rule) => toRow(rule, clauses)),
      ),
      '### Messages',
      '',
      formatTable(['Rule', '中文', 'English'], rules.flatMap(toMessages)),
    ].join('\n'),
  )
  return [TEXT_NOTICE, INTRODUCTION, ...sections, formatClauses(clauses)].join('\n')
}

function formatClauses(clauses: readonly Clause[]): string {
  const rows = clauses.map(({ id, documents, words, number }) => [
    id,
    documents.map((one) => `${one.number} ${one.system.zh} (${one.system.en})`).join(', '),
    words.zh,
    words.en,
    number === undefined ? '' : `${number.zh} / ${number.en}`,
  ])
  const headers = ['Clause', '合同 Contract', '原文', 'What it means', '数值 Number']
  return `## 合同条款 Clauses of the contracts\n\n${formatTable(headers, rows)}`
}

function toRow(rule: RuleDefinition, clauses: readonly Clause[]): string[] {
  return [
    `\`${rule.id}\`${rule.minimal ? ' ⭐' : ''}`,
    rule.name.zh,
    rule.name.en,
    formatWatched(rule),
    formatLevel(rule.info),
    formatLevel(rule.warning),
    formatLevel(rule.critical),
    `${NUMBERS_OF[rule.numbers].zh} / ${NUMBERS_OF[rule.numbers].en}`,
    formatServed(rule, clauses),
  ]
}

/** `H01 (002), H11 (000, 004)`. */
function formatServed({ clauses: ids, own }: RuleDefinition, clauses: readonly Clause[]): string {
  if (own) return '平台自身 / the platform itself'
  return ids
    .map((id) => {
      const documents = clauses.find((clause) => clause.id === id)?.documents ?? []
      return `${id} (${documents.map(({ number }) => number).join(', ')})`
    })
    .join(', ')
}

function toMessages(this: void, { id, summary, whenPing = {} }: RuleDefinition): string[][] {
  const pinged = Object.entries(whenPing).map(([ping, { name, summary: said }]) => [
    `\`${id}\`, ping ${ping}`,
    `${name.zh}：${said.zh}`,
    `${name.en}: ${said.en}`,
  ])
  return [[`\`${id}\``, summary.zh, summary.en], ...pinged]
}

function formatWatched(rule: RuleDefinition): string {
  const { value, noData, event, finding, where, keepFiringFor } = rule
  const what = noData === undefined ? `\`${value ?? ''}\`` : formatMissing(noData)
  const happened = event === undefined ? what : `events \`${event.kind}\``
  const watched = finding === undefined ? happened : `findings \`${finding}\``
  const filters = Object.entries({ ...event?.where, ...where }).map(
    ([tag, wanted]) => `${tag} ${[wanted].flat().join(' ')}`,
  )
  const kept = keepFiringFor === undefined ? '' : `; kept firing for ${keepFiringFor}`
  return `${watched}${filters.length > 0 ? ` where ${filters.join(', ')}` : ''}${kept}`
}

function formatMissing(noData: string): string {
  return noData === 'agent' ? 'no data of the agent' : `no data of points of \`${noData}\``
}

function formatLevel(level: LevelDefinition | undefined): string {
  if (level === undefined) return ''
  const joined = [
    formatBounds(level),
    level.in === undefined ? '' : `in ${level.in.join(', ')}`,
    level.notIn === undefined ? '' : `not in ${level.notIn.join(', ')}`,
    level.and === undefined ? '' : `and ${level.and}`,
    level.or === undefined ? '' : `or ${level.or}`,
    level.ping === undefined ? '' : `ping ${level.ping.join(' or ')}`,
    level.for === '0s' ? '' : `for ${level.for}`,
    level.window === undefined ? '' : `within ${level.window}`,
    level.samples === undefined ? '' : `in ${level.samples.need} of ${level.samples.of} samples`,
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

import { asList } from '../../as-list.ts'
import { asRecord } from '../../as-record.ts'
import type { OptionProblem } from '../../source.ts'
import { findRefusal } from '../database/check-statement.ts'
import { DATABASE_KINDS, findDatabaseProblem } from '../database/database-options.ts'
import { RESTORE_OPTIONS } from './restore-options.ts'

/** What the options can't say one by one. */
export function findRestoreProblems({
  declared,
  compare,
}: Readonly<Record<string, unknown>>): readonly OptionProblem[] {
  return [...dayProblems(declared), ...(compare === undefined ? [] : compareProblems(compare))]
}

function dayProblems(declared: unknown): readonly OptionProblem[] {
  const isDay = typeof declared === 'string' && !Number.isNaN(Date.parse(`${declared}T00:00:00Z`))
  return isDay || typeof declared !== 'string'
    ? []
    : [
        {
          option: 'declared',
          what: { zh: `没有 ${declared} 这一天`, en: `there is no day ${declared}` },
          expected: RESTORE_OPTIONS.declared.expected,
        },
      ]
}

function compareProblems(compare: unknown): readonly OptionProblem[] {
  const { type, production, restored, filters, counts } = asRecord(compare)
  const kind = DATABASE_KINDS.find((name) => name === type)
  const option = 'compare'
  const sides = [production, restored].flatMap((side) => {
    const wrong = kind === undefined ? undefined : findDatabaseProblem(kind, asRecord(side))
    return wrong === undefined ? [] : [{ option, ...wrong }]
  })
  const conditions = asList(filters).map((filter) => toProbeText(asRecord(filter)['where']))
  const statements = asList(counts).map((count) => String(asRecord(count)['statement']))
  return [
    ...sides,
    ...[...conditions, ...statements].flatMap((text) => statementProblems(option, text)),
    ...(kind === 'oracle' && statements.length === 0 ? [WITHOUT_COUNTS] : []),
  ]
}

/** A condition is judged within the statement that it becomes a part of. */
function toProbeText(where: unknown): string {
  return `SELECT 1 FROM t WHERE ${String(where)}`
}

const WITHOUT_COUNTS: OptionProblem = {
  option: 'compare',
  what: { zh: 'Oracle 没有可比对的内容', en: 'of Oracle there is nothing to compare' },
  expected: { zh: 'counts: [{name, statement}]', en: 'counts: [{name, statement}]' },
}

function statementProblems(option: string, text: string): readonly OptionProblem[] {
  const refusal = findRefusal(text, [])
  if (refusal === undefined) return []
  return [
    {
      option,
      what: {
        zh: `“${text}”不会发送：${refusal.zh}`,
        en: `"${text}" is not sent: ${refusal.en}`,
      },
      expected: { zh: '只读的 SELECT 或条件', en: 'a SELECT or a condition that only reads' },
    },
  ]
}

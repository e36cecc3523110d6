import { parseDurationMs } from '@wardround/program'
import { toTiming } from './compile-level.ts'
import type { SilenceRule } from './compiled-rule.ts'
import { readPurpose } from './read-purpose.ts'
import type { Reading } from './reading.ts'
import { readTemplates, SUBJECT_TAGS } from './read-templates.ts'
import type { RuleDefinition } from './rule-schema.ts'
import { SEVERITIES } from './severity.ts'

/** What is said of a rule without any severity. */
export const NO_SEVERITY = {
  what: { zh: '没有任何级别', en: 'there is no severity' },
  expected: {
    zh: 'info、warning、critical 中至少一个',
    en: 'at least one of info, warning, critical',
  },
}

/** Reads a rule about agents that are no longer heard of; undefined when something is wrong with it. */
export function compileSilenceRule(
  definition: RuleDefinition,
  { path, problems, clauses }: Pick<Reading, 'path' | 'problems' | 'clauses'>,
): SilenceRule | undefined {
  const before = problems.problems.length
  for (const key of ['value', 'unit'] as const) {
    if (definition[key] !== undefined) problems.add([...path, key], NOT_WITH_NO_DATA)
  }
  if (Object.keys(definition.where).length > 0) problems.add([...path, 'where'], NOT_WITH_NO_DATA)
  const purpose = readPurpose(definition, clauses, path, problems)
  const summary = readTemplates(definition, ['value', ...SUBJECT_TAGS], path, problems)
  const levels = SEVERITIES.flatMap((severity) => {
    const level = definition[severity]
    if (level === undefined) return []
    if (parseDurationMs(level.for) <= 0)
      problems.add([...path, severity, 'for'], NO_TIME, { zh: '例如 3m', en: 'for example 3m' })
    return [{ ...toTiming(severity, level), heartbeats: level.clear.heartbeats ?? 2 }]
  })
  if (levels.length === 0) problems.add(path, NO_SEVERITY.what, NO_SEVERITY.expected)
  if (summary === undefined || problems.problems.length > before) return undefined
  const { id, name, quote } = definition
  return { kind: 'silence', id, name, summary, unit: 'seconds', quote, ...purpose, levels }
}

const NOT_WITH_NO_DATA = { zh: '不能与 noData 同用', en: "doesn't go with noData" }
const NO_TIME = { zh: 'noData 需要时长', en: 'noData needs a length of time' }

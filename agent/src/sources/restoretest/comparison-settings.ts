import { parseDurationMs } from '@wardround/program/running'
import { asList } from '../../as-list.ts'
import { asRecord } from '../../as-record.ts'
import { checkStatement } from '../database/check-statement.ts'
import { DATABASE_KINDS, type DatabaseKind } from '../database/database-options.ts'
import { toSiteStatement } from '../database/site-statement.ts'
import type { ComparisonPlan } from './compare-databases.ts'
import { TABLE_PRODUCTS } from './table-statements.ts'

export interface ComparisonSettings {
  readonly kind: DatabaseKind
  readonly production: Readonly<Record<string, unknown>>
  readonly restored: Readonly<Record<string, unknown>>
  readonly plan: ComparisonPlan
}

/** @param compare of an entry `restoretest`, checked, defaults filled in */
export function toComparisonSettings(compare: unknown): ComparisonSettings {
  const options = asRecord(compare)
  const kind = DATABASE_KINDS.find((name) => name === options['type']) ?? 'postgresql'
  const timeoutMs = parseDurationMs(String(options['timeout']))
  const filters = asList(options['filters']).map((filter): [string, string] => {
    const { table, where } = asRecord(filter)
    return [String(table), String(where)]
  })
  const counts = asList(options['counts']).map((count) => {
    const { name, statement } = asRecord(count)
    const checked = checkStatement(String(statement), [])
    const limits = { timeoutMs, mostRows: 1 }
    const asked = toSiteStatement(`restoretest.count.${String(name)}`, checked, kind, limits)
    return { name: String(name), asked }
  })
  return {
    kind,
    production: asRecord(options['production']),
    restored: asRecord(options['restored']),
    plan: {
      product: TABLE_PRODUCTS[kind],
      wants: toSelection(asList(options['tables']).map(String)),
      filters: new Map(filters),
      mostTables: Number(options['maxTables']),
      mostRows: Number(options['maxRows']),
      timeoutMs,
      counts,
    },
  }
}

/** `his.*`, `!his.log_*`: whether a table is among those that are wanted. */
function toSelection(patterns: readonly string[]): (name: string) => boolean {
  const [excluded, included] = [true, false].map((isExcluded) =>
    patterns
      .filter((pattern) => pattern.startsWith('!') === isExcluded)
      .map((pattern) => pattern.replace(/^!/, '').split('*')),
  )
  return (name) =>
    (included ?? []).some((parts) => fits(parts, name)) &&
    !(excluded ?? []).some((parts) => fits(parts, name))
}

/** Whether the parts stand in the name one after the other, the first at its beginning and the last at its end. */
function fits(parts: readonly string[], name: string): boolean {
  const [first = '', ...others] = parts
  const last = others.pop()
  if (last === undefined) return name === first
  if (!name.startsWith(first)) return false
  let at = first.length
  for (const part of others) {
    const found = name.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return name.length - last.length >= at && name.endsWith(last)
}

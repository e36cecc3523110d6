import { describe, expect, test } from 'vitest'
import type { Clause } from './clauses.ts'
import { EngineBench, MINUTE, TEXT } from './testing/engine-bench.ts'
import { rulesFromYaml } from './testing/rules-from-yaml.ts'

const system = { zh: '系统', en: 'system' }
const words = { zh: '磁盘', en: 'disks' }
const daily = { zh: '每天', en: 'daily' }

const clause = (id: string, contracts: readonly string[], number?: Clause['number']): Clause => ({
  id,
  documents: contracts.map((one) => ({ number: one, system })),
  words,
  number,
})

const CLAUSES = new Map(
  [clause('A1', ['001', '002']), clause('B1', ['001'], daily), clause('C1', ['003'])].map(
    (one) => [one.id, one] as const,
  ),
)

const RULES = `rules:
  - id: cpu
    name: {zh: CPU, en: CPU}
    value: cpu.usage_active
    where: {cpu: cpu-total}
    clauses: [A1, B1, C1]
    numbers: contract
    critical: {above: 90}${TEXT}
  - id: offline
    name: {zh: 失联, en: Silent}
    noData: agent
    clauses: [A1, B1, C1]
    numbers: contract
    critical: {for: 3m, clear: {heartbeats: 2}}${TEXT}`

/** What the alert of a host quotes, of a collector where hosts belong to these contracts. */
function quotedOf(contract: string | undefined) {
  const bench = new EngineBench(undefined, {
    rules: rulesFromYaml(RULES, undefined, CLAUSES),
    contractOf: (host) => (host === 'db1' ? contract : undefined),
  })
  bench.cpu(99)
  bench.atMs += 10 * MINUTE
  bench.tick()
  const told = bench.seen.map(({ alert }) => alert)
  return [...told, ...bench.engine.list()].map(({ ruleId, numbers, clauses }) => [
    ruleId,
    numbers,
    clauses.map(({ id, documents }) => `${id} ${documents.map((one) => one.number).join()}`),
  ])
}

describe('an alert of a host', () => {
  test('of a project quotes the clauses of its own contract', () => {
    const own = ['A1 001', 'B1 001']
    const quoted = quotedOf('001')
    expect(quoted).toContainEqual(['cpu', 'contract', own])
    expect(quoted).toContainEqual(['offline', 'contract', own])
    expect(new Set(quoted.map(([, , clauses]) => String(clauses)))).toEqual(new Set([String(own)]))
  })

  test('has the platform’s numbers where its contract sets none', () => {
    expect(quotedOf('002')).toContainEqual(['cpu', 'platform', ['A1 002']])
    expect(quotedOf('009')).toContainEqual(['cpu', 'platform', []])
  })

  test('of no project quotes all', () => {
    expect(quotedOf(undefined)).toContainEqual([
      'cpu',
      'contract',
      ['A1 001,002', 'B1 001', 'C1 003'],
    ])
  })
})

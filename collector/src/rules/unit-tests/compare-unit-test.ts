import { parseDurationMs } from '@wardround/program'
import type { Alert } from '../alert.ts'
import type { FoundChange, TestRun } from './run-unit-test.ts'
import type { ExpectedChange, ExpectedPhase, RuleTest } from './unit-test-schema.ts'

/** What a test compares of one change; what `expect` leaves out is not compared. */
export interface ComparedChange {
  readonly sinceMs: number
  readonly rule: string
  readonly kind: string
  readonly severity: string
  readonly host?: string | undefined
  readonly key?: string | undefined
  readonly summary?: string | undefined
  readonly summaryEn?: string | undefined
  readonly reason?: string | undefined
}

/** How an alert stands at a time, as asked for and as found. */
export interface ComparedPhase {
  readonly sinceMs: number
  readonly rule: string
  readonly phase: string
  readonly severity?: string | undefined
  readonly host?: string | undefined
  readonly key?: string | undefined
}

/** One line of a comparison; the same on both sides where both are there and `isSame`. */
export interface ComparedRow<T> {
  readonly expected: T | undefined
  readonly found: T | undefined
  readonly isSame: boolean
}

export interface Comparison {
  readonly passed: boolean
  readonly changes: readonly ComparedRow<ComparedChange>[]
  readonly phases: readonly ComparedRow<ComparedPhase>[]
}

/** Compares what a test expects with what came. Changes of one time may be written in any order. */
export function compareUnitTest(test: RuleTest, run: TestRun): Comparison {
  const changes = compareChanges(test.expect.map(toExpected), run.changes.map(toFound))
  const phases = test.phases.map((phase, index) => comparePhase(phase, run.alertsAt[index] ?? []))
  return {
    passed: [...changes, ...phases].every(({ isSame }) => isSame),
    changes,
    phases,
  }
}

function toExpected({ at, ...rest }: ExpectedChange): ComparedChange {
  return { sinceMs: parseDurationMs(at), ...rest }
}

function toFound({ sinceMs, transition: { kind, reason, alert } }: FoundChange): ComparedChange {
  const { ruleId: rule, severity, host, key, summary } = alert
  return {
    sinceMs,
    rule,
    kind,
    severity,
    host,
    key,
    summary: summary.zh,
    summaryEn: summary.en,
    reason,
  }
}

/** Pairs what is the same, the most particular first; then what is of one rule; what is left stands alone. */
function compareChanges(
  expected: readonly ComparedChange[],
  found: readonly ComparedChange[],
): ComparedRow<ComparedChange>[] {
  const left = new Set(found)
  const partner = new Map<ComparedChange, ComparedChange>()
  const pairUp = (isPair: (a: ComparedChange, b: ComparedChange) => boolean) => {
    const byDetail = [...expected].sort((a, b) => detailOf(b) - detailOf(a))
    for (const wanted of byDetail.filter((change) => !partner.has(change))) {
      const match = [...left].find((change) => isPair(wanted, change))
      if (match === undefined) continue
      partner.set(wanted, match)
      left.delete(match)
    }
  }
  pairUp(fits)
  const same = new Set(partner.keys())
  pairUp((a, b) => a.rule === b.rule && a.kind === b.kind && (a.host ?? b.host) === b.host)
  const rows = [
    ...expected.map((change) => ({
      expected: change,
      found: partner.get(change),
      isSame: same.has(change),
    })),
    ...[...left].map((change) => ({ expected: undefined, found: change, isSame: false })),
  ]
  return rows.sort((a, b) => timeOf(a) - timeOf(b))
}

/** How much is said of a change. */
function detailOf(change: ComparedChange): number {
  return Object.values(change).filter((value) => value !== undefined).length
}

function timeOf({ expected, found }: ComparedRow<ComparedChange>): number {
  return expected?.sinceMs ?? found?.sinceMs ?? 0
}

/** Whether everything that is expected was found so. */
function fits(expected: object, found: object): boolean {
  const values = new Map<string, unknown>(Object.entries(found))
  return Object.entries(expected).every(
    ([name, value]) => value === undefined || values.get(name) === value,
  )
}

function comparePhase(
  { at, ...wanted }: ExpectedPhase,
  alerts: readonly Alert[],
): ComparedRow<ComparedPhase> {
  const sinceMs = parseDurationMs(at)
  const expected = { sinceMs, ...wanted }
  const { rule, host, key } = wanted
  const ofRule = alerts
    .filter(({ ruleId }) => ruleId === rule)
    .map((alert) => ({ ...pick(alert), sinceMs, rule }))
  const asked = ofRule.filter((found) => fits({ host, key }, found))
  const found = asked.find((candidate) => fits(expected, candidate)) ?? asked[0]
  if (found !== undefined) return { expected, found, isSame: fits(expected, found) }
  if (wanted.phase === 'none') return { expected, found: expected, isSame: true }
  return { expected, found: ofRule[0] ?? { sinceMs, rule, phase: 'none' }, isSame: false }
}

function pick({ phase, severity, host, key }: Alert): Omit<ComparedPhase, 'sinceMs' | 'rule'> {
  return { phase, severity, host, key }
}

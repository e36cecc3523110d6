import { SeriesTable, type SampleBlock } from '@wardround/protocol'
import type { AcceptedBatch } from '../../../accepted-batch.ts'
import type { RuleSet } from '../../compiled-rule.ts'
import { RuleEngine } from '../../engine.ts'
import type { GeneratedSeries } from './generated-series.ts'
import type { FiringAlert } from '../../../testing/promtool.ts'

const START_MS = Date.UTC(2026, 10, 24)

/** What our engine makes of the same series: what fires at every step, with the severity that it has. Late samples come some steps later. */
export function firingInEngine(
  rules: RuleSet,
  series: readonly GeneratedSeries[],
  { steps, stepSeconds }: { readonly steps: number; readonly stepSeconds: number },
): FiringAlert[] {
  const table = new SeriesTable()
  const engine = new RuleEngine({ rules, directory: table, subjectLabels: () => ({}) })
  const found: FiringAlert[] = []
  let sequence = 0
  for (let step = 0; step < steps; step++) {
    const atMs = START_MS + step * stepSeconds * 1000
    for (const one of series) {
      const block = blockAt(one, step, atMs, table)
      if (block === undefined) continue
      const late = one.late.has(step)
      engine.accept(toBatch(block, ++sequence, late), atMs)
    }
    engine.tick(atMs)
    for (const { phase, ruleId, host, severity } of engine.list())
      if (phase !== 'pending') found.push({ step, alertname: ruleId, host, severity })
  }
  return found
}

function blockAt(
  { host, measurement, tags, fields }: GeneratedSeries,
  step: number,
  timeMs: number,
  table: SeriesTable,
): SampleBlock | undefined {
  const pairs = Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1))
  const present = Object.entries(fields).flatMap(([field, values]) => {
    const value = values[step]
    if (value === undefined) return []
    const shape = { measurement, tags: pairs, field, kind: 'gauge' as const }
    return [{ number: table.intern({ subject: host, ...shape }), value }]
  })
  if (present.length === 0) return undefined
  return {
    subject: host,
    timeMs,
    series: Uint32Array.from(present, ({ number }) => number),
    values: Float64Array.from(present, ({ value }) => value),
  }
}

function toBatch(block: SampleBlock, sequence: number, late: boolean): AcceptedBatch {
  return {
    agent: block.subject,
    id: { epoch: '0000000000000001', sequence },
    receivedAtMs: block.timeMs,
    late,
    clockErrorMs: 0,
    clockCorrected: false,
    batch: { blocks: [block], events: [], documents: [] },
  }
}

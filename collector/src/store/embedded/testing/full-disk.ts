// Fills the small file system of argv[2] under a running store, frees it again, and prints what happened as one line of JSON.
import { makeShape, SeriesTable } from '@wardround/protocol'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LONG_RETENTION } from '../../testing/long-retention.ts'
import { EmbeddedStore } from '../embedded-store.ts'

const directory = process.argv[2] ?? ''
const START_MS = Date.UTC(2026, 4, 10)
const SERIES = 500
const ROWS = 300

const filler = join(directory, 'filler')
writeFileSync(filler, Buffer.alloc(3_500_000, 1))

let nowMs = START_MS
const table = new SeriesTable()
const store = new EmbeddedStore({
  directory: join(directory, 'store'),
  series: table,
  retention: LONG_RETENTION,
  nowMs: () => nowMs,
})
const series = Uint32Array.from({ length: SERIES }, (_, index) =>
  table.intern({ subject: 'host', ...makeShape('m', { index: String(index) }, 'value', 'gauge') }),
)

let row = 0
function write(): void {
  const timeMs = START_MS + row * 10_000
  nowMs = Math.max(nowMs, timeMs)
  const values = Float64Array.from(series, (_, index) => Math.sin(row * 31 + index))
  store.write({ subject: 'host', timeMs, series, values }, { segment: 1, offset: row }, nowMs)
  store.advance({ segment: 1, offset: ++row })
  while (store.maintain(() => true));
}

function count(): number {
  const query = {
    measurement: 'm',
    fields: ['value'],
    projects: 'all',
    where: [],
    aggregate: 'count',
    groupBy: [],
  } as const
  const steps = store.query({ ...query, stepMs: 60_000, fromMs: START_MS, toMs: nowMs + 1 })
  for (;;) {
    const step = steps.next()
    if (step.done !== true) continue
    return step.value.reduce((sum, { values }) => sum + values.reduce((a, b) => a + b, 0), 0)
  }
}

while (row < ROWS) write()
const full = { status: store.status(), counted: count(), covered: store.covered?.offset ?? 0 }
rmSync(filler)
nowMs += 60_000
while (store.maintain(() => false));
const flushed = store.flush()
const freed = { status: store.status(), counted: count(), covered: store.covered?.offset ?? 0 }
store.close()
process.stdout.write(JSON.stringify({ written: ROWS * SERIES, records: row, full, flushed, freed }))

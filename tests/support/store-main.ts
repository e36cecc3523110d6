// The collector's store over an invented journal that never ends, by a clock that runs as fast as it can: argv[2] is a StorePlan as JSON.
import { EmbeddedStore, toQueryResult } from '@wardround/collector/testing'
import { makeShape, SeriesTable } from '@wardround/protocol'
import { answerValue } from './answer-ledger.ts'
import {
  receivedAtMs,
  sampleTimeMs,
  STORE_HOSTS,
  STORE_RETENTION,
  STORE_SERIES,
  type StorePlan,
  type StoreReport,
  type StoredPoints,
} from './store-plan.ts'

const SEGMENT = 1
/** Slices of work between two records. */
const MAX_SLICES = 200

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the row writes it
const plan = JSON.parse(process.argv[2] ?? '') as StorePlan
process.on('disconnect', () => process.exit(1))
process.channel?.ref() // lives until whoever started it lets go

const table = new SeriesTable()
const hosts = Array.from({ length: STORE_HOSTS }, (_, at) => ({
  subject: `host-${at}`,
  series: Uint32Array.from({ length: STORE_SERIES }, (_none, series) =>
    table.intern({
      subject: `host-${at}`,
      ...makeShape('ledger', { series: String(series) }, 'answer', 'gauge'),
    }),
  ),
}))
let nowMs = receivedAtMs(plan.reached)
const store = new EmbeddedStore({
  directory: plan.directory,
  series: table,
  retention: STORE_RETENTION,
  nowMs: () => nowMs,
})
await run()

async function run(): Promise<void> {
  for (let record = store.covered?.offset ?? 0; record <= (plan.last ?? Infinity); record++) {
    write(record)
    nowMs = Math.max(nowMs, receivedAtMs(record))
    for (let slice = 0; slice < MAX_SLICES && store.maintain(() => true); slice++);
    await tell({ type: 'progress', record })
  }
  const points = readAll()
  store.close()
  await tell({ type: 'stored', points })
}

function write(record: number): void {
  for (const { subject, series } of hosts) {
    const values = Float64Array.from(series, (_, at) => answerValue(record + 1, at))
    const block = { subject, timeMs: sampleTimeMs(record), series, values }
    store.write(block, { segment: SEGMENT, offset: record }, receivedAtMs(record))
  }
  store.advance({ segment: SEGMENT, offset: record + 1 })
}

function readAll(): StoredPoints[] {
  const steps = store.query({
    measurement: 'ledger',
    fields: ['answer'],
    projects: 'all',
    where: [],
    aggregate: 'raw',
    groupBy: [],
    stepMs: 1,
    fromMs: 0,
    toMs: nowMs + 1,
  })
  for (;;) {
    const step = steps.next()
    if (step.done !== true) continue
    return toQueryResult(step.value).series.map(({ tags, points }) => ({
      host: tags['host'] ?? '',
      series: Number(tags['series']),
      points: points.map(([timeMs, value]) => [timeMs, Number(value)] as const),
    }))
  }
}

/** Resolves when the message is with the other process: what was told was done. */
function tell(report: StoreReport): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(report, undefined, undefined, () => resolve())
  })
}

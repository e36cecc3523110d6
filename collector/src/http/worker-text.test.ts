import { SeriesTable } from '@wardround/protocol'
import { expect, test } from 'vitest'
import { AgentRegistry } from '../ingest/agent-registry.ts'
import { WriteLedger } from '../lines/write-ledger.ts'
import { OwnMetrics, type OwnMetricsParts } from './own-metrics.ts'

const journalStatus = {
  bytes: 0,
  segments: 0,
  oldest: { segment: 0, offset: 0 },
  durable: { segment: 0, offset: 0 },
  pendingRecords: 0,
  corruptRecords: 0,
  corruptBytes: 0,
  quarantinedBytes: 0,
  droppedSegments: 0,
  failedWrites: 0,
  failure: undefined,
}
const storeStatus = {
  name: 'embedded',
  ok: true,
  reason: undefined,
  covered: undefined,
  samplesStored: 7,
  samplesDropped: { repeated: 3 },
  seriesActive: 0,
  bytesOnDisk: 0,
  damaged: { files: 0, parts: 0 },
  restarts: 2,
  skippedRecords: 1,
}

function metricsOf(status: () => Promise<unknown>, counts: () => Promise<unknown>): OwnMetrics {
  const parts = {
    registry: new AgentRegistry(),
    table: new SeriesTable(),
    journal: { status: () => journalStatus, bytesFrom: () => 42 },
    progress: { positions: () => new Map([['store', undefined]]).entries() },
    store: { status },
    state: { notices: { counts } },
    lines: { ledger: new WriteLedger() },
    ingest: { inFlight: { bytes: 0, pausedConnections: 0 } },
    admission: { waiting: 0 },
    stream: { clients: 0 },
    reach: { counts: () => new Map([['lost', 1]]) },
    network: { frozen: undefined, targets: () => new Map() },
    sender: { status: () => new Map() },
    watch: { seen: { leftOut: 0 } },
    alertCount: () => 0,
    losses: () => ({ incidents: 0, transitions: 0, rows: 0, decisions: 0, notices: new Map() }),
    desk: { status: () => ({ incidents: 0, recordsRefused: 0, recordsPassedOver: 0 }) },
    remotes: { status: () => Promise.resolve([]) },
    deadlineMs: 20,
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is read of each part
  return new OwnMetrics(parts as unknown as OwnMetricsParts)
}

const well = () => Promise.resolve(storeStatus)
const counts = () => Promise.resolve({ duty: { queued: 1, sent: 2, givenUp: 0 } })

test('the store tells its deaths, what it passed over and what it dropped', async () => {
  const text = await metricsOf(well, counts).format()
  expect(text).toContain('wardround_collector_store_ok{store="embedded"} 1\n')
  expect(text).toContain('wardround_collector_store_restarts_total{store="embedded"} 2\n')
  expect(text).toContain('wardround_collector_store_records_skipped_total{store="embedded"} 1\n')
  expect(text).toContain('samples_dropped_total{store="embedded",reason="repeated"} 3\n')
  expect(text).toContain('journal_uncovered_bytes{consumer="store"} 42\n')
  expect(text).toContain('wardround_collector_notices{channel="duty",state="sent"} 2\n')
})

test.each([
  { note: 'is gone', answer: () => Promise.reject(new Error('gone')) },
  { note: 'does not answer', answer: () => new Promise(() => {}) },
])('metrics are answered without those of a worker that $note', async ({ answer }) => {
  const text = await metricsOf(answer, answer).format()
  expect(text).toContain('wardround_collector_store_ok 0\n')
  expect(text).not.toContain('wardround_collector_store_samples_total')
  expect(text).not.toContain('wardround_collector_notices{')
  expect(text).toContain('wardround_collector_agents_connected 0\n')
})

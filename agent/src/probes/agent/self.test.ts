import { describe, expect, test } from 'vitest'

import { Ledger } from '../../ledger.ts'
import type { ProbeRows } from '../../probe-board.ts'
import { SourceBoard } from '../../source-standing.ts'
import type { AgentSession } from '../../sources/agent.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import self from './self.ts'

class Board {
  changed = true
  takeChanged(): ProbeRows | undefined {
    if (!this.changed) return undefined
    this.changed = false
    return this.toJson()
  }
  toJson(): ProbeRows {
    return { probes: [{ probe: 'host.cpu', state: 'ok' }] }
  }
}

function session(): AgentSession & { ledger: Ledger; board: Board } {
  return {
    ledger: new Ledger(),
    outbox: {
      bytes: 4096,
      batches: 3,
      failure: { code: 'JOURNAL_NO_SPACE' },
      corruptRecords: 2,
    },
    uplink: { sentSamples: 70, reconnects: 2, ackLatencyMs: 1.25 },
    board: new Board(),
    sources: new SourceBoard({ nowMs: () => 0 }),
  }
}

describe('agent.self', () => {
  test('tells what the agent uses and where every sample went', async () => {
    const agent = session()
    agent.ledger.recover(5)
    agent.ledger.collect(100)
    agent.ledger.store(60)
    agent.ledger.drop('outbox_full', 7)
    agent.ledger.refuse('series_cap', 2)
    const { samples } = await sampleOnce(self, agent)
    const fields = samples[0]?.fields ?? {}
    expect(fields).toMatchObject({
      outbox_bytes: 4096,
      outbox_batches: 3,
      outbox_failure: 1,
      outbox_corrupt_total: 2,
      collected_total: 102,
      recovered_total: 5,
      stored_total: 60,
      queued: 38,
      dropped_total: 9,
      sent_total: 70,
      ack_latency_ms: 1.25,
      reconnects_total: 2,
    })
    expect(fields['rss_bytes']).toBeGreaterThan(10_000_000)
    expect(fields['cpu_seconds_total']).toBeGreaterThan(0)
    expect(samples.slice(1)).toEqual([
      { measurement: 'agent_drop', tags: { reason: 'outbox_full' }, fields: { samples_total: 7 } },
      { measurement: 'agent_drop', tags: { reason: 'series_cap' }, fields: { samples_total: 2 } },
    ])
  })

  test('sends how the probes stand when it has changed, and once a day', async () => {
    const agent = session()
    const documentsAt = async (hours: number, memory: unknown) =>
      sampleOnce(self, agent, { memory, monotonicMs: hours * 3_600_000 })
    const first = await documentsAt(0, undefined)
    expect(first.documents).toEqual([
      {
        name: 'agent_probes',
        keep: 'newest',
        body: { platform: process.platform, probes: [{ probe: 'host.cpu', state: 'ok' }] },
      },
    ])
    const second = await documentsAt(1, first.memory)
    expect(second.documents).toEqual([])
    agent.board.changed = true
    const third = await documentsAt(2, second.memory)
    expect(third.documents).toHaveLength(1)
    expect((await documentsAt(25, third.memory)).documents).toEqual([])
    expect((await documentsAt(26, third.memory)).documents).toHaveLength(1)
  })
})

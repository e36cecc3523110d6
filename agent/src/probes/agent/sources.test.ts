import { describe, expect, test } from 'vitest'

import { NoDataError } from '../../probe.ts'
import { SourceBoard } from '../../source-standing.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import sources from './sources.ts'

function openBoard() {
  const board = new SourceBoard({ nowMs: () => Date.UTC(2026, 10, 22) })
  return { board, session: { sources: board } }
}

describe('agent.sources', () => {
  test('has nothing to say where no source connects to a server', async () => {
    await expect(sampleOnce(sources, openBoard().session)).rejects.toThrow(NoDataError)
  })

  test('tells state and cost of each', async () => {
    const { board, session } = openBoard()
    const standing = board.add({ name: 'hcdb1', type: 'oracle' })
    standing.enter('refused', { zh: '密码被拒绝', en: 'password refused' })
    Object.assign(standing.counts, { connections: 1, statements: 7, failures: 2, busyMs: 1500 })
    standing.noteDropped(['oracle.tablespace'])
    const { samples } = await sampleOnce(sources, session)
    expect(samples).toEqual([
      {
        measurement: 'source',
        tags: { source: 'hcdb1', type: 'oracle' },
        fields: {
          state: 4,
          connections_total: 1,
          statements_total: 7,
          failures_total: 2,
          busy_seconds_total: 1.5,
          session_cpu_seconds_total: undefined,
          statements_left_out: 1,
        },
      },
    ])
  })

  test('sends the document when it changes, and once a day', async () => {
    const { board, session } = openBoard()
    const standing = board.add({ name: 'hcdb1', type: 'oracle' })
    const first = await sampleOnce(sources, session)
    expect(first.documents).toMatchObject([{ name: 'agent_sources', keep: 'newest' }])
    const again = await sampleOnce(sources, session, { memory: first.memory, monotonicMs: 60_000 })
    expect(again.documents).toEqual([])
    standing.enter('paused', { zh: '已暂停', en: 'paused' })
    const paused = await sampleOnce(sources, session, { memory: again.memory, monotonicMs: 90_000 })
    expect(paused.documents[0]?.body).toEqual({
      sources: [
        {
          source: 'hcdb1',
          type: 'oracle',
          state: 'paused',
          since: '2026-11-22T00:00:00.000Z',
          reason: { zh: '已暂停', en: 'paused' },
        },
      ],
    })
    const nextDay = await sampleOnce(sources, session, { memory: first.memory, monotonicMs: 9e7 })
    expect(nextDay.documents).toHaveLength(1)
  })
})

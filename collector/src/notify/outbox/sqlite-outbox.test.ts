import { describe, expect, test } from 'vitest'
import { MAX_QUEUED_PER_CHANNEL } from '../limits.ts'
import type { NewDelivery } from './outbox-store.ts'
import { aNotice, aNoticeAlert } from '../testing/a-notice.ts'
import { anAlert } from '../testing/a-transition.ts'
import { openMemoryTables } from '../testing/memory-tables.ts'

const NOW_MS = Date.UTC(2026, 10, 22, 4)
const FAILURE = { atMs: NOW_MS, reason: 'serverError', detail: 'HTTP 500' } as const

function aDelivery(deliveryId: string, more: Partial<NewDelivery> = {}): NewDelivery {
  return {
    deliveryId,
    channel: 'a',
    groupKey: 'g',
    createdAtMs: NOW_MS,
    notice: aNotice(),
    ...more,
  }
}

const open = () => openMemoryTables().table

describe('the outbox', () => {
  test('gives the oldest of each group, and the next when that is settled', () => {
    const table = open()
    table.enqueue([
      aDelivery('1'),
      aDelivery('2'),
      aDelivery('3', { groupKey: 'h' }),
      aDelivery('4', { channel: 'b' }),
    ])
    const due = () => table.due('a', NOW_MS, 10).deliveries.map(({ deliveryId }) => deliveryId)
    expect(due()).toEqual(['1', '3'])
    table.markSent(['1'], NOW_MS)
    expect(due()).toEqual(['2', '3'])
    table.giveUp(['2'], FAILURE)
    expect(due()).toEqual(['3'])
    expect(table.due('b', NOW_MS, 10).deliveries).toMatchObject([{ deliveryId: '4', attempts: 0 }])
  })

  test('keeps a message back until its next attempt, and those of its group behind it', () => {
    const table = open()
    table.enqueue([aDelivery('1'), aDelivery('2')])
    table.markFailed(['1'], FAILURE, NOW_MS + 5000)
    expect(table.due('a', NOW_MS, 10)).toEqual({ deliveries: [], nextDueAtMs: NOW_MS + 5000 })
    expect(table.due('a', NOW_MS + 5000, 10).deliveries).toMatchObject([
      { deliveryId: '1', attempts: 1 },
    ])
  })

  test('takes a message once, and settles it once', () => {
    const table = open()
    table.enqueue([aDelivery('1')])
    table.enqueue([aDelivery('1', { notice: aNotice({ channel: 'other' }) })])
    expect(table.due('a', NOW_MS, 10).deliveries).toMatchObject([{ notice: { channel: 'duty' } }])
    table.markSent(['1'], NOW_MS)
    table.giveUp(['1'], FAILURE)
    table.markFailed(['1'], FAILURE, NOW_MS)
    expect(table.counts()).toEqual({ a: { queued: 0, sent: 1, givenUp: 0 } })
  })

  test('shows what was given up, newest first, without what it said', () => {
    const table = open()
    table.enqueue([aDelivery('1'), aDelivery('2')])
    table.giveUp(['1'], FAILURE)
    table.giveUp(['2'], { ...FAILURE, atMs: NOW_MS + 1 })
    expect(table.givenUp(10)).toEqual([
      expect.objectContaining({ deliveryId: '2', reason: 'serverError', detail: 'HTTP 500' }),
      expect.objectContaining({ deliveryId: '1', attempts: 1, createdAtMs: NOW_MS }),
    ])
    expect(table.givenUp(1)).toHaveLength(1)
  })

  test('gives up the oldest when too many wait', () => {
    const table = open()
    const many = Array.from({ length: MAX_QUEUED_PER_CHANNEL }, (_, index) =>
      aDelivery(`m${index}`),
    )
    table.enqueue(many)
    table.enqueue([aDelivery('x'), aDelivery('y')])
    expect(table.counts()).toEqual({
      a: { queued: MAX_QUEUED_PER_CHANNEL, sent: 0, givenUp: 2 },
    })
    expect(table.givenUp(10).map(({ deliveryId }) => deliveryId)).toEqual(['m1', 'm0'])
    expect(table.due('a', NOW_MS, 1).deliveries).toMatchObject([{ deliveryId: 'm2' }])
  })

  test('gives groups whole where all is asked for, the most urgent first, also what stands behind one that waits', () => {
    const table = open()
    const calm = aNotice({ alerts: [aNoticeAlert({ alert: anAlert({ severity: 'info' }) })] })
    table.enqueue([
      aDelivery('1', { groupKey: 'calm', notice: calm }),
      aDelivery('2', { notice: calm }),
      aDelivery('3', { groupKey: 'h', notice: calm }),
      aDelivery('4'),
    ])
    const due = (limit = 10) =>
      table.due('a', NOW_MS, limit, 'all').deliveries.map(({ deliveryId }) => deliveryId)
    expect(due()).toEqual(['2', '4', '1', '3'])
    expect(due(2)).toEqual(['2', '4'])
    table.markFailed(['2', '3'], FAILURE, NOW_MS + 5000)
    expect(due()).toEqual(['2', '4', '1'])
  })

  test('keeps for whom a message is left, as a group of its own, and records whom it did not reach', () => {
    const { table, dispatch } = openMemoryTables()
    const detail = { zh: '收件人暂时拒收', en: 'refused for now' }
    const failure = { atMs: NOW_MS, reason: 'recipient', detail } as const
    table.enqueue([aDelivery('1'), aDelivery('2')])
    table.markFailed(['1'], failure, NOW_MS + 5000, { onlyTo: ['b@example.org'], partly: true })
    // Another attempt that changes nothing for anybody.
    table.markFailed(['1'], failure, NOW_MS + 5000, { onlyTo: ['b@example.org'] })
    expect(table.due('a', NOW_MS, 10).deliveries).toMatchObject([
      { deliveryId: '2', onlyTo: undefined },
    ])
    expect(table.due('a', NOW_MS + 5000, 10).deliveries).toMatchObject([
      { deliveryId: '1', onlyTo: ['b@example.org'], groupKey: '1' },
      { deliveryId: '2' },
    ])
    expect(dispatch.decisions(anAlert().fingerprint, 9)).toMatchObject([
      { code: 'partly', channels: ['a'], failure: { reason: 'recipient', detail } },
    ])
  })

  test('gives up what waits for other channels, some at a time, and records it', () => {
    const { table, dispatch } = openMemoryTables()
    table.enqueue([
      aDelivery('1'),
      aDelivery('2', { channel: 'b' }),
      aDelivery('3', { channel: 'c' }),
    ])
    const failure = { atMs: NOW_MS, reason: 'removed', detail: 'x' } as const
    expect(table.giveUpOthers(['a'], failure, 1)).toMatchObject([{ deliveryId: '2', channel: 'b' }])
    expect(table.giveUpOthers(['a'], failure, 9)).toMatchObject([{ deliveryId: '3', channel: 'c' }])
    expect(table.giveUpOthers(['a'], failure, 9)).toEqual([])
    expect(table.counts()).toMatchObject({ a: { queued: 1 }, b: { givenUp: 1 }, c: { givenUp: 1 } })
    expect(dispatch.decisions(anAlert().fingerprint, 9)).toMatchObject([
      { code: 'undelivered', channels: ['c'], failure: { reason: 'removed' } },
      { code: 'undelivered', channels: ['b'] },
    ])
    expect(table.givenUp(9).map(({ attempts }) => attempts)).toEqual([0, 0])
  })

  test('a message whose remaining recipients are damaged goes to all again, and its channel goes on', () => {
    const { table, database } = openMemoryTables()
    table.enqueue([aDelivery('1'), aDelivery('2', { groupKey: 'h' })])
    database.exec(`UPDATE notification_outbox SET only_to = '["b@' WHERE delivery_id = '1'`)
    expect(table.due('a', NOW_MS, 10).deliveries).toMatchObject([
      { deliveryId: '1', onlyTo: undefined },
      { deliveryId: '2' },
    ])
  })

  test('forgets what is old and does not wait', () => {
    const table = open()
    table.enqueue([
      aDelivery('1'),
      aDelivery('2', { createdAtMs: NOW_MS + 10 }),
      aDelivery('waits', { createdAtMs: NOW_MS - 10 }),
    ])
    table.markSent(['1', '2'], NOW_MS)
    table.purge(NOW_MS + 5)
    expect(table.counts()).toEqual({ a: { queued: 1, sent: 1, givenUp: 0 } })
  })
})

describe('the state of alerts', () => {
  const transition = (atMs: number) => ({
    ruleId: 'cpu',
    key: 'db1',
    kind: 'firing',
    fingerprint: 'f',
    atMs,
    json: '{}',
  })

  test('is stored whole or not at all', () => {
    const { alerts, table } = openMemoryTables()
    const commit = {
      cursor: { segment: 3, offset: 70 },
      put: [{ ruleId: 'cpu', key: 'db1', json: '{}' }],
      remove: [],
      transitions: [transition(NOW_MS)],
      deliveries: [aDelivery('1')],
      dispatch: { put: [{ kind: 'alert', key: 'a', json: '{}' }], remove: [] },
      decisions: [],
    }
    const broken = { ...commit, deliveries: [{ ...aDelivery('2'), groupKey: undefined as never }] }
    expect(() => alerts.commit(broken)).toThrow()
    expect(alerts.load()).toEqual({ cursor: undefined, rows: [], dispatchRows: [] })
    alerts.commit(commit)
    expect(alerts.load()).toEqual({
      cursor: commit.cursor,
      rows: commit.put,
      dispatchRows: commit.dispatch.put,
    })
    expect(table.counts()).toEqual({ a: { queued: 1, sent: 0, givenUp: 0 } })
    const row = { ruleId: 'cpu', key: 'db1' }
    alerts.commit({
      ...commit,
      cursor: undefined,
      put: [],
      remove: [row],
      transitions: [],
      deliveries: [],
      dispatch: { put: [], remove: [{ kind: 'alert', key: 'a' }] },
    })
    expect(alerts.load()).toEqual({ cursor: commit.cursor, rows: [], dispatchRows: [] })
  })

  test('keeps its history in order until it is old', () => {
    const { alerts } = openMemoryTables()
    const transitions = [transition(10), transition(30), transition(20)]
    alerts.commit({
      cursor: undefined,
      put: [],
      remove: [],
      transitions,
      deliveries: [],
      dispatch: { put: [], remove: [] },
      decisions: [],
    })
    const times = () => alerts.history(0, 100, 10).map(({ atMs }) => atMs)
    expect(times()).toEqual([10, 30, 20])
    expect(alerts.history(15, 30, 10)).toHaveLength(1)
    alerts.purge(20)
    expect(times()).toEqual([30, 20])
  })
})

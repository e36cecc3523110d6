import { expect, test } from 'vitest'
import { chooseBatch } from './choose-batch.ts'
import { MAX_NOTICES_PER_DIGEST } from '../limits.ts'
import type { Delivery } from '../outbox/outbox-store.ts'
import { aNotice, aNoticeAlert } from '../testing/a-notice.ts'
import { anAlert } from '../testing/a-transition.ts'
import { urgencyOf } from './urgency.ts'

const NOW_MS = 1_700_000_000_000

type Severity = 'critical' | 'warning' | 'info'

const noticeOf = (severity: Severity | 'ended') =>
  aNotice({
    alerts: [
      aNoticeAlert({
        alert: anAlert(severity === 'ended' ? { endsAtMs: NOW_MS } : { severity }),
      }),
    ],
  })

function waiting(
  id: number,
  groupKey: string,
  severity: Severity | 'ended',
  more: Partial<Delivery> = {},
): Delivery {
  return {
    deliveryId: String(id),
    channel: 'duty',
    groupKey,
    createdAtMs: NOW_MS + id,
    notice: noticeOf(severity),
    attempts: 0,
    notBeforeMs: 0,
    onlyTo: undefined,
    ...more,
  }
}

const chosen = (all: readonly Delivery[], free: number) =>
  chooseBatch(all, free, NOW_MS).map(({ deliveryId }) => Number(deliveryId))

test.each([
  { note: 'nothing waits', all: [], free: 9, batch: [] },
  {
    note: 'with room, one of a group after the other',
    all: [waiting(1, 'g', 'warning'), waiting(2, 'g', 'ended')],
    free: 9,
    batch: [1],
  },
  {
    note: 'the most urgent group first',
    all: [waiting(1, 'g', 'warning'), waiting(2, 'h', 'critical'), waiting(3, 'i', 'ended')],
    free: 9,
    batch: [2],
  },
  {
    note: 'of equally urgent ones the oldest',
    all: [waiting(2, 'h', 'critical'), waiting(1, 'g', 'critical')],
    free: 9,
    batch: [1],
  },
  {
    note: 'what is urgent takes along what stands before it',
    all: [waiting(1, 'g', 'warning'), waiting(2, 'h', 'warning'), waiting(3, 'g', 'critical')],
    free: 9,
    batch: [1, 3],
  },
  {
    note: 'a message that failed goes with what followed it',
    all: [waiting(1, 'g', 'warning', { attempts: 1 }), waiting(2, 'g', 'warning')],
    free: 9,
    batch: [1, 2],
  },
  {
    note: 'so does one that would wait still',
    all: [waiting(1, 'g', 'warning', { notBeforeMs: NOW_MS + 9 }), waiting(2, 'g', 'critical')],
    free: 9,
    batch: [1, 2],
  },
  {
    note: 'a group of which nothing is due waits',
    all: [waiting(1, 'g', 'critical', { notBeforeMs: NOW_MS + 9 }), waiting(2, 'h', 'info')],
    free: 9,
    batch: [2],
  },
  {
    note: 'beyond what there is room for all are one digest, oldest first',
    all: [waiting(1, 'g', 'warning'), waiting(2, 'h', 'critical'), waiting(3, 'i', 'ended')],
    free: 2,
    batch: [1, 2, 3],
  },
  {
    note: 'those who have a message already don’t get it by a digest',
    all: [
      waiting(1, '1', 'critical', { onlyTo: ['a@example.org'] }),
      waiting(2, 'h', 'warning'),
      waiting(3, 'i', 'warning'),
    ],
    free: 0,
    batch: [1],
  },
])('$note', ({ all, free, batch }) => {
  expect(chosen(all, free)).toEqual(batch)
})

test('a digest has room for so many, the urgent ones among them', () => {
  const stale = Array.from({ length: 500 }, (_, id) => waiting(id, `g${id}`, 'warning'))
  const batch = chosen([...stale, waiting(500, 'urgent', 'critical')], 0)
  expect(batch).toHaveLength(MAX_NOTICES_PER_DIGEST)
  expect(batch.at(-1)).toBe(500)
})

test.each([
  [noticeOf('critical'), 0],
  [noticeOf('warning'), 1],
  [noticeOf('info'), 2],
  [noticeOf('ended'), 3],
  [{ ...noticeOf('critical'), occasion: 'digest' as const }, 2],
  [{ ...noticeOf('ended'), occasion: 'claim' as const }, 3],
])('the urgency of a notice is by the worst of what fires', (notice, urgency) => {
  expect(urgencyOf(notice)).toBe(urgency)
})

import type { FailedAttempt } from '../notify/outbox/outbox-store.ts'
import { expect, test } from 'vitest'
import { clockOf, formatMoment } from '../notify/text/moments.ts'
import { readinessNotices, unreadyReasons } from './readiness.ts'
import type { StoreStatus } from '../store/store.ts'

const sayMoment = (atMs: number) =>
  formatMoment(atMs, Date.UTC(2026, 10, 22), clockOf('Asia/Shanghai'))

const status: StoreStatus = {
  name: 'embedded',
  ok: true,
  reason: undefined,
  covered: undefined,
  readUpTo: undefined,
  samplesStored: 0,
  samplesDropped: {},
  seriesActive: 0,
  bytesOnDisk: 0,
  damaged: { files: 0, parts: 0 },
  restarts: 0,
  skippedRecords: 0,
}
const alertStatus = {
  failure: undefined,
  transitions: { firing: 0, severity: 0, resolved: 0 },
  lostTransitions: 0,
  lostDecisions: 0,
  rules: 0,
  ruleInstances: 0,
  unreadableRows: 0,
}
const well = {
  writer: { failure: undefined },
  facts: { failure: undefined },
  alerting: { status: () => alertStatus },
  store: { status: () => Promise.resolve(status) },
}

test.each([
  { note: 'all is well', parts: well, codes: [] },
  {
    note: 'the journal can not be written',
    parts: { ...well, writer: { failure: { code: 'JOURNAL_NO_SPACE', message: 'full' } } },
    codes: ['JOURNAL_NO_SPACE'],
  },
  {
    note: 'events can not be stored',
    parts: { ...well, facts: { failure: { code: 'STATE_IO', message: 'full' } } },
    codes: ['STATE_IO'],
  },
  {
    note: 'the alert state can not be saved',
    parts: { ...well, alerting: { status: () => ({ ...alertStatus, failure: 'full' }) } },
    codes: ['ALERT_STATE'],
  },
  {
    note: 'the store can not store',
    parts: { ...well, store: { status: () => Promise.resolve({ ...status, ok: false }) } },
    codes: ['STORE'],
  },
  {
    note: 'the store’s worker is gone',
    parts: { ...well, store: { status: () => Promise.reject(new Error('gone')) } },
    codes: ['STORE'],
  },
])('when $note the reasons are $codes', async ({ parts, codes }) => {
  expect((await unreadyReasons(parts)).map(({ code }) => code)).toEqual(codes)
})

test('that records of devices were deleted for want of room is said, and keeps nobody from work', async () => {
  const notices = (cutUntilMs: number | undefined) =>
    readinessNotices(
      {
        rawRecords: {
          status: () => Promise.resolve({ bytes: 1, cutUntilMs }),
          tidy: () => Promise.resolve(),
        },
      },
      { status: () => ({}) },
      sayMoment,
    )
  expect(await notices(undefined)).toEqual([])
  const [notice] = await notices(Date.UTC(2026, 10, 1))
  expect(notice?.code).toBe('RAW_LOGS_CUT')
  expect(notice?.message.en).toContain('before 11-01 08:00 were deleted earlier')
})

test('that a channel refuses what it is sent is said, until it takes something', async () => {
  const rawRecords = {
    status: () => Promise.resolve({ bytes: 1, cutUntilMs: undefined }),
    tidy: () => Promise.resolve(),
  }
  const noticesOf = (refusal: FailedAttempt | undefined) => {
    const queue = {
      sent: 0,
      failedAttempts: 1,
      givenUp: 1,
      unsaved: 0,
      dropped: 0,
      lastFailure: refusal,
      refusal,
      lastSentAtMs: undefined,
    }
    return readinessNotices(
      { rawRecords },
      { status: () => ({ duty: queue, well: { ...queue, refusal: undefined } }) },
      sayMoment,
    )
  }
  expect(await noticesOf(undefined)).toEqual([])
  const refusal = { atMs: 1, reason: 'authError', detail: '310000 keyword missing' } as const
  expect(await noticesOf(refusal)).toEqual([
    {
      code: 'CHANNEL_REFUSES',
      message: {
        zh: expect.stringContaining('“duty”拒收，消息已放弃：310000'),
        en: expect.stringContaining('"duty" refuses messages'),
      },
    },
  ])
})

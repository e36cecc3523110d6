import { describe, expect, test } from 'vitest'
import type { AttemptOutcome } from './attempt-outcome.ts'
import { decideNextStep } from './next-step.ts'

const NOW_MS = Date.UTC(2026, 10, 22, 4)
const AGE = { attempts: 0, createdAtMs: NOW_MS - 1000, nowMs: NOW_MS, giveUpAfterMs: 86_400_000 }

const answered = (status: number, retryAfter?: string): AttemptOutcome => ({
  kind: 'answered',
  status,
  retryAfter,
})
const failed = (reason: 'network' | 'timeout'): AttemptOutcome => ({
  kind: 'failed',
  reason,
  detail: 'ECONNREFUSED',
})

describe('after an attempt', () => {
  test.each([
    { note: '200 is success', outcome: answered(200), step: { action: 'sent' } },
    { note: '204 is success', outcome: answered(204), step: { action: 'sent' } },
    {
      note: '500 is tried again, others need not wait',
      outcome: answered(500),
      step: {
        action: 'retry',
        whole: false,
        failure: { reason: 'serverError', detail: 'HTTP 500' },
      },
    },
    {
      note: '503 with Retry-After makes all wait',
      outcome: answered(503, '7'),
      step: { action: 'retry', whole: true, atMs: NOW_MS + 7000 },
    },
    {
      note: '408 is tried again',
      outcome: answered(408),
      step: { action: 'retry', failure: { reason: 'timeout' } },
    },
    {
      note: '429 makes all wait',
      outcome: answered(429),
      step: { action: 'retry', whole: true, failure: { reason: 'rateLimited' } },
    },
    {
      note: '429 with seconds waits so long',
      outcome: answered(429, '90'),
      step: { action: 'retry', whole: true, atMs: NOW_MS + 90_000 },
    },
    {
      note: '429 with a date waits until then',
      outcome: answered(429, 'Sun, 22 Nov 2026 04:00:30 GMT'),
      step: { action: 'retry', atMs: NOW_MS + 30_000 },
    },
    {
      note: 'a Retry-After of years is not believed',
      outcome: answered(429, '999999999'),
      step: { action: 'retry', atMs: NOW_MS + 3_600_000 },
    },
    {
      note: 'a Retry-After that is nonsense is ignored',
      outcome: answered(503, 'soon'),
      step: { action: 'retry', whole: false, atMs: NOW_MS + 1000 },
    },
    {
      note: 'a redirect is not followed, and tried again',
      outcome: answered(302),
      step: { action: 'retry', failure: { reason: 'redirected' } },
    },
    {
      note: '400 is the last word',
      outcome: answered(400),
      step: { action: 'giveUp', failure: { reason: 'clientError', detail: 'HTTP 400' } },
    },
    {
      note: '404 is the last word',
      outcome: answered(404),
      step: { action: 'giveUp', failure: { reason: 'clientError' } },
    },
    {
      note: '401 is the last word',
      outcome: answered(401),
      step: { action: 'giveUp', failure: { reason: 'authError' } },
    },
    {
      note: 'a refused connection makes all wait',
      outcome: failed('network'),
      step: {
        action: 'retry',
        whole: true,
        failure: { reason: 'network', detail: 'ECONNREFUSED' },
      },
    },
    {
      note: 'a timeout makes all wait',
      outcome: failed('timeout'),
      step: { action: 'retry', whole: true, failure: { reason: 'timeout' } },
    },
  ])('$note', ({ outcome, step }) => {
    expect(decideNextStep(outcome, AGE, () => 1)).toMatchObject(step)
  })

  test('waiting doubles up to five minutes, half of it by chance', () => {
    const delays = (random: number) =>
      [0, 1, 2, 5, 8, 9, 500].map((attempts) => {
        const step = decideNextStep(answered(500), { ...AGE, attempts }, () => random)
        return step.action === 'retry' ? step.atMs - NOW_MS : undefined
      })
    expect(delays(0)).toEqual([500, 1000, 2000, 16_000, 128_000, 150_000, 150_000])
    expect(delays(1)).toEqual([1000, 2000, 4000, 32_000, 256_000, 300_000, 300_000])
  })

  test('a message that is too old is given up, whatever was wrong, and none before', () => {
    const age = { ...AGE, createdAtMs: NOW_MS - AGE.giveUpAfterMs }
    const younger = { ...age, createdAtMs: age.createdAtMs + 1, attempts: 500 }
    for (const outcome of [answered(500), answered(429), failed('network'), failed('timeout')])
      expect(decideNextStep(outcome, younger, () => 0)).toMatchObject({ action: 'retry' })
    expect(decideNextStep(failed('network'), age, () => 0)).toMatchObject({
      action: 'giveUp',
      failure: { reason: 'expired', detail: 'ECONNREFUSED' },
    })
    expect(decideNextStep(answered(200), age, () => 0)).toEqual({ action: 'sent' })
  })
})

describe('a message that some of its recipients got', () => {
  const partly = (more: object): AttemptOutcome => ({
    kind: 'partly',
    accepted: 1,
    later: [],
    never: [],
    ...more,
  })
  const grey = { address: 'b@example.org', code: 450 }
  const gone = { address: 'c@example.org', code: 550 }

  test('is sent; who is refused for good is named', () => {
    expect(decideNextStep(partly({ never: [gone] }), AGE, () => 0)).toMatchObject({
      action: 'sent',
      unreached: {
        reason: 'recipient',
        detail: { en: expect.stringContaining('c@example.org (550)') },
      },
    })
  })

  test('is tried again, a minute later at the earliest, for those alone who are refused for now', () => {
    expect(decideNextStep(partly({ never: [gone], later: [grey] }), AGE, () => 0)).toMatchObject({
      action: 'retry',
      atMs: NOW_MS + 60_000,
      whole: false,
      onlyTo: ['b@example.org'],
      delivered: true,
      partly: true,
    })
  })

  test('is said to be so when it becomes so, not at each attempt for the same recipients', () => {
    const step = (more: object, onlyTo?: readonly string[]) =>
      decideNextStep(partly({ later: [grey], ...more }), { ...AGE, onlyTo }, () => 0)
    expect(step({})).toMatchObject({ action: 'retry', partly: true })
    expect(step({ accepted: 0 })).toMatchObject({ action: 'retry', partly: false })
    expect(step({ accepted: 0 }, [grey.address])).toMatchObject({ action: 'retry', partly: false })
    expect(step({}, [grey.address, 'd@example.org'])).toMatchObject({ partly: true })
    expect(step({ accepted: 0, never: [gone] })).toMatchObject({ partly: true })
  })

  test('stays sent when it is too late for the others, or the server refuses the rest', () => {
    const old = { ...AGE, createdAtMs: NOW_MS - AGE.giveUpAfterMs }
    expect(decideNextStep(partly({ later: [grey] }), old, () => 0)).toMatchObject({
      action: 'sent',
    })
    const rest = { ...AGE, onlyTo: ['b@example.org'] }
    expect(decideNextStep(answered(400), rest, () => 0)).toMatchObject({
      action: 'sent',
      unreached: {
        reason: 'clientError',
        detail: { zh: '收件人未收到：b@example.org（HTTP 400）' },
      },
    })
    expect(decideNextStep(answered(503), rest, () => 0)).toMatchObject({
      action: 'retry',
      onlyTo: ['b@example.org'],
    })
  })

  test('is given up where nobody got it and it is too late', () => {
    const old = { ...AGE, createdAtMs: NOW_MS - AGE.giveUpAfterMs }
    expect(decideNextStep(partly({ accepted: 0, later: [grey] }), old, () => 0)).toMatchObject({
      action: 'giveUp',
    })
  })
})

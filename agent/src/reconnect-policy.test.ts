import { closeReason } from '@wardround/protocol'
import { describe, expect, test } from 'vitest'
import {
  isUnauthorized,
  NO_HISTORY,
  planReconnect,
  type ConnectionEnd,
} from './reconnect-policy.ts'

const SETTINGS = { firstMs: 3_000, maxMs: 25_000, unauthorizedMs: 60_000 }
const REFUSED: ConnectionEnd = { type: 'unreachable', reason: 'ECONNREFUSED' }
const closed = (code: number): ConnectionEnd => ({
  type: 'closed',
  code,
  reason: closeReason(code),
  welcomed: true,
})
const most = () => 1

/** The plans of so many failures in a row. */
function fail(times: number, addresses: number, end = REFUSED) {
  let history = NO_HISTORY
  return Array.from({ length: times }, () => {
    const plan = planReconnect(end, false, history, addresses, SETTINGS, most)
    history = plan.history
    return plan
  })
}

describe('planReconnect', () => {
  test('doubles the bound of its delay up to the largest', () => {
    expect(fail(6, 1).map(({ delayMs }) => delayMs)).toEqual([
      3_000, 6_000, 12_000, 24_000, 25_000, 25_000,
    ])
  })

  test('draws the delay evenly from zero', () => {
    const plan = planReconnect(REFUSED, false, NO_HISTORY, 1, SETTINGS, () => 0.25)
    expect(plan.delayMs).toBe(750)
  })

  test('never gives up', () => {
    expect(fail(100_000, 1).at(-1)?.delayMs).toBe(25_000)
  })

  test('tries each address in turn and backs off by rounds', () => {
    const plans = fail(6, 3)
    expect(plans.map(({ history }) => history.address)).toEqual([1, 2, 0, 1, 2, 0])
    expect(plans.map(({ delayMs }) => delayMs)).toEqual([3_000, 3_000, 3_000, 6_000, 6_000, 6_000])
  })

  test('starts over, with the same address, after a connection that proved itself', () => {
    const history = { failures: 7, address: 1 }
    const plan = planReconnect(closed(1006), true, history, 2, SETTINGS, most)
    expect(plan).toEqual({ delayMs: 3_000, history: { failures: 0, address: 1 } })
  })

  test('goes on backing off when connections are closed as soon as they are open', () => {
    expect(fail(4, 1, closed(1002)).map(({ delayMs }) => delayMs)).toEqual([
      3_000, 6_000, 12_000, 24_000,
    ])
  })

  test.each([
    {
      note: '401',
      end: { type: 'http', status: 401, retryAfterMs: undefined } as const,
      slow: true,
    },
    {
      note: '403',
      end: { type: 'http', status: 403, retryAfterMs: undefined } as const,
      slow: true,
    },
    {
      note: '503',
      end: { type: 'http', status: 503, retryAfterMs: undefined } as const,
      slow: false,
    },
    { note: 'a revoked identity', end: closed(4005), slow: true },
    { note: 'a connection that was replaced', end: closed(4000), slow: true },
    { note: 'a restarting collector', end: closed(1012), slow: false },
    { note: 'an unknown close code', end: closed(4999), slow: false },
  ])('after $note it comes back slowly: $slow', ({ end, slow }) => {
    const { delayMs } = planReconnect(end, false, NO_HISTORY, 1, SETTINGS, () => 0.5)
    expect(delayMs).toBe(slow ? 45_000 : 1_500)
  })

  test('honours Retry-After within its own bound', () => {
    const at = (retryAfterMs: number) =>
      planReconnect(
        { type: 'http', status: 503, retryAfterMs },
        false,
        NO_HISTORY,
        1,
        SETTINGS,
        () => 0,
      ).delayMs
    expect(at(10_000)).toBe(10_000)
    expect(at(3_600_000)).toBe(25_000)
  })

  test('spreads a fleet that lost its collector', () => {
    let seed = 1
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647
    const perSecond = new Map<number, number>()
    for (let agent = 0; agent < 10_000; agent++) {
      const { delayMs } = planReconnect(closed(1006), true, NO_HISTORY, 1, SETTINGS, random)
      const second = Math.floor(delayMs / 1000)
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1)
    }
    expect(Math.max(...perSecond.values())).toBeLessThan((3 * 10_000) / 3)
    expect(perSecond.size).toBe(3)
  })
})

test('only a refused identity is unauthorized', () => {
  expect(isUnauthorized({ type: 'http', status: 401, retryAfterMs: undefined })).toBe(true)
  expect(isUnauthorized({ type: 'http', status: 404, retryAfterMs: undefined })).toBe(false)
  expect(isUnauthorized(closed(1008))).toBe(false)
})

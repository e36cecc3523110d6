import { DAY_MS, HOUR_MS } from '../faults.ts'
import { random, seedOf } from '../noise.ts'
import { part, type Part } from '../part.ts'

export interface FlowPlan {
  readonly flow: string
  /** Rows of a usual window of a day. */
  readonly rows: number
  /** How many report; 0: nobody in particular. */
  readonly units: number
  readonly fails: (timeMs: number) => boolean
}

/** A flow whose day is counted at both ends at two in the morning in China. */
export function exchangeParts({ flow, rows, units, fails }: FlowPlan): Part[] {
  const seed = seedOf(flow)
  const countOf = (day: number) =>
    Math.round(rows * (0.9 + 0.2 * random(seed, day)) * (isWeekend(day) ? 0.4 : 1))
  const dayOf = (timeMs: number) => Math.floor((timeMs + 6 * HOUR_MS) / DAY_MS) - 1
  const wrong = (timeMs: number) => (fails(timeMs) ? 12 : 0)
  return [
    part('exchange.flow', 'exchange', { flow }, (timeMs) => {
      const sent = countOf(dayOf(timeMs))
      const lost = wrong(timeMs)
      return {
        sent_count: sent,
        received_count: sent - lost,
        failed_count: Math.round(lost / 3),
        pending_count: Math.round(12 * random(seed ^ 5, Math.floor(timeMs / 300_000))),
        diff_count: lost,
        diff_percent: (lost / sent) * 100,
        last_success_age_seconds: ((timeMs + 6 * HOUR_MS) % DAY_MS) / 1000,
        periods_without_success: 0,
        qc_fail_count: lost === 0 ? 0 : 9,
        units_expected: units === 0 ? undefined : units,
        units_reported: units === 0 ? undefined : units - (lost === 0 ? 0 : 2),
        units_missing: units === 0 ? undefined : lost === 0 ? 0 : 2,
      }
    }),
    part('exchange.flow', 'exchange_quality', { flow, name: '身份证号格式' }, (timeMs) => ({
      count: wrong(timeMs) === 0 ? 0 : 9,
    })),
  ]
}

function isWeekend(day: number): boolean {
  return [0, 6].includes((day + 4) % 7)
}

import { clamp, drift, random, seedOf } from '../noise.ts'
import type { Rhythm } from '../rhythm.ts'
import type { HostPlan } from './host-plan.ts'

export const MIB = 1_048_576
export const GIB = MIB * 1024

/** How busy the processors are, 0 to 1: the rhythm of the week, and what the plan says of single times. */
export function cpuShare(plan: HostPlan, timeMs: number): number {
  const { rhythm, idle, busy, seed } = readPlan(plan)
  const usual = idle + (busy - idle) * rhythm.level(timeMs)
  return clamp(
    usual * (1 + 0.25 * drift(seed, timeMs)) + (plan.extraCpu?.(timeMs) ?? 0),
    0.005,
    0.995,
  )
}

function readPlan({ name, rhythm, cpu: [idle, busy] }: HostPlan) {
  return { rhythm, idle, busy, seed: seedOf(`cpu ${name}`) }
}

/** A counter of something that is done in the rhythm of the week since the host's last start: whole, and never less than before. */
export function counterOf(
  plan: Pick<HostPlan, 'name' | 'rhythm' | 'bootMs'>,
  what: string,
  perSecond: number,
  rhythm: Rhythm = plan.rhythm,
): (timeMs: number) => number {
  const seed = seedOf(`${plan.name} ${what}`)
  const pace = perSecond * (0.8 + 0.4 * random(seed, 0))
  const before = 1 + Math.floor(1_000 * random(seed, 1))
  return (timeMs) => {
    const since = rhythm.total(timeMs) - rhythm.total(plan.bootMs(timeMs))
    return before + Math.floor(pace * (since + 0.5 * random(seed, Math.floor(timeMs / 10_000))))
  }
}

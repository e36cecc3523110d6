import { ManualTime, startScheduler } from '@wardround/agent/testing'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const YEAR_MS = 365 * 24 * HOUR_MS
/** An interval may be wrong by so much of itself. */
const MAX_ERROR = 0.1
const INTERVALS_MS = [1_000, 10_000, 60_000]
/** Intervals that pass between two disturbances. */
const BETWEEN = 5

interface Disturbance {
  readonly name: string
  readonly times: number
  readonly happen: (time: ManualTime, random: () => number) => void
}

const DISTURBANCES: readonly Disturbance[] = [
  { name: '+1 h', times: 3, happen: (time) => time.stepWall(HOUR_MS) },
  { name: '-1 h', times: 3, happen: (time) => time.stepWall(-HOUR_MS) },
  { name: '+1 y', times: 3, happen: (time) => time.stepWall(YEAR_MS) },
  { name: '-1 y', times: 3, happen: (time) => time.stepWall(-YEAR_MS) },
  { name: 'slew of 500 ppm', times: 200, happen: (time) => time.stepWall(25) },
  {
    name: '100 steps back',
    times: 100,
    happen: (time, random) => time.stepWall(-random() * 2_400),
  },
  { name: 'suspended for 8 h', times: 3, happen: (time) => time.suspend(8 * HOUR_MS) },
]

/** The agent's scheduler under clocks that are set, slewed, set back and suspended: its intervals are those of the monotonic clock. */
export async function runSchedulerClocks(
  random: () => number,
): Promise<{ readonly ticks: number; readonly worst: number; readonly violations: string[] }> {
  const found = { ticks: 0, worst: 0, violations: [] as string[] }
  for (const disturbance of DISTURBANCES)
    for (const everyMs of INTERVALS_MS) {
      const { monotonicMs, wallMs } = await record(disturbance, everyMs, random)
      const what = `${disturbance.name}, every ${everyMs / 1000} s`
      found.ticks += monotonicMs.length
      // The first run is at the start, not on a slot.
      for (const [at, time] of monotonicMs.entries()) {
        if (at < 2) continue
        const gapMs = time - (monotonicMs[at - 1] ?? 0)
        const error = Math.abs(gapMs - everyMs) / everyMs
        found.worst = Math.max(found.worst, error)
        if (error > MAX_ERROR) found.violations.push(`${what}: an interval of ${gapMs} ms`)
      }
      const isSmall = disturbance.name === '100 steps back' || disturbance.name.startsWith('slew')
      if (isSmall && new Set(wallMs).size < wallMs.length)
        found.violations.push(`${what}: a timestamp was given twice`)
    }
  return found
}

async function record(
  { times, happen }: Disturbance,
  everyMs: number,
  random: () => number,
): Promise<{ readonly monotonicMs: number[]; readonly wallMs: number[] }> {
  const time = new ManualTime()
  const monotonicMs: number[] = []
  const wallMs: number[] = []
  const task = {
    name: 'device',
    everyMs,
    run: (tick: { readonly timeMs: number; readonly monotonicMs: number }) => {
      monotonicMs.push(tick.monotonicMs)
      wallMs.push(tick.timeMs)
    },
  }
  const host = `host-${Math.floor(random() * 1000)}`
  await using _scheduler = startScheduler({
    host,
    tasks: [task],
    clocks: time,
    timers: time,
    stopWaitMs: 0,
  })
  // A slow probe first runs within half a minute.
  await time.pass(MINUTE_MS + 2 * everyMs)
  for (let step = 0; step < times; step++) {
    happen(time, random)
    await time.pass(BETWEEN * everyMs * (0.5 + random()))
  }
  await time.pass(BETWEEN * everyMs)
  return { monotonicMs, wallMs }
}

import { describe, expect, test } from 'vitest'
import { startScheduler, type ScheduledTask, type Tick } from './scheduler.ts'
import { ManualTime } from './testing/manual-time.ts'

function schedule(time: ManualTime, ...tasks: ScheduledTask[]): AsyncDisposable {
  return startScheduler({ host: 'db1', tasks, clocks: time, timers: time, stopWaitMs: 100 })
}

/** A task that writes down its ticks. */
function recording(name: string, everyMs: number): ScheduledTask & { ticks: Tick[] } {
  const ticks: Tick[] = []
  return { name, everyMs, ticks, run: (tick) => void ticks.push(tick) }
}

const gaps = (times: readonly number[]) => times.slice(1).map((time, i) => time - (times[i] ?? 0))

describe('startScheduler', () => {
  test('runs all tasks of one interval in one tick and at one phase', async () => {
    const time = new ManualTime()
    const [a, b] = [recording('a', 10_000), recording('b', 10_000)]
    schedule(time, a, b)
    await time.pass(60_000)
    expect(a.ticks.length).toBeGreaterThanOrEqual(6)
    expect(b.ticks).toEqual(a.ticks)
    expect(new Set(a.ticks.slice(1).map(({ timeMs }) => timeMs % 10_000)).size).toBe(1)
    expect(gaps(a.ticks.slice(1).map(({ timeMs }) => timeMs)).every((gap) => gap === 10_000)).toBe(
      true,
    )
  })

  test('lets a slow probe run in a tick of the fast ones, early first and then once an interval', async () => {
    const time = new ManualTime()
    const [fast, slow] = [recording('fast', 10_000), recording('slow', 60_000)]
    schedule(time, fast, slow)
    await time.pass(600_000)
    expect(slow.ticks[0]?.monotonicMs).toBeLessThanOrEqual(30_000)
    const fastTimes = new Set(fast.ticks.map(({ timeMs }) => timeMs))
    expect(slow.ticks.slice(1).every(({ timeMs }) => fastTimes.has(timeMs))).toBe(true)
    expect(
      gaps(slow.ticks.slice(1).map(({ timeMs }) => timeMs)).every((gap) => gap === 60_000),
    ).toBe(true)
  })

  test('spreads the devices that it polls over the interval, in ticks of the fast ones', async () => {
    const time = new ManualTime()
    const devices = Array.from({ length: 60 }, (_, at) => ({
      ...recording('snmp.fc-port', 60_000),
      device: `switch${at}`,
    }))
    const fast = recording('fast', 10_000)
    schedule(time, fast, ...devices)
    await time.pass(180_000)
    const phases = devices.map(({ ticks }) => (ticks.at(-1)?.timeMs ?? 0) % 60_000)
    const counts = new Map<number, number>()
    for (const phase of phases) counts.set(phase, (counts.get(phase) ?? 0) + 1)
    expect(counts.size).toBe(6)
    for (const count of counts.values()) expect(count).toBeLessThanOrEqual(20)
    const fastTimes = new Set(fast.ticks.map(({ timeMs }) => timeMs))
    expect(devices.every(({ ticks }) => fastTimes.has(ticks.at(-1)?.timeMs ?? 0))).toBe(true)
  })

  test.each([
    { note: 'an hour ahead', step: (time: ManualTime) => time.stepWall(3_600_000) },
    { note: 'a year back', step: (time: ManualTime) => time.stepWall(-365 * 86_400_000) },
    { note: 'half a second back', step: (time: ManualTime) => time.stepWall(-500) },
  ])('keeps its intervals when the wall clock is set $note', async ({ step }) => {
    const time = new ManualTime()
    const task = recording('a', 10_000)
    schedule(time, task)
    await time.pass(25_000)
    for (let i = 0; i < 20; i++) {
      step(time)
      await time.pass(15_000)
    }
    const intervals = gaps(task.ticks.slice(1).map(({ monotonicMs }) => monotonicMs))
    for (const interval of intervals) expect(Math.abs(interval - 10_000)).toBeLessThanOrEqual(1000)
  })

  test.each([10_000, 30_000, 60_000])(
    'gives no time twice when the clock is set back by %i ms, whole intervals',
    async (stepMs) => {
      const time = new ManualTime()
      const task = recording('a', 10_000)
      schedule(time, task)
      await time.pass(125_000)
      time.stepWall(-stepMs)
      await time.pass(120_000)
      const times = task.ticks.map(({ timeMs }) => timeMs)
      expect(times.length).toBeGreaterThanOrEqual(24)
      expect(new Set(times).size).toBe(times.length)
    },
  )

  test('gives no time twice when the clock is set back over the same minute again and again', async () => {
    const time = new ManualTime()
    const task = recording('a', 10_000)
    schedule(time, task)
    await time.pass(125_000)
    for (let i = 0; i < 20; i++) {
      time.stepWall(-60_000)
      await time.pass(60_000)
    }
    const times = task.ticks.map(({ timeMs }) => timeMs)
    expect(times.length).toBeGreaterThan(120)
    expect(new Set(times).size).toBe(times.length)
  })

  test('gives 100 small steps back no timestamp twice', async () => {
    const time = new ManualTime()
    const task = recording('a', 1_000)
    schedule(time, task)
    for (let i = 0; i < 100; i++) {
      await time.pass(3_000)
      time.stepWall(-1_000)
    }
    const times = task.ticks.map(({ timeMs }) => timeMs)
    expect(new Set(times).size).toBe(times.length)
  })

  test('catches nothing up after a suspension of eight hours', async () => {
    const time = new ManualTime()
    const task = recording('a', 10_000)
    schedule(time, task)
    await time.pass(25_000)
    const before = task.ticks.length
    time.suspend(8 * 3_600_000)
    await time.pass(30_000)
    expect(task.ticks.length - before).toBeGreaterThanOrEqual(2)
    expect(task.ticks.length - before).toBeLessThanOrEqual(4)
    const [last] = task.ticks.slice(-1)
    expect(last?.timeMs).toBeCloseTo(time.nowMs(), -4.5)
    expect(last?.sinceBootMs).toBeGreaterThan(8 * 3_600_000)
  })

  test('leaves no second run soon after a stall', async () => {
    const time = new ManualTime()
    const task = recording('a', 10_000)
    schedule(time, task)
    await time.pass(25_000)
    const before = task.ticks.length
    time.stall(33_000)
    await time.pass(20_000)
    const after = task.ticks.slice(before).map(({ monotonicMs }) => monotonicMs)
    for (const gap of gaps(after)) expect(gap).toBeGreaterThanOrEqual(5_000)
    expect(after.length).toBeGreaterThanOrEqual(2)
  })

  test('says when all runs of a tick have come back, slow ones included', async () => {
    const time = new ManualTime()
    const slow = Promise.withResolvers<void>()
    const settledAfter: number[] = []
    const quick = recording('quick', 10_000)
    const tasks = [quick, { name: 'slow', everyMs: 10_000, run: () => slow.promise }]
    startScheduler({
      host: 'db1',
      tasks,
      clocks: time,
      timers: time,
      stopWaitMs: 100,
      onSettled: () => settledAfter.push(quick.ticks.length),
    })
    await time.pass(11_000)
    expect(quick.ticks.length).toBeGreaterThan(0)
    expect(settledAfter).toEqual([])
    const ticks = quick.ticks.length
    slow.resolve()
    await time.pass(0)
    expect(settledAfter.at(-1)).toBe(ticks)
  })

  test('runs nothing after it was disposed, and waits for what still runs only so long', async () => {
    const time = new ManualTime()
    let runs = 0
    const hanging: ScheduledTask = {
      name: 'hangs',
      everyMs: 10_000,
      run: () => {
        runs++
        return new Promise(() => undefined)
      },
    }
    const scheduler = schedule(time, hanging)
    await time.pass(1)
    const disposed = scheduler[Symbol.asyncDispose]()
    await time.pass(100)
    await disposed
    await time.pass(60_000)
    expect(runs).toBe(1)
  })
})

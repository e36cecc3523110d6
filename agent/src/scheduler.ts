import type { Clocks, Timers } from './clocks.ts'
import { cadenceOf, firstDelayMs, nextDueMs, type Cadence } from './schedule.ts'
import { TickTimes } from './tick-times.ts'

/** One moment at which probes run; all of them share its timestamp. */
export interface Tick {
  /** Wall clock, epoch ms: the timestamp of all samples of the tick. */
  readonly timeMs: number
  readonly monotonicMs: number
  readonly sinceBootMs: number
}

export interface ScheduledTask {
  readonly name: string
  readonly everyMs: number
  /** The device that it polls: its slow probes have phases of their own, so that not all devices are asked at once. */
  readonly device?: string | undefined
  /** Must not reject; one that still runs is the task's own to notice. */
  run(tick: Tick): void | Promise<void>
}

export interface SchedulerOptions {
  /** Name of this host: where in the interval it samples. */
  readonly host: string
  readonly tasks: readonly ScheduledTask[]
  readonly clocks: Clocks
  readonly timers: Timers
  /** After a tick, once all runs have come back: nothing follows before the next one. */
  readonly onSettled?: () => void
  /** How long disposing waits for runs that are under way. */
  readonly stopWaitMs: number
}

interface Group {
  readonly cadence: Cadence
  readonly tasks: ScheduledTask[]
  dueMs: number
  /** False until its first tick, which is not on a slot. */
  started: boolean
}

/** Groups that are due within so many ms run in one tick. */
const TOGETHER_MS = 20

/** Runs tasks at their intervals; all that are due together get the same tick. Nothing is caught up after a stall. */
export function startScheduler(options: SchedulerOptions): AsyncDisposable {
  const { clocks, timers } = options
  const groups = toGroups(options)
  const running = new Set<Promise<void>>()
  const times = new TickTimes()
  let cancel: () => void = () => undefined
  arm()
  return {
    async [Symbol.asyncDispose]() {
      cancel()
      groups.length = 0
      if (running.size > 0) await untilAllBack(running, timers, options.stopWaitMs)
    },
  }

  function arm(): void {
    if (groups.length === 0) return
    const dueMs = Math.min(...groups.map((group) => group.dueMs))
    cancel = timers.after(Math.max(0, dueMs - clocks.monotonicMs()), runDue)
  }

  function runDue(): void {
    const now = { monotonicMs: clocks.monotonicMs(), wallMs: clocks.nowMs() }
    const due = groups.filter((group) => group.dueMs <= now.monotonicMs + TOGETHER_MS)
    const first = due[0]
    if (first !== undefined) {
      const timeMs = times.next(first.cadence, now.wallMs)
      const tick = { timeMs, monotonicMs: now.monotonicMs, sinceBootMs: clocks.sinceBootMs() }
      for (const group of due) {
        group.dueMs = nextDueMs(group.cadence, group.started ? group.dueMs : undefined, now)
        group.started = true
      }
      for (const group of due) for (const task of group.tasks) run(task, tick)
      settle()
    }
    arm()
  }

  function run(task: ScheduledTask, tick: Tick): void {
    const result = task.run(tick)
    if (result === undefined) return
    const settled = result.finally(() => {
      running.delete(settled)
      settle()
    })
    running.add(settled)
  }

  function settle(): void {
    if (running.size === 0) options.onSettled?.()
  }
}

/** Resolves when all runs have come back, or after `withinMs`. */
function untilAllBack(
  running: Iterable<Promise<void>>,
  timers: Timers,
  withinMs: number,
): Promise<void> {
  return new Promise((resolve) => {
    const giveUp = timers.after(withinMs, resolve)
    void Promise.all(running).then(() => {
      giveUp()
      resolve()
    })
  })
}

/** One group per cadence, the shortest interval first: its slots name the time where groups meet. */
function toGroups({ host, tasks, clocks }: SchedulerOptions): Group[] {
  const groups = new Map<string, Group>()
  for (const task of tasks) {
    const name = task.device === undefined ? task.name : `${task.name}\n${task.device}`
    const cadence = cadenceOf(host, name, task.everyMs)
    const delayMs = firstDelayMs(host, name, task.everyMs)
    const key = `${cadence.everyMs} ${cadence.phaseMs} ${delayMs}`
    const group = groups.get(key)
    if (group !== undefined) group.tasks.push(task)
    else {
      const dueMs = clocks.monotonicMs() + delayMs
      groups.set(key, { cadence, tasks: [task], dueMs, started: false })
    }
  }
  return [...groups.values()].toSorted((a, b) => a.cadence.everyMs - b.cadence.everyMs)
}

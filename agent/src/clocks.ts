import { uptime } from 'node:os'

/** The clocks of the agent; injected everywhere, so that tests can run 26 hours in seconds. */
export interface Clocks {
  /** Wall clock, epoch ms: for timestamps only. May jump. */
  nowMs(): number
  /** Never goes back and knows no jump; stands still while the machine is suspended. For intervals and deadlines. */
  monotonicMs(): number
  /** Time since the machine started, suspension counted; the same in every process of one boot. For the age of batches. */
  sinceBootMs(): number
}

export const systemClocks: Clocks = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  // CLOCK_BOOTTIME by way of /proc/uptime on Linux, in steps of 10 ms
  sinceBootMs: () => uptime() * 1000,
}

/** Timers, injected beside the clocks. A process lives as long as one of them waits: an agent without a connection goes on. */
export interface Timers {
  /** Calls back once after so many milliseconds; the returned function takes it back. */
  after(delayMs: number, callback: () => void): () => void
}

export const systemTimers: Timers = {
  after(delayMs, callback) {
    const timer = setTimeout(callback, Math.ceil(delayMs))
    return () => clearTimeout(timer)
  },
}

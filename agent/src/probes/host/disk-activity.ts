import type { DiskCounters } from './parse-diskstats.ts'

export interface DiskActivity {
  /** Percent of the interval in which at least one request was under way. */
  readonly io_util: number
  /** Milliseconds that a request took on average; missing where none ended. */
  readonly io_await: number | undefined
}

/**
 * What Telegraf's diskio derives from two readings. Undefined where a counter went back (the device is
 * another one, or its counter wrapped) or no time has passed.
 */
export function evaluateDiskActivity(
  before: DiskCounters,
  now: DiskCounters,
  elapsedMs: number,
): DiskActivity | undefined {
  const requests = now.reads - before.reads + (now.writes - before.writes)
  const requestMs = now.readMs - before.readMs + (now.writeMs - before.writeMs)
  const busyMs = now.ioMs - before.ioMs
  const wentBack =
    now.reads < before.reads ||
    now.writes < before.writes ||
    now.readMs < before.readMs ||
    now.writeMs < before.writeMs ||
    busyMs < 0
  if (wentBack || elapsedMs <= 0) return undefined
  return {
    // The kernel counts busy time in ticks, and rounds up: a full interval can come out as 100.1.
    io_util: Math.min(100, (100 * busyMs) / elapsedMs),
    io_await: requests > 0 ? requestMs / requests : undefined,
  }
}

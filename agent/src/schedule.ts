/** When a group of probes that share an interval is due: at wall times `phaseMs + k × everyMs`. */
export interface Cadence {
  readonly everyMs: number
  /** In [0, everyMs). */
  readonly phaseMs: number
}

/** Both clocks, read at one moment. */
export interface Moment {
  readonly monotonicMs: number
  readonly wallMs: number
}

/** No interval is stretched or shortened by more than this part of it to follow the wall clock (reliability.md R12 allows 10 %). */
const MAX_CORRECTION = 0.05

/** Finest phase of a slow probe: its runs fall into ticks of the 10-second probes, whose batch they share. */
const SLOT_MS = 10_000
const SLOW_FROM_MS = 60_000

/**
 * One phase per host, derived from its name, so that a fleet spreads over the interval and the probes of one host run together.
 * From a minute on each probe has a phase of its own as well, so that a host's dear probes don't meet.
 */
export function cadenceOf(host: string, probe: string, everyMs: number): Cadence {
  const hostPhaseMs = hash(host) % SLOW_FROM_MS
  if (everyMs < SLOW_FROM_MS) return { everyMs, phaseMs: hostPhaseMs % everyMs }
  const slot = hash(`${host}\n${probe}`) % Math.floor(everyMs / SLOT_MS)
  return { everyMs, phaseMs: (hostPhaseMs + slot * SLOT_MS) % everyMs }
}

/** Milliseconds after the start at which a probe first runs: at once, or spread over half a minute where it is slow. */
export function firstDelayMs(host: string, probe: string, everyMs: number): number {
  if (everyMs < SLOW_FROM_MS) return 0
  return (hash(`${probe}\n${host}`) % 3) * SLOT_MS
}

/**
 * When the next tick is due, by the monotonic clock. Intervals are monotonic; towards the wall clock's slots they are led by
 * at most a twentieth, so that a stepped clock causes neither a burst nor a pause.
 * `lastDueMs` is when the tick that now runs was due; undefined, or long ago (stall, suspension), lets the next slot be taken
 * that is at least half an interval away: what was missed is missed.
 */
export function nextDueMs(cadence: Cadence, lastDueMs: number | undefined, now: Moment): number {
  const { everyMs } = cadence
  const inTime = lastDueMs !== undefined && now.monotonicMs - lastDueMs < everyMs / 2
  const straightMs = (inTime ? lastDueMs : now.monotonicMs) + everyMs
  const wallMs = now.wallMs + (straightMs - now.monotonicMs)
  const aheadMs = offSlotMs(wallMs, cadence)
  if (!inTime) return straightMs - aheadMs
  const limitMs = everyMs * MAX_CORRECTION
  return straightMs - Math.max(-limitMs, Math.min(limitMs, aheadMs))
}

/** How far a wall time lies after the nearest slot; negative: before it. */
function offSlotMs(wallMs: number, { everyMs, phaseMs }: Cadence): number {
  const offsetMs = (((wallMs - phaseMs) % everyMs) + everyMs) % everyMs
  return offsetMs >= everyMs / 2 ? offsetMs - everyMs : offsetMs
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return (value ^ (value >>> 15)) >>> 0
}

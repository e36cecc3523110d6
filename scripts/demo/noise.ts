/** A whole number that a name stands for (FNV-1a, 32 bits). */
export function seedOf(name: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < name.length; at++)
    hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193) >>> 0
  return hash
}

/** In [0, 1), the same for ever for a seed and a whole number: nothing here remembers, so history and what is live join without a seam. */
export function random(seed: number, n: number): number {
  let mixed = Math.imul(seed ^ Math.floor(n / 0x1_0000_0000) ^ 0x9e3779b9, 0x85ebca6b) ^ (n | 0)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b)
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 0x1_0000_0000
}

/** Wanders within ±1 as time goes on, by some way in each `periodMs`. */
function wander(seed: number, timeMs: number, periodMs: number): number {
  const at = timeMs / periodMs
  const from = Math.floor(at)
  const part = at - from
  const eased = part * part * (3 - 2 * part)
  return 2 * (random(seed, from) * (1 - eased) + random(seed, from + 1) * eased) - 1
}

/** What wanders slowly with a quick tremble on it, within ±1. */
export function drift(seed: number, timeMs: number): number {
  return (
    0.6 * wander(seed, timeMs, 2_700_000) +
    0.3 * wander(~seed, timeMs, 240_000) +
    tremble(seed, timeMs)
  )
}

function tremble(seed: number, timeMs: number): number {
  return 0.2 * (random(seed ^ 0x5bd1e995, Math.floor(timeMs / 10_000)) - 0.5)
}

export function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value
}

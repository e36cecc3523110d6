import { counterGrowth } from './counter-growth.ts'
import type { HistoryPoints } from '../history.ts'
import type { PointFunction } from './point-function.ts'
import {
  FIRST,
  FIRST_MS,
  FIT_MS,
  LAST,
  LAST_MS,
  mostBuckets,
  TOTAL,
  type WindowStates,
} from './window-states.ts'

/**
 * Puts what came before its first sample in front of a state's window, once: what follows is told as if it had always been there. `atMs`: now, in
 * the samples' time.
 */
export function fillWindow(
  states: WindowStates,
  fn: PointFunction,
  state: number,
  history: HistoryPoints,
  atMs: number,
): void {
  if (!states.hasBegun(state)) noteHistory(states, fn, state, history, atMs)
  else if ((history.times[0] ?? Infinity) < states.get(state, FIRST_MS))
    fillBefore(states, fn, state, history)
}

function noteHistory(
  states: WindowStates,
  fn: PointFunction,
  state: number,
  { times, values, counts }: HistoryPoints,
  beforeMs: number,
): void {
  for (let index = 0; index < times.length; index++) {
    const timeMs = times[index] ?? NaN
    if (!(timeMs < beforeMs)) break
    states.noteNext(fn, state, timeMs, values[index] ?? NaN, counts[index] ?? 1)
  }
  if (states.hasBegun(state)) states.set(state, FIRST_MS, -Infinity)
}

/** Takes out what the state has, lets it live through the past, and puts it back. */
function fillBefore(
  states: WindowStates,
  fn: PointFunction,
  state: number,
  history: HistoryPoints,
): void {
  const { rings } = states
  const kept = states.copyOf(state)
  const buckets = Array.from({ length: rings.count(state) }, (_, index) => ({
    timeMs: rings.time(state, index),
    first: rings.first(state, index),
    second: rings.second(state, index),
  }))
  rings.clear(state)
  states.set(state, TOTAL, 0)
  states.set(state, LAST, history.values[0] ?? NaN)
  noteHistory(states, fn, state, history, states.get(state, FIRST_MS))
  const isCounter = fn.name === 'increase' || fn.name === 'rate'
  const step = counterGrowth(states.get(state, LAST), kept[FIRST] ?? NaN, fn.bits)
  const before = isCounter ? states.get(state, TOTAL) + step : 0
  for (const { timeMs, first, second } of buckets)
    rings.push(state, mostBuckets(fn), timeMs, first + before, second)
  states.putBack(state, kept)
  states.set(state, TOTAL, (kept[TOTAL] ?? 0) + before)
  states.set(state, FIRST_MS, -Infinity)
  states.set(state, FIT_MS, NaN)
  states.forget(fn, state, states.get(state, LAST_MS))
}

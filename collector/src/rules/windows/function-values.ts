import { AwaitedHistory } from './awaited-history.ts'
import type { RuleSet } from '../compiled-rule.ts'
import {
  historyNeeds,
  isSameNeed,
  needOf,
  type HistoryNeed,
  type PointHistory,
} from '../history.ts'
import type { PointBinding } from '../points/point-binding.ts'
import { joinKey, pointKey } from '../points/point-key.ts'
import { WindowFunctions } from './window-functions.ts'

/** The functions of all points: fills their cells as samples come, and their past from what a store knows. */
export class FunctionValues {
  readonly #rules: RuleSet
  readonly #points: PointBinding
  readonly #windows = new WindowFunctions()
  readonly #awaited = new AwaitedHistory()

  constructor(rules: RuleSet, points: PointBinding) {
    this.#rules = rules
    this.#points = points
  }

  /** Bytes of all windows. */
  get bytes(): number {
    return this.#windows.bytes
  }

  /** Fills the cells of a group's functions whose fields came at this time. */
  derive(group: number, subject: string, orderMs: number): void {
    const points = this.#points
    const { cells } = points
    const variant = points.variant(points.variantOf[group] ?? 0)
    const { functions, stateOffsets } = variant
    if (functions.length === 0) return
    if (!this.#awaited.isEmpty) this.#begin(group, subject, orderMs)
    const base = points.baseOf[group] ?? 0
    const first = points.firstStateOf[group] ?? 0
    for (let index = 0; index < functions.length; index++) {
      const fn = functions[index]
      if (fn === undefined) continue
      const value = cells[base + fn.from] ?? NaN
      if (value !== value) continue // oxlint-disable-line no-self-compare -- NaN alone; a call per sample would cost
      const limit = fn.limitCell < 0 ? fn.limit : (cells[base + fn.limitCell] ?? NaN)
      const state = first + (stateOffsets[index] ?? 0)
      const told = this.#windows.observe(fn, state, orderMs, value, limit)
      if (told === told) cells[base + fn.cell] = told // oxlint-disable-line no-self-compare -- as above; a second block of one time tells nothing new
    }
  }

  needs(): HistoryNeed[] {
    return historyNeeds(this.#rules)
  }

  /** Takes in what a store answered; what is of points that have not come yet waits for them. Returns how many of the points had no room to wait. */
  fill(need: HistoryNeed, history: readonly PointHistory[], atMs: number): number {
    const { measurement } = need
    const layout = this.#rules.layouts.get(measurement)
    if (layout === undefined) return 0
    const { functions, identifyingTags } = layout
    let dropped = 0
    for (const fn of functions) {
      const own = needOf(fn, measurement, identifyingTags)
      if (own === undefined || !isSameNeed(own, need)) continue
      for (const { tags, points } of history) {
        const key = pointKey(tags['host'] ?? '', measurement, identifyingTags, tags)
        const state = this.#points.stateOf(key, fn)
        if (state >= 0) this.#windows.fill(fn, state, points, atMs)
        else if (!this.#awaited.put(key, fn.key, points, atMs)) dropped++
      }
    }
    return dropped
  }

  /** Time has passed: who has not come by now need not be waited for. */
  forgetAwaited(atMs: number): void {
    this.#awaited.forget(atMs)
  }

  /** Gives a point that has come what waited for it. */
  #begin(group: number, subject: string, orderMs: number): void {
    const points = this.#points
    const variant = points.variant(points.variantOf[group] ?? 0)
    const first = points.firstStateOf[group] ?? 0
    const key = joinKey(subject, variant.kind.key)
    for (const [index, fn] of variant.functions.entries()) {
      const state = first + (variant.stateOffsets[index] ?? 0)
      const history = this.#windows.hasBegun(state) ? undefined : this.#awaited.take(key, fn.key)
      if (history !== undefined) this.#windows.fill(fn, state, history, orderMs)
    }
  }
}

import type { SampleBlock } from '@wardround/protocol'
import type { Transition } from '../alert.ts'
import type { RuleSet, ValueRule } from '../compiled-rule.ts'
import { FunctionValues } from '../windows/function-values.ts'
import type { KnownSubjects } from '../alerts/known-subjects.ts'
import { forgetTimers } from '../levels/level-state.ts'
import {
  alertId,
  alertKey,
  isIdle,
  refit,
  type AlertSubject,
  type LiveAlert,
} from '../alerts/live-alert.ts'
import type { LiveAlerts } from '../alerts/live-alerts.ts'
import { withValue } from '../alerts/recent-values.ts'
import { PointBinding } from '../points/point-binding.ts'
import type { PointVariant } from '../points/point-kinds.ts'
import type { SeriesDirectory } from '../points/series-directory.ts'
import { keepShown, keepSinceFirst, raisedNow, stepLevels } from './raised-alert.ts'
import { hasAll, raisesAny, valueOf } from './read-value.ts'

/**
 * Rules about values. A sample is stored in its cell; when a block is through, the rules of each point that it touched run once. A rule instance
 * that is calm costs a time and a flag; only one that is raised has an object (in LiveAlerts).
 */
export class ValueEngine {
  readonly #points: PointBinding
  readonly #alerts: LiveAlerts
  readonly #directory: SeriesDirectory
  /** What rules know of the past. */
  readonly functions: FunctionValues
  readonly #known: KnownSubjects | undefined
  readonly #liveOf = new Map<number, LiveAlert>()
  /** By instance: time of the last sample that was evaluated. */
  #lastTimeOf = new Float64Array(0)
  /** By instance: 1 while it has a live alert. */
  #isLive = new Uint8Array(0)
  #touched = new Int32Array(64)
  #mark = 0

  /** `known` is absent where nothing is ever first watched: over what is past. */
  constructor(
    rules: RuleSet,
    directory: SeriesDirectory,
    alerts: LiveAlerts,
    known?: KnownSubjects,
  ) {
    this.#points = new PointBinding(rules, directory, known)
    this.functions = new FunctionValues(rules, this.#points)
    this.#alerts = alerts
    this.#directory = directory
    this.#known = known
  }

  get instanceCount(): number {
    return this.#points.instanceCount
  }

  /** Takes in one subject's samples of one time. */
  accept(block: SampleBlock, times: BlockTimes, transitions: Transition[]): void {
    const touched = this.#store(block, times.orderMs)
    for (let index = 0; index < touched; index++) {
      const group = this.#touched[index] ?? 0
      this.functions.derive(group, block.subject, times.orderMs)
      this.#evaluate(group, block, times, transitions)
    }
  }

  /** Puts the values into their cells; returns how many groups were touched. */
  #store({ subject, series, values }: SampleBlock, orderMs: number): number {
    const points = this.#points
    const mark = (this.#mark = (this.#mark + 1) >>> 0 || 1)
    let touched = 0
    for (let index = 0; index < series.length; index++) {
      const slot = points.slotOf(series[index] ?? 0, subject)
      if (slot < 0) continue
      const group = points.groupOf[slot] ?? 0
      if (points.markOf[group] !== mark) {
        if (!this.#openPoint(group, orderMs)) continue
        points.markOf[group] = mark
        if (touched === this.#touched.length) this.#growTouched()
        this.#touched[touched++] = group
      }
      points.cells[slot] = values[index] ?? NaN
    }
    return touched
  }

  /** Makes a group ready for a point of this time; false where it has had a newer one. */
  #openPoint(group: number, orderMs: number): boolean {
    const points = this.#points
    const newest = points.timeOf[group] ?? -Infinity
    if (orderMs < newest) return false
    if (orderMs > newest) {
      points.timeOf[group] = orderMs
      const base = points.baseOf[group] ?? 0
      const { width } = points.variant(points.variantOf[group] ?? 0)
      for (let cell = base; cell < base + width; cell++) points.cells[cell] = NaN
    }
    return true
  }

  #evaluate(group: number, block: SampleBlock, times: BlockTimes, transitions: Transition[]): void {
    const points = this.#points
    const { cells } = points
    const variant = points.variant(points.variantOf[group] ?? 0)
    const base = points.baseOf[group] ?? 0
    const first = points.firstInstanceOf[group] ?? 0
    if (points.instanceCount > this.#isLive.length) this.#growInstances()
    for (let index = 0; index < variant.rules.length; index++) {
      const rule = variant.rules[index]
      const instance = first + (variant.offsets[index] ?? 0)
      const lastMs = this.#lastTimeOf[instance] ?? -Infinity
      if (rule === undefined || !(times.orderMs > lastMs)) continue
      const value = valueOf(rule, cells, base)
      if (!Number.isFinite(value)) continue
      if (lastMs === -Infinity) this.#attach(instance, rule, variant, block)
      if (this.#isLive[instance] === 1 && this.#liveOf.get(instance)?.isOver === true)
        this.#part(instance)
      if (this.#isLive[instance] === 1 && this.#lacksNow(instance, rule, base)) continue
      this.#lastTimeOf[instance] = times.orderMs
      if (this.#isLive[instance] === 0 && !raisesAny(rule, value, cells, base)) continue
      const isFirst = lastMs === -Infinity
      const sample = { instance, rule, variant, block, base, value, isFirst, ...times }
      const transition = this.#step(sample)
      if (transition !== undefined) transitions.push(transition)
    }
  }

  /** Whether what an alert may stand on is missing, and was there before: such a sample says nothing. */
  #lacksNow(instance: number, { optional }: ValueRule, base: number): boolean {
    if (optional.length === 0 || this.#liveOf.get(instance)?.isComplete !== true) return false
    return !hasAll(optional, this.#points.cells, base)
  }

  /** Joins an instance, at its first sample, with the alert that it had before a restart. */
  #attach(instance: number, rule: ValueRule, variant: PointVariant, block: SampleBlock): void {
    if (this.#alerts.size === 0) return
    const live = this.#alerts.get(alertId(subjectOf(rule, variant, block)))
    if (live !== undefined) this.#join(instance, live)
  }

  #step(sample: RaisedSample): Transition | undefined {
    const { instance, rule, variant, block, base, value, atMs } = sample
    const before = this.#liveOf.get(instance)
    const live =
      before ?? this.#join(instance, this.#alerts.begin(subjectOf(rule, variant, block), rule))
    const isLess = live.rule !== rule && refit(live, rule)
    if (atMs - live.lastAtMs > rule.gapMs) for (const { state } of live.levels) forgetTimers(state)
    live.value = value
    live.recent = withValue(live.recent, block.timeMs, value)
    live.lastAtMs = atMs
    if (live.isQuiet) this.#alerts.wake(live)
    const { cells } = this.#points
    live.isComplete = hasAll(rule.optional, cells, base)
    keepShown(live.shown, rule, cells, base)
    if (rule.details.length > 0) live.details = this.#detailsOf(rule, sample)
    if (stepLevels(live, rule, value, cells, base, atMs)) this.#alerts.touch(live)
    if (before !== undefined) keepSinceFirst(live)
    else if (sample.isFirst && this.#known?.isFirst(block.subject, variant.kind.instance) === true)
      live.sinceFirst = raisedNow(live)
    const transition = this.#alerts.settle(live, {
      rule,
      timeMs: block.timeMs,
      // What an override took away did not end by itself.
      reason: isLess ? 'rule' : 'condition',
    })
    if (isIdle(live)) this.#part(instance)
    return transition
  }

  /** The descriptive tags of a point, by any of its series in the block. */
  #detailsOf(
    { details }: ValueRule,
    { block: { subject, series }, variant, base }: RaisedSample,
  ): Readonly<Record<string, string>> {
    const ofPoint = series.find((number) => {
      const slot = this.#points.slotOf(number, subject)
      return slot >= base && slot < base + variant.width
    })
    const tags = new Map(ofPoint === undefined ? [] : this.#directory.shapeOf(ofPoint).tags)
    return Object.fromEntries(
      details.flatMap((name) => {
        const value = tags.get(name)
        return value === undefined ? [] : [[name, value]]
      }),
    )
  }

  #join(instance: number, live: LiveAlert): LiveAlert {
    this.#isLive[instance] = 1
    this.#liveOf.set(instance, live)
    return live
  }

  #part(instance: number): void {
    this.#isLive[instance] = 0
    this.#liveOf.delete(instance)
  }

  #growTouched(): void {
    const grown = new Int32Array(this.#touched.length * 2)
    grown.set(this.#touched)
    this.#touched = grown
  }

  #growInstances(): void {
    const capacity = Math.max(1024, this.#points.instanceCount * 2)
    const times = new Float64Array(capacity).fill(-Infinity)
    times.set(this.#lastTimeOf)
    this.#lastTimeOf = times
    const live = new Uint8Array(capacity)
    live.set(this.#isLive)
    this.#isLive = live
  }
}

/** Which block is newer, and when it came. */
export interface BlockTimes {
  /** Rises with every newer block of an agent, though its clock be set back. */
  readonly orderMs: number
  /** The engine's clock. */
  readonly atMs: number
}

/** A sample that may change an alert. */
interface RaisedSample extends BlockTimes {
  readonly instance: number
  readonly rule: ValueRule
  readonly variant: PointVariant
  readonly block: SampleBlock
  readonly base: number
  readonly value: number
  /** The first of its instance that is evaluated. */
  readonly isFirst: boolean
}

function subjectOf(
  rule: ValueRule,
  { tags }: PointVariant,
  { subject }: SampleBlock,
): AlertSubject {
  return {
    ruleId: rule.id,
    key: alertKey(subject, tags),
    host: subject,
    measurement: rule.measurement,
    tags,
  }
}

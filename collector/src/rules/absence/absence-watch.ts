import type { SampleBlock } from '@wardround/protocol'
import { AbsencePoints } from './absence-points.ts'
import { AbsenceRows, POINT_ROWS } from './absence-rows.ts'
import type { RuleStateRow, Transition } from '../alert.ts'
import type { AbsenceRule } from '../compiled-rule.ts'
import { activate, deactivate, forgetClear } from '../levels/level-state.ts'
import { alertKey, type AlertSubject, type LiveAlert } from '../alerts/live-alert.ts'
import type { LiveAlerts, RowChanges } from '../alerts/live-alerts.ts'
import type { SeriesDirectory } from '../points/series-directory.ts'
import type { Downtime, RowKeeper, RowKey } from '../alerts/row-keeper.ts'

/** Rules of one point have a bit each. */
const BITS = 32

/**
 * Rules about points that were seen and are no more: a file system that is not mounted, a database that was closed. How long nothing came of a point
 * is counted by what else comes of its host or device: while that is silent as a whole, or the collector is away, no time passes here, and after
 * a long silence every point has its full `for` again. What values said of the point stays as it was.
 */
export class AbsenceWatch implements RowKeeper {
  readonly rowIds = [POINT_ROWS]
  readonly #points: AbsencePoints
  readonly #rows: AbsenceRows
  readonly #alerts: LiveAlerts
  /** Missing points, by instance: point and bit of the rule. */
  readonly #liveOf = new Map<number, LiveAlert>()
  readonly #hasRules: boolean
  #mark = 0

  constructor(rules: readonly AbsenceRule[], directory: SeriesDirectory, alerts: LiveAlerts) {
    this.#points = new AbsencePoints(rules, directory)
    this.#rows = new AbsenceRows(rules, this.#points)
    this.#points.onWatched = (rule, point) =>
      this.#rows.changed(rule, this.#points.subjectOf(point))
    this.#alerts = alerts
    this.#hasRules = rules.length > 0
  }

  /** Live samples of one subject came. */
  accept({ subject, timeMs, series }: SampleBlock, atMs: number, transitions: Transition[]): void {
    if (!this.#hasRules) return
    const points = this.#points
    const subjectId = points.internSubject(subject, atMs)
    const gapMs = atMs - (points.heardAtOf[subjectId] ?? atMs)
    points.heardAtOf[subjectId] = atMs
    if (gapMs > 0) this.#resume(subjectId, gapMs, atMs)
    const mark = (this.#mark = (this.#mark + 1) >>> 0 || 1)
    for (let index = 0; index < series.length; index++) {
      let point = points.pointOf(series[index] ?? 0, subjectId, atMs)
      while (point >= 0 && points.markOf[point] !== mark) {
        points.markOf[point] = mark
        points.lastAtOf[point] = atMs
        points.paces.take(point, timeMs)
        if (points.stateOf[point] === 1) this.#returned(point, atMs, transitions)
        point = points.parentOf[point] ?? -1
      }
    }
  }

  /** Declares missing what has been so for long enough. */
  check(atMs: number, transitions: Transition[]): void {
    const points = this.#points
    for (let point = 0; point < points.count; point++) {
      const mask = points.maskOf[point] ?? 0
      if (mask === 0) continue
      const heardAtMs = points.heardAtOf[points.subjectIdOf(point)] ?? 0
      const missingMs = heardAtMs - (points.lastAtOf[point] ?? 0)
      if (missingMs === 0) continue
      if (missingMs < points.concernMs(point)) continue
      const { rules } = points.kindOf(point)
      for (const [bit, rule] of rules.entries())
        if ((mask & (1 << bit)) !== 0)
          this.#raise(rule, point, bit, { missingMs, atMs }, transitions)
    }
  }

  /** Takes up an alert of an earlier process, or of the rules before these. */
  adopt(live: LiveAlert, rule: AbsenceRule, atMs: number): void {
    const { host, tags } = live.subject
    const times = { lastAtMs: live.lastAtMs, heardAtMs: atMs }
    const point = this.#points.adopt(rule, host, tags, times)
    if (point === undefined) return
    this.#points.lastAtOf[point] = live.lastAtMs
    this.#points.stateOf[point] = 1
    const bit = this.#points.kindOf(point).rules.indexOf(rule)
    this.#liveOf.set(instanceOf(point, bit), live)
  }

  restoreRow(row: RuleStateRow, { atMs }: Downtime): boolean {
    return this.#rows.restore(row, atMs)
  }

  /** Takes up what the rules before these watched, as far as these watch it too. */
  takeOver(before: AbsenceWatch, atMs: number): void {
    this.#rows.takeOver(before.#rows, before.#points, atMs)
  }

  /** A person retired a host or device: all of it, or the points whose tags `isRetired` accepts. */
  forgetSubject(
    subject: string,
    isRetired?: (tags: Readonly<Record<string, string>>) => boolean,
  ): void {
    const subjectId = this.#points.findSubject(subject)
    if (subjectId === undefined) return
    for (const point of this.#points.pointsOf(subjectId))
      if (isRetired?.(this.#points.kindOf(point).tags) ?? true) this.#forget(point)
    if (isRetired === undefined) this.#points.dropSubject(subject)
  }

  takeRows(): RowChanges {
    return this.#rows.take()
  }

  returnRow({ key }: RowKey): void {
    this.#rows.returnRow(key)
  }

  /** It comes again: while nothing at all came nothing was missing more than before, and what was not said to be missing has its full time again. */
  #resume(subjectId: number, gapMs: number, atMs: number): void {
    const points = this.#points
    if (gapMs < points.shortestConcernMs) return
    for (const point of points.pointsOf(subjectId)) {
      if (gapMs < points.concernMs(point)) continue
      const lastAtMs = points.lastAtOf[point] ?? atMs
      points.lastAtOf[point] = this.#hasFired(point, atMs) ? lastAtMs + gapMs : atMs
    }
  }

  /** Whether an alert of the point was told; pending ones come to nothing. */
  #hasFired(point: number, atMs: number): boolean {
    const { rules } = this.#points.kindOf(point)
    if (this.#points.stateOf[point] !== 1) return false
    const live = rules.map((_, bit) => this.#liveOf.get(instanceOf(point, bit)))
    if (live.some((one) => one?.said !== undefined)) return true
    this.#returned(point, atMs, [])
    return false
  }

  #raise(
    rule: AbsenceRule,
    point: number,
    bit: number,
    { missingMs, atMs }: { readonly missingMs: number; readonly atMs: number },
    transitions: Transition[],
  ): void {
    const patienceMs = this.#points.patienceMs(point)
    if (missingMs < Math.max(rule.levels[0]?.forMs ?? 0, patienceMs) / 2) return
    const instance = instanceOf(point, bit)
    const before = this.#liveOf.get(instance)
    // it ended otherwise than by samples: what comes of its point later makes that known anew
    if (before?.isOver === true) return this.#forget(point)
    const live = before ?? this.#alerts.begin(this.#subjectOf(rule, point), rule)
    live.value = Math.round(missingMs / 1000)
    live.lastAtMs = this.#points.lastAtOf[point] ?? atMs
    live.isQuiet = true
    this.#liveOf.set(instance, live)
    this.#points.stateOf[point] = 1
    let changed = before === undefined
    for (const [index, { forMs }] of rule.levels.entries()) {
      const state = live.levels[index]?.state
      if (state === undefined) continue
      const isMissing = missingMs >= Math.max(forMs, patienceMs)
      changed ||= state.active ? state.clearSamples > 0 : isMissing
      if (state.active) forgetClear(state)
      else if (isMissing) activate(state)
      else state.raisedAtMs = atMs - missingMs
    }
    if (changed) this.#settle(live, rule, atMs, transitions)
  }

  #returned(point: number, atMs: number, transitions: Transition[]): void {
    const { rules } = this.#points.kindOf(point)
    let waits = false
    for (const [bit, rule] of rules.entries()) {
      const live = this.#liveOf.get(instanceOf(point, bit))
      if (live === undefined) continue
      for (const [index, { clearSamples }] of rule.levels.entries()) {
        const state = live.levels[index]?.state
        if (state === undefined) continue
        if (state.active) {
          state.clearAtMs ??= atMs
          state.clearSamples++
        }
        if (!state.active || state.clearSamples >= clearSamples) deactivate(state)
      }
      if (!live.isOver) this.#settle(live, rule, atMs, transitions)
      if (live.isOver) this.#liveOf.delete(instanceOf(point, bit))
      else waits = true
    }
    if (!waits) this.#points.stateOf[point] = 0
  }

  #settle(live: LiveAlert, rule: AbsenceRule, atMs: number, transitions: Transition[]): void {
    this.#alerts.touch(live)
    const transition = this.#alerts.settle(live, { rule, timeMs: atMs, reason: 'condition' })
    if (transition !== undefined) transitions.push(transition)
  }

  #forget(point: number): void {
    const mask = this.#points.maskOf[point] ?? 0
    for (const [bit, rule] of this.#points.kindOf(point).rules.entries()) {
      this.#liveOf.delete(instanceOf(point, bit))
      if ((mask & (1 << bit)) !== 0) this.#rows.changed(rule, this.#points.subjectOf(point))
    }
    this.#points.forget(point)
  }

  #subjectOf(rule: AbsenceRule, point: number): AlertSubject {
    const host = this.#points.subjectOf(point)
    const { tags } = this.#points.kindOf(point)
    const { id: ruleId, measurement } = rule
    return { ruleId, key: alertKey(host, tags), host, measurement, tags }
  }
}

function instanceOf(point: number, bit: number): number {
  return point * BITS + bit
}

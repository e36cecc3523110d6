import { PointPaces } from './point-paces.ts'
import { AbsenceKinds, mayWatch, pick, watches, type AbsenceKind } from './absence-kinds.ts'
import type { AbsenceRule } from '../compiled-rule.ts'
import { PairIndex } from './pair-index.ts'
import type { SeriesDirectory } from '../points/series-directory.ts'

/** More rules about one measurement have no bits. */
export const MAX_ABSENCE_RULES = 31

const UNWATCHED = -1
const UNKNOWN = -2
/** Forgotten: the next sample makes it known anew. */
const FORGOTTEN = 2

/**
 * Every point that rules about absence watch, in typed arrays: some 90 bytes a point, and 4 a series. A descriptive tag is no part of a point: it may
 * change, and choose which rules watch the point, but the point goes on.
 */
export class AbsencePoints {
  readonly #directory: SeriesDirectory
  readonly #kinds: AbsenceKinds
  readonly #pairs = new PairIndex()
  readonly #subjects = new Map<string, number>()
  readonly #subjectNames: string[] = []
  /** By subject: its newest point, or −1; by point: the subject's next one. */
  readonly #firstOf: number[] = []
  #nextOf = new Int32Array(64)
  #slots = new Int32Array(0)

  /** By subject: when samples of it came last, by the engine's clock. */
  readonly heardAtOf: number[] = []
  /** By point: when a sample of it came last. */
  lastAtOf = new Float64Array(64)
  /** By point: a bit for each of its rules that watch it. */
  maskOf = new Uint32Array(64)
  /** By point: 1 while it has a live alert, 2 when it is forgotten. */
  stateOf = new Uint8Array(64)
  /** By point: the block in which it was last seen. */
  markOf = new Uint32Array(64)
  /** By point: the point of the whole measurement, where this one is of a field; else −1. */
  parentOf = new Int32Array(64)
  readonly paces = new PointPaces()

  constructor(rules: readonly AbsenceRule[], directory: SeriesDirectory) {
    this.#directory = directory
    this.#kinds = new AbsenceKinds(rules)
  }

  get count(): number {
    return this.#pairs.size
  }

  kindOf(point: number): AbsenceKind {
    return this.#kinds.get(this.#pairs.secondOf(point))
  }

  /** After how long without a sample one of this point must be missing. */
  patienceMs(point: number): number {
    return this.paces.patienceMs(point, this.kindOf(point).usualMs)
  }

  /** A silence as long as this makes one think that the point is gone. */
  concernMs(point: number): number {
    return Math.max(this.kindOf(point).concernMs, this.patienceMs(point) / 2)
  }

  /** The shortest of all kinds. */
  get shortestConcernMs(): number {
    return this.#kinds.shortestConcernMs
  }

  subjectIdOf(point: number): number {
    return this.#pairs.firstOf(point)
  }

  subjectOf(point: number): string {
    return this.#subjectNames[this.subjectIdOf(point)] ?? ''
  }

  findSubject(subject: string): number | undefined {
    return this.#subjects.get(subject)
  }

  internSubject(subject: string, heardAtMs: number): number {
    const known = this.#subjects.get(subject)
    if (known !== undefined) return known
    const id = this.#subjectNames.push(subject) - 1
    this.#subjects.set(subject, id)
    this.heardAtOf.push(heardAtMs)
    this.#firstOf.push(-1)
    return id
  }

  /** What comes of this subject later is another's. */
  dropSubject(subject: string): void {
    this.#subjects.delete(subject)
  }

  *pointsOf(subjectId: number): Generator<number> {
    let point = this.#firstOf[subjectId] ?? -1
    for (; point >= 0; point = this.#nextOf[point] ?? -1) yield point
  }

  /** The point of a series, of the field rather than of the measurement; negative where no rule watches it. */
  pointOf(series: number, subjectId: number, atMs: number): number {
    const point = series < this.#slots.length ? (this.#slots[series] ?? UNKNOWN) : UNKNOWN
    if (point === UNWATCHED || (point >= 0 && this.stateOf[point] !== FORGOTTEN)) return point
    return this.#bind(series, subjectId, atMs)
  }

  /** Makes a point known that an earlier process, or other rules, knew; undefined where the rule doesn't watch it. */
  adopt(
    rule: AbsenceRule,
    subject: string,
    tags: Readonly<Record<string, string>>,
    times: { readonly lastAtMs: number; readonly heardAtMs: number },
  ): number | undefined {
    const given = new Map(Object.entries(tags))
    if (!mayWatch(rule, subject, given)) return undefined
    const identifying = pick(given, rule.identifyingTags)
    const watched = this.#kinds.watched(rule.measurement, rule.field)
    const bit = watched?.rules.indexOf(rule) ?? -1
    if (watched === undefined || bit < 0) return undefined
    const subjectId = this.internSubject(subject, times.heardAtMs)
    const point = this.#internPoint(
      subjectId,
      this.#kinds.intern(watched, identifying),
      times.lastAtMs,
    )
    this.maskOf[point] = (this.maskOf[point] ?? 0) | (1 << bit)
    this.#linkToMeasurement(point, rule, subjectId, identifying, times.lastAtMs)
    return point
  }

  /** The next sample makes it known anew. */
  forget(point: number): void {
    this.stateOf[point] = FORGOTTEN
    this.maskOf[point] = 0
  }

  /** Told of (rule, point) when a rule begins to watch a point. */
  onWatched: (rule: AbsenceRule, point: number) => void = () => undefined

  #bind(series: number, subjectId: number, atMs: number): number {
    if (series >= this.#slots.length) {
      const grown = new Int32Array(Math.max(1024, series + 1, this.#slots.length * 2)).fill(UNKNOWN)
      grown.set(this.#slots)
      this.#slots = grown
    }
    const { measurement, field, tags: pairs } = this.#directory.shapeOf(series)
    const tags = new Map(pairs)
    let point = UNWATCHED
    for (const name of [undefined, field]) {
      const watched = this.#kinds.watched(measurement, name)
      if (watched === undefined) continue
      const identifying = pick(tags, watched.rules[0]?.identifyingTags ?? [])
      const parent = point
      point = this.#internPoint(subjectId, this.#kinds.intern(watched, identifying), atMs)
      this.parentOf[point] = parent
      this.#watch(point, watched.rules, tags)
    }
    this.#slots[series] = point
    return point
  }

  #watch(point: number, rules: readonly AbsenceRule[], tags: ReadonlyMap<string, string>): void {
    const subject = this.subjectOf(point)
    for (const [bit, rule] of rules.entries()) {
      if (((this.maskOf[point] ?? 0) & (1 << bit)) !== 0 || !watches(rule, subject, tags)) continue
      this.maskOf[point] = (this.maskOf[point] ?? 0) | (1 << bit)
      this.onWatched(rule, point)
    }
  }

  /** A field's point that is adopted must keep its measurement's point alive as well. */
  #linkToMeasurement(
    point: number,
    rule: AbsenceRule,
    subjectId: number,
    tags: Readonly<Record<string, string>>,
    lastAtMs: number,
  ): void {
    if (rule.field === undefined) return
    const whole = this.#kinds.watched(rule.measurement, undefined)
    if (whole === undefined) return
    this.parentOf[point] = this.#internPoint(subjectId, this.#kinds.intern(whole, tags), lastAtMs)
  }

  #internPoint(subjectId: number, kind: number, atMs: number): number {
    const before = this.#pairs.size
    const point = this.#pairs.intern(subjectId, kind)
    if (point === before) {
      if (point >= this.lastAtOf.length) this.#grow()
      this.#nextOf[point] = this.#firstOf[subjectId] ?? -1
      this.#firstOf[subjectId] = point
      this.parentOf[point] = -1
    }
    if (point === before || this.stateOf[point] === FORGOTTEN) {
      this.lastAtOf[point] = atMs
      this.stateOf[point] = 0
    }
    return point
  }

  #grow(): void {
    const capacity = this.lastAtOf.length * 2
    const into = <T extends { set(from: T): void }>(grown: T, from: T): T => {
      grown.set(from)
      return grown
    }
    this.#nextOf = into(new Int32Array(capacity), this.#nextOf)
    this.lastAtOf = into(new Float64Array(capacity), this.lastAtOf)
    this.maskOf = into(new Uint32Array(capacity), this.maskOf)
    this.stateOf = into(new Uint8Array(capacity), this.stateOf)
    this.markOf = into(new Uint32Array(capacity), this.markOf)
    this.parentOf = into(new Int32Array(capacity), this.parentOf)
  }
}

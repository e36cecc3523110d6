import type { AbsencePoints } from './absence-points.ts'
import type { RuleStateRow } from '../alert.ts'
import type { AbsenceRule } from '../compiled-rule.ts'
import type { RowChanges } from '../alerts/live-alerts.ts'
import { rowsOf } from '../alerts/row-keeper.ts'

/** Under this rule id, which no rule file can give, rows say which points rules about absence know: one for each rule and subject. */
export const POINT_ROWS = '@points'

/** What the identifying tags of a subject's points are, by the names in `tags`; null: the point has no such tag. */
interface StoredPoints {
  readonly tags: readonly string[]
  readonly points: readonly (readonly (string | null)[])[]
}

/** Which points are known, over restarts: what disappears while the collector is away must be missed when it is back. */
export class AbsenceRows {
  readonly #rules: ReadonlyMap<string, AbsenceRule>
  readonly #points: AbsencePoints
  readonly #changed = new Set<string>()

  constructor(rules: readonly AbsenceRule[], points: AbsencePoints) {
    this.#rules = new Map(rules.map((rule) => [rule.id, rule]))
    this.#points = points
  }

  changed(rule: AbsenceRule, subject: string): void {
    this.#changed.add(rowKey(rule.id, subject))
  }

  /** A row could not be written: it is given again. */
  returnRow(key: string): void {
    this.#changed.add(key)
  }

  /** Takes in a row; false where it can't be read. That of a rule that is gone, or watches something else now, is removed. */
  restore({ key, json }: RuleStateRow, atMs: number): boolean {
    const stored = readStored(json)
    if (stored === undefined) return false
    const { ruleId, subject } = splitKey(key)
    const rule = this.#rules.get(ruleId)
    if (rule === undefined || rule.identifyingTags.join('\n') !== stored.tags.join('\n')) {
      this.#changed.add(key)
      return true
    }
    const times = { lastAtMs: atMs, heardAtMs: atMs }
    for (const values of stored.points)
      this.#points.adopt(rule, subject, toTags(stored.tags, values), times)
    return true
  }

  /** Takes up what the rules before these knew. */
  takeOver(before: AbsenceRows, points: AbsencePoints, atMs: number): void {
    for (const key of before.#changed) this.#changed.add(key)
    for (let point = 0; point < points.count; point++) {
      const mask = points.maskOf[point] ?? 0
      if (mask === 0) continue
      const { rules, tags } = points.kindOf(point)
      const subject = points.subjectOf(point)
      const heardAtMs = points.heardAtOf[points.subjectIdOf(point)] ?? atMs
      const lastAtMs = points.lastAtOf[point] ?? atMs
      for (const [bit, old] of rules.entries()) {
        if ((mask & (1 << bit)) === 0) continue
        const rule = this.#rules.get(old.id)
        const isSame =
          rule?.measurement === old.measurement &&
          rule.field === old.field &&
          rule.identifyingTags.join('\n') === old.identifyingTags.join('\n')
        const adopted = isSame
          ? this.#points.adopt(rule, subject, tags, { lastAtMs, heardAtMs })
          : undefined
        if (adopted === undefined) this.changed(old, subject)
        else this.#points.paces.takeOver(adopted, points.paces, point)
      }
    }
  }

  take(): RowChanges {
    return rowsOf(POINT_ROWS, this.#changed, (key) => this.#jsonOf(key))
  }

  #jsonOf(key: string): string | undefined {
    const { ruleId, subject } = splitKey(key)
    const rule = this.#rules.get(ruleId)
    const subjectId = this.#points.findSubject(subject)
    if (rule === undefined || subjectId === undefined) return undefined
    const found: (string | null)[][] = []
    for (const point of this.#points.pointsOf(subjectId)) {
      const { rules, tags } = this.#points.kindOf(point)
      const bit = rules.indexOf(rule)
      if (bit >= 0 && ((this.#points.maskOf[point] ?? 0) & (1 << bit)) !== 0)
        found.push(rule.identifyingTags.map((name) => tags[name] ?? null))
    }
    const stored: StoredPoints = { tags: rule.identifyingTags, points: found }
    return found.length === 0 ? undefined : JSON.stringify(stored)
  }
}

function rowKey(ruleId: string, subject: string): string {
  return `${ruleId}\n${subject}`
}

function splitKey(key: string): { readonly ruleId: string; readonly subject: string } {
  const at = key.indexOf('\n')
  return { ruleId: key.slice(0, at), subject: key.slice(at + 1) }
}

function toTags(
  names: readonly string[],
  values: readonly (string | null)[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.flatMap((name, index) => {
      const value = values[index]
      return typeof value === 'string' ? [[name, value]] : []
    }),
  )
}

function readStored(json: string): StoredPoints | undefined {
  try {
    const stored: unknown = JSON.parse(json)
    const isRight =
      typeof stored === 'object' &&
      stored !== null &&
      'tags' in stored &&
      Array.isArray(stored.tags) &&
      'points' in stored &&
      Array.isArray(stored.points) &&
      stored.points.every((point) => Array.isArray(point))
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by take() alone
    return isRight ? (stored as unknown as StoredPoints) : undefined
  } catch {
    return undefined // damaged: its owner counts it
  }
}

import { tagKey } from './answer.ts'
import type { AnswerSeries } from './answer.ts'
import type { Windows } from './windows.ts'

/** The rates of groups: a window has one where at least one of its series has. */
export class RateSums {
  readonly #windows: Windows
  readonly #groups = new Map<
    string,
    { field: string; tags: Readonly<Record<string, string>>; sums: Float64Array }
  >()

  constructor(windows: Windows) {
    this.#windows = windows
  }

  add(field: string, tags: Readonly<Record<string, string>>, window: number, rate: number): void {
    const key = `${field} ${tagKey(tags)}`
    let group = this.#groups.get(key)
    if (group === undefined) {
      group = { field, tags, sums: new Float64Array(this.#windows.count).fill(Number.NaN) }
      this.#groups.set(key, group)
    }
    const before = group.sums[window]!
    group.sums[window] = Number.isNaN(before) ? rate : before + rate
  }

  finish(): AnswerSeries[] {
    const starts = this.#windows.starts()
    return Array.from(this.#groups.values(), ({ field, tags, sums }) => {
      const isThere = (_: number, window: number): boolean => !Number.isNaN(sums[window]!)
      return { field, tags, times: starts.filter(isThere), values: sums.filter(isThere) }
    })
  }
}

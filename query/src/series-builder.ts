import { tagKey } from './answer.ts'
import type { AnswerSeries } from './answer.ts'

interface BuiltSeries {
  readonly field: string
  readonly tags: Readonly<Record<string, string>>
  readonly times: number[]
  readonly values: number[]
}

/** Puts together series whose points come in several pieces, in the order of time. */
export class SeriesBuilder {
  readonly #series = new Map<string, BuiltSeries>()

  /** The series of a field and tags; a tag without a value is none. */
  of(field: string, tags: Readonly<Record<string, string>>): BuiltSeries {
    const own = Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== ''))
    const key = `${field} ${tagKey(own)}`
    const known = this.#series.get(key) ?? { field, tags: own, times: [], values: [] }
    this.#series.set(key, known)
    return known
  }

  finish(): AnswerSeries[] {
    return Array.from(this.#series.values(), ({ field, tags, times, values }) => ({
      field,
      tags,
      times: Float64Array.from(times),
      values: Float64Array.from(values),
    }))
  }
}

/** Those of the tags that are asked for and that have a value. */
export function tagsOfGroup(
  tags: Readonly<Record<string, string | undefined>>,
  groupBy: readonly string[],
): Record<string, string> {
  const found: Record<string, string> = {}
  for (const tag of groupBy) {
    const value = tags[tag]
    if (value !== undefined && value !== '') found[tag] = value
  }
  return found
}

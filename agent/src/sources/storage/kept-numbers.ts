import { KeptFile } from '../../kept-file.ts'
import type { SourceContext } from '../../source.ts'

/** Far more than a host has of anything; what was seen first goes first. */
const MOST_KEPT = 2_000

type Numbers = Readonly<Record<string, number>>

/** A number for each of many things, kept over restarts: written only when one of them changes, which is seldom. */
export class KeptNumbers {
  readonly #file: KeptFile<Numbers>

  constructor(context: Pick<SourceContext, 'memory' | 'keepsPlaces'>, part: string) {
    this.#file = new KeptFile(context, part, isNumbers)
  }

  /** What is kept of those that are seen now. `choose` decides between a number that is kept and the one that is seen. */
  async settle(
    seen: ReadonlyMap<string, number>,
    choose: (kept: number, now: number) => number,
  ): Promise<ReadonlyMap<string, number>> {
    const kept = new Map(Object.entries((await this.#file.read()) ?? {}))
    let changed = false
    for (const [key, now] of seen) {
      const before = kept.get(key)
      const after = before === undefined ? now : choose(before, now)
      changed ||= after !== before
      kept.set(key, after)
    }
    if (changed) await this.#file.write(Object.fromEntries([...kept].slice(-MOST_KEPT)))
    return kept
  }
}

function isNumbers(value: unknown): value is Numbers {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((number) => typeof number === 'number')
  )
}

import { KeptFile } from '../../kept-file.ts'
import type { SourceContext } from '../../source.ts'
import { keepMost } from '../keep-most.ts'

/** Far more than a host has of anything. */
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
    const before = new Map(Object.entries((await this.#file.read()) ?? {}))
    const settled = new Map(before)
    for (const [key, now] of seen) {
      const kept = before.get(key)
      settled.set(key, kept === undefined ? now : choose(kept, now))
    }
    const after = keepMost(settled, (key) => seen.has(key), MOST_KEPT)
    const isSame =
      after.size === before.size && [...after].every(([key, value]) => before.get(key) === value)
    if (!isSame) await this.#file.write(Object.fromEntries(after))
    return settled
  }
}

function isNumbers(value: unknown): value is Numbers {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((number) => typeof number === 'number')
  )
}

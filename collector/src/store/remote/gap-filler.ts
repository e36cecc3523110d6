import type { StoreGap } from '../../state/store-gaps.ts'
import type { State } from '../../state/state.ts'
import { QueryError } from '@wardround/query'
import type { Store } from '../store.ts'
import { escapeKey, formatHead } from './line-text.ts'
import type { RemoteStore } from './open-remote-store.ts'

/** Filled at once; less where that is more than a query may answer. */
const SLICE_MS = 5 * 60_000
const LEAST_SLICE_MS = 1_000
/** Sent at once. */
const MAX_LINES = 5_000

export interface GapFillerParts {
  readonly embedded: Pick<Store, 'series' | 'query'>
  readonly gaps: State['storeGaps']
}

/** Gives a store outside, once it is back, what was given up for it: from the embedded store, the oldest first. */
export class GapFiller {
  readonly #parts: GapFillerParts

  constructor(parts: GapFillerParts) {
    this.#parts = parts
  }

  /** Fills one slice of the oldest gap; true where there is more to fill. */
  async fill(store: RemoteStore): Promise<boolean> {
    const [gap] = await this.#parts.gaps.open(store.settings.name)
    if (gap === undefined) return false
    const toMs = await this.#fillSlice(store, gap)
    await this.#parts.gaps.filled(gap.id, toMs)
    return true
  }

  /** Resolves with the end of what was filled. */
  async #fillSlice(store: RemoteStore, { filledToMs, toMs }: StoreGap): Promise<number> {
    for (let sliceMs = SLICE_MS; ; sliceMs /= 2) {
      const endMs = Math.min(toMs + 1, filledToMs + sliceMs)
      try {
        await this.#copy(store, filledToMs, endMs)
        return endMs
      } catch (error) {
        if (!(error instanceof QueryError) || sliceMs / 2 < LEAST_SLICE_MS) throw error
      }
    }
  }

  async #copy(store: RemoteStore, fromMs: number, toMs: number): Promise<void> {
    const { embedded } = this.#parts
    const { measurements } = await embedded.series({ projects: 'all' })
    for (const { measurement, fields } of measurements) {
      for (const field of fields) {
        const query = { measurement, fields: [field], where: [], groupBy: [] }
        const span = { stepMs: toMs - fromMs, fromMs, toMs }
        const { series } = await embedded.query({
          ...query,
          ...span,
          projects: 'all',
          aggregate: 'raw',
        })
        await writeSeries(store, measurement, field, series)
      }
    }
  }
}

async function writeSeries(
  store: RemoteStore,
  measurement: string,
  field: string,
  series: Awaited<ReturnType<Store['query']>>['series'],
): Promise<void> {
  const { backslash } = store.settings.target
  const key = escapeKey(field, backslash)
  let lines: string[] = []
  const send = async () => {
    if (lines.length > 0) await store.write(lines.join('\n'))
    lines = []
  }
  for (const { tags, points } of series) {
    const head = formatHead(measurement, Object.entries(tags), backslash)
    for (const [timeMs, value] of points) {
      lines.push(`${head}${key}=${value} ${timeMs}`)
      if (lines.length >= MAX_LINES) await send()
    }
  }
  await send()
}

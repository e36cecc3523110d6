import { QueryError } from '@wardround/query'
import type { State } from '../../state/state.ts'
import type { StoreGap } from '../../state/store-gaps.ts'
import type { SeriesListing, Store } from '../store.ts'
import { escapeKey, formatHead } from './line-text.ts'
import type { RemoteStore } from './open-remote-store.ts'

/** Filled at once; less where that is more than a query may answer. */
const SLICE_MS = 60 * 60_000
const LEAST_SLICE_MS = 1_000
/** Sent at once. */
const MAX_LINES = 5_000

export interface GapFillerParts {
  readonly embedded: Pick<Store, 'series' | 'query'>
  readonly gaps: State['storeGaps']
}

/** What is written to, and how. */
export type FilledStore = Pick<RemoteStore, 'write' | 'settings'>

interface Slice {
  readonly fromMs: number
  readonly toMs: number
}

/** Gives a store outside what it lacks, from the embedded store's raw samples, the oldest first: what was given up for it, and what a person wants it to have. */
export class GapFiller {
  readonly #parts: GapFillerParts

  constructor(parts: GapFillerParts) {
    this.#parts = parts
  }

  /** Fills one slice of the first gap; true where there is more to fill. The same slice again changes nothing in the store. */
  async fill(store: FilledStore): Promise<boolean> {
    const [gap] = await this.#parts.gaps.open(store.settings.name)
    if (gap === undefined) return false
    const slice = sliceOf(gap)
    const { measurements } = await this.#parts.embedded.series({ projects: 'all' })
    let copied = 0
    for (const listed of measurements) copied += await this.#copy(store, listed, slice)
    await this.#parts.gaps.filled(gap.id, slice.toMs, copied)
    return true
  }

  /** One measurement, host by host: what the embedded store keeps together. Resolves with the number of samples. */
  async #copy(
    store: FilledStore,
    { measurement, fields, tags }: SeriesListing['measurements'][number],
    slice: Slice,
  ): Promise<number> {
    let copied = 0
    const send = async (lines: readonly string[]) => {
      await store.write(lines.join('\n'))
      copied += lines.length
    }
    // '': what has no host.
    for (const host of new Set([...(tags['host'] ?? []), ''])) {
      for await (const series of this.#read(measurement, fields, host, slice))
        await writeSeries(store, measurement, series, send)
    }
    return copied
  }

  /** Reads a slice in halves where it is too much for one answer. */
  async *#read(
    measurement: string,
    fields: readonly string[],
    host: string,
    { fromMs, toMs }: Slice,
  ): AsyncGenerator<Series[]> {
    const spanMs = toMs - fromMs
    const where = [{ tag: 'host', operator: '=', value: host } as const]
    const asked = { measurement, fields, where, groupBy: [], projects: 'all' } as const
    try {
      const span = { stepMs: spanMs, fromMs, toMs, aggregate: 'raw' } as const
      const { series } = await this.#parts.embedded.query({ ...asked, ...span })
      yield series.map(({ field, tags, points }) => ({ field, tags, points }))
    } catch (error) {
      if (!(error instanceof QueryError) || spanMs / 2 < LEAST_SLICE_MS) throw error
      const middleMs = fromMs + Math.floor(spanMs / 2)
      yield* this.#read(measurement, fields, host, { fromMs, toMs: middleMs })
      yield* this.#read(measurement, fields, host, { fromMs: middleMs, toMs })
    }
  }
}

/** Whole hours, so that each slice reads as few of the store's files as can be. */
function sliceOf({ filledToMs: fromMs, toMs }: StoreGap): Slice {
  const endMs = Math.floor(fromMs / SLICE_MS) * SLICE_MS + SLICE_MS
  return { fromMs, toMs: Math.min(toMs + 1, endMs) }
}

type Series = Pick<
  Awaited<ReturnType<Store['query']>>['series'][number],
  'field' | 'tags' | 'points'
>

async function writeSeries(
  { settings }: FilledStore,
  measurement: string,
  found: readonly Series[],
  send: (lines: readonly string[]) => Promise<void>,
): Promise<void> {
  const { backslash } = settings.target
  let lines: string[] = []
  for (const { field, tags, points } of found) {
    const key = escapeKey(field, backslash)
    const head = formatHead(measurement, Object.entries(tags), backslash)
    for (const [timeMs, value] of points) {
      lines.push(`${head}${key}=${value} ${timeMs}`)
      if (lines.length < MAX_LINES) continue
      await send(lines)
      lines = []
    }
  }
  if (lines.length > 0) await send(lines)
}

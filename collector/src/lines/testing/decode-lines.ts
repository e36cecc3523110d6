import { SeriesTable } from '@wardround/protocol'
import { HostDirectory } from '../../ingest/host-directory.ts'
import { SeriesCensus } from '../../ingest/series-census.ts'
import { LineDecoder } from '../line-decoder.ts'
import { type Precision, toPrecision } from '../precision.ts'
import { Refusals } from '../refusals.ts'
import { kindBy, TokenLines } from '../token-lines.ts'
import type { WriteToken } from '../write-token-book.ts'
import { WrittenSamples } from '../written-samples.ts'

/** A sample as it comes out of a line. */
export interface DecodedSample {
  readonly host: string
  readonly measurement: string
  readonly tags: Readonly<Record<string, string>>
  readonly field: string
  readonly timeMs: number
  readonly value: number
}

export const ANY_HOST: WriteToken = {
  hash: 'h',
  name: 'any',
  project: 'his',
  role: null,
  hosts: ['*'],
  createdAtMs: 0,
}

export const RECEIVED_AT_MS = Date.UTC(2026, 10, 22, 8)

/** Decodes as the collector does, write by write, with what it knew from the ones before. */
export class LineBench {
  readonly table = new SeriesTable()
  readonly #lines: TokenLines

  constructor(
    token: WriteToken = ANY_HOST,
    limits = { seriesPerSubject: 5_000, seriesPerAgent: 500_000 },
  ) {
    this.#lines = new TokenLines(token, {
      tokens: { whyNot: () => undefined },
      table: this.table,
      census: new SeriesCensus(this.table),
      hosts: new HostDirectory([]),
      limits,
      kindOf: kindBy(() => undefined),
    })
  }

  write(body: string | Uint8Array, precisionName = 'ms') {
    const precision = toPrecision(precisionName)
    if (precision === undefined) throw new Error(`no precision ${precisionName}`)
    return this.#decode(Buffer.from(body), precision)
  }

  /** Series in use. */
  sweep(): number {
    return [...this.#lines.sweep()].reduce((sum, series) => sum + series.length, 0)
  }

  #decode(bytes: Uint8Array, precision: Precision) {
    const refusals = new Refusals()
    const samples = new WrittenSamples(
      { receivedAtMs: RECEIVED_AT_MS, oldestMs: 0, newestMs: Infinity, lateMs: 0 },
      () => undefined,
      (error, line, text) => refusals.add(error, line, text),
    )
    const decoder = new LineDecoder(this.#lines, samples, precision)
    decoder.decode(bytes, 0, bytes.length)
    const batches = [...samples.batches()]
    return {
      samples: batches.flatMap(({ blocks }) =>
        blocks.flatMap((block) =>
          [...block.series].map((series, i) => this.#spell(series, block.timeMs, block.values[i]!)),
        ),
      ),
      batches,
      refusals,
      lines: decoder.lines,
      texts: decoder.texts,
    }
  }

  #spell(series: number, timeMs: number, value: number): DecodedSample {
    const { subject, measurement, tags, field } = this.table.definitionOf(series)
    const { project: _project, ...own } = Object.fromEntries(tags)
    return { host: subject, measurement, tags: own, field, timeMs, value }
  }
}

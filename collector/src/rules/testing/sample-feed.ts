import { SeriesTable, type Batch } from '@wardround/protocol'
import type { AcceptedBatch } from '../../accepted-batch.ts'

/** Samples of one point: a measurement, its tags, and fields. */
export interface Point {
  readonly measurement: string
  readonly tags?: Readonly<Record<string, string>>
  readonly fields: Readonly<Record<string, number>>
}

/** Makes batches as ingest hands them on. */
export class SampleFeed {
  readonly table = new SeriesTable()
  #sequence = 0

  /** One batch of one host's points at one time. */
  batch(
    host: string,
    timeMs: number,
    points: readonly Point[],
    more: Partial<AcceptedBatch> = {},
  ): AcceptedBatch {
    const series: number[] = []
    const values: number[] = []
    for (const { measurement, tags = {}, fields } of points) {
      const pairs = Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1))
      for (const [field, value] of Object.entries(fields)) {
        const shape = { measurement, tags: pairs, field, kind: 'gauge' as const }
        series.push(this.table.intern({ subject: host, ...shape }))
        values.push(value)
      }
    }
    const block = {
      subject: host,
      timeMs,
      series: Uint32Array.from(series),
      values: Float64Array.from(values),
    }
    return this.wrap(host, timeMs, { blocks: [block], events: [], documents: [] }, more)
  }

  wrap(
    host: string,
    timeMs: number,
    batch: Batch,
    more: Partial<AcceptedBatch> = {},
  ): AcceptedBatch {
    return {
      agent: host,
      id: { epoch: '0123456789abcdef', sequence: ++this.#sequence },
      receivedAtMs: timeMs,
      late: false,
      clockErrorMs: 0,
      clockCorrected: false,
      batch,
      ...more,
    }
  }
}

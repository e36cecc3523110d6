import { openJournal } from '@wardround/journal'
import type { Journal, JournalOptions, Position } from '@wardround/journal'
import { SegmentEncoder, SeriesTable } from '@wardround/protocol'
import type { SampleBlock, SeriesDefinition } from '@wardround/protocol'

export interface Sample {
  readonly series: SeriesDefinition
  readonly timeMs: number
  readonly value: number
}

/** Writes samples into a real journal, as ingest does: what a store reads in a test. */
export class SampleJournal implements AsyncDisposable {
  readonly directory: string
  readonly journal: Journal
  readonly table = new SeriesTable()
  readonly #encoders = new WeakMap<object, SegmentEncoder>()
  #sequence = 0

  private constructor(directory: string, journal: Journal) {
    this.directory = directory
    this.journal = journal
  }

  static async open(
    directory: string,
    options: Partial<JournalOptions> = {},
  ): Promise<SampleJournal> {
    const bounds = { maxBytes: 2 ** 30, maxAgeMs: Infinity, whenFull: 'refuse' } as const
    return new SampleJournal(directory, await openJournal({ directory, ...bounds, ...options }))
  }

  /** One batch with the samples; resolves with the journal's end once it is durable. */
  async append(samples: readonly Sample[], receivedAtMs: number): Promise<Position> {
    const blocks = this.#toBlocks(samples)
    const id = { epoch: '0123456789abcdef', sequence: ++this.#sequence }
    const record = await this.journal.append((segment) => {
      const encoder = this.#encoders.get(segment) ?? new SegmentEncoder(this.table)
      this.#encoders.set(segment, encoder)
      return encoder.encode({
        type: 'batch',
        agent: 'agent',
        id,
        receivedAtMs,
        late: false,
        clockErrorMs: 0,
        clockCorrected: false,
        batch: { blocks, events: [], documents: [] },
      })
    })
    return record.end
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.journal[Symbol.asyncDispose]()
  }

  #toBlocks(samples: readonly Sample[]): SampleBlock[] {
    const blocks = new Map<string, Sample[]>()
    for (const sample of samples) {
      const key = `${sample.series.subject} ${sample.timeMs}`
      const block = blocks.get(key)
      if (block === undefined) blocks.set(key, [sample])
      else block.push(sample)
    }
    return [...blocks.values()].map((block) => ({
      subject: block[0]!.series.subject,
      timeMs: block[0]!.timeMs,
      series: Uint32Array.from(block, ({ series }) => this.table.intern(series)),
      values: Float64Array.from(block, ({ value }) => value),
    }))
  }
}

import {
  BATCH_TARGET_BYTES,
  MAX_ITEMS_PER_BATCH,
  type Batch,
  type DocumentItem,
  type EventItem,
  type SampleBlock,
} from '@wardround/protocol'
import type { Timers } from './clocks.ts'
import type { SampleSink } from './sample-sink.ts'
import type { Tick } from './scheduler.ts'

/**
 * What travels together and is kept alike. `samples` and `texts` survive on disk, texts are dropped last; a `snapshot` is one document
 * of which only the newest counts: it waits in memory alone, and the next one takes its place.
 */
export type BatchKind = 'samples' | 'texts' | 'snapshot'

export interface ClosedBatch {
  readonly kind: BatchKind
  readonly batch: Batch
  readonly samples: number
  /** Bytes that it takes in memory, roughly. */
  readonly bytes: number
  /** Time since boot of its newest block: its age is counted from here. */
  readonly newestSinceBootMs: number
}

export interface BatchingOptions {
  readonly timers: Timers
  /** A batch closes so long after the first thing that was put into it, where nobody flushes it before. */
  readonly closeAfterMs: number
  /** … or when it has grown to this. */
  readonly targetBytes?: number
  readonly onBatch: (closed: ClosedBatch) => void
  readonly onDropped: (reason: string, samples: number) => void
}

/** Bytes of a sample in memory: its series number and its value. */
export const SAMPLE_BYTES = 12

/** Collects what runs emit into batches: one of samples and one of texts are open at a time, snapshots go alone. */
export class Batching implements SampleSink, Disposable {
  readonly #with: BatchingOptions
  readonly #targetBytes: number
  #blocks: OpenBlock[] = []
  /** Blocks that were emptied, to be filled again. */
  readonly #spare: OpenBlock[] = []
  #samples = 0
  #documents: DocumentItem[] = []
  #events: EventItem[] = []
  #textBytes = 0
  #textsSinceBootMs = 0
  #cancel: (() => void) | undefined

  constructor(options: BatchingOptions) {
    this.#with = options
    this.#targetBytes = options.targetBytes ?? BATCH_TARGET_BYTES
  }

  addSample(subject: string, tick: Tick, series: number, value: number): void {
    this.#arm()
    this.#block(subject, tick).add(series, value)
    if (++this.#samples * SAMPLE_BYTES >= this.#targetBytes) this.#closeSamples()
  }

  addDocument(document: DocumentItem, tick: Tick): void {
    const bytes = Buffer.byteLength(JSON.stringify(document.body))
    if (document.keep === 'newest') {
      this.#close('snapshot', { blocks: [], events: [], documents: [document] }, 0, bytes, tick)
      return
    }
    this.#arm()
    this.#documents.push(document)
    this.#noteText(bytes, tick)
  }

  addEvent(event: EventItem, tick: Tick): void {
    this.#arm()
    this.#events.push(event)
    this.#noteText(Buffer.byteLength(JSON.stringify(event.body)) + event.key.length, tick)
  }

  countDropped(reason: string, samples: number): void {
    this.#with.onDropped(reason, samples)
  }

  /** Closes what is open. */
  flush(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#closeSamples()
    this.#closeTexts()
  }

  [Symbol.dispose](): void {
    this.flush()
  }

  #noteText(bytes: number, tick: Tick): void {
    this.#textBytes += bytes
    this.#textsSinceBootMs = tick.sinceBootMs
    const items = Math.max(this.#documents.length, this.#events.length)
    if (items >= MAX_ITEMS_PER_BATCH || this.#textBytes >= this.#targetBytes) this.#closeTexts()
  }

  #arm(): void {
    this.#cancel ??= this.#with.timers.after(this.#with.closeAfterMs, () => this.flush())
  }

  #block(subject: string, tick: Tick): OpenBlock {
    const newest = this.#blocks.at(-1)
    if (newest?.holds(subject, tick) === true) return newest
    const known = this.#blocks.find((block) => block.holds(subject, tick))
    if (known !== undefined) return known
    const block = this.#spare.pop() ?? new OpenBlock()
    block.reset(subject, tick)
    this.#blocks.push(block)
    return block
  }

  #closeSamples(): void {
    if (this.#samples === 0) return
    const blocks = this.#blocks.map((block) => block.take())
    const newest = this.#blocks.reduce((a, b) => (b.tick.timeMs > a.tick.timeMs ? b : a)).tick
    const samples = this.#samples
    this.#spare.push(...this.#blocks)
    this.#blocks = []
    this.#samples = 0
    this.#close(
      'samples',
      { blocks, events: [], documents: [] },
      samples,
      samples * SAMPLE_BYTES,
      newest,
    )
  }

  #closeTexts(): void {
    if (this.#documents.length + this.#events.length === 0) return
    const batch = { blocks: [], events: this.#events, documents: this.#documents }
    const bytes = this.#textBytes
    this.#documents = []
    this.#events = []
    this.#textBytes = 0
    this.#close('texts', batch, 0, bytes, { sinceBootMs: this.#textsSinceBootMs })
  }

  #close(
    kind: BatchKind,
    batch: Batch,
    samples: number,
    bytes: number,
    newest: { readonly sinceBootMs: number },
  ): void {
    this.#with.onBatch({ kind, batch, samples, bytes, newestSinceBootMs: newest.sinceBootMs })
  }
}

const NO_TICK: Tick = { timeMs: 0, monotonicMs: 0, sinceBootMs: 0 }

/** Samples of one subject and tick, in arrays that grow and are used again. */
class OpenBlock {
  #subject = ''
  #tick = NO_TICK
  #series = new Uint32Array(512)
  #values = new Float64Array(512)
  #length = 0

  get tick(): Tick {
    return this.#tick
  }

  holds(subject: string, tick: Tick): boolean {
    return this.#tick.timeMs === tick.timeMs && this.#subject === subject
  }

  reset(subject: string, tick: Tick): void {
    this.#subject = subject
    this.#tick = tick
    this.#length = 0
  }

  add(series: number, value: number): void {
    if (this.#length === this.#series.length) this.#grow()
    this.#series[this.#length] = series
    this.#values[this.#length] = value
    this.#length++
  }

  take(): SampleBlock {
    return {
      subject: this.#subject,
      timeMs: this.#tick.timeMs,
      series: this.#series.slice(0, this.#length),
      values: this.#values.slice(0, this.#length),
    }
  }

  #grow(): void {
    const series = new Uint32Array(this.#length * 2)
    const values = new Float64Array(this.#length * 2)
    series.set(this.#series)
    values.set(this.#values)
    this.#series = series
    this.#values = values
  }
}

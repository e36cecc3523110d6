import { comparePositions, type Position } from '@wardround/journal'
import type { FedRecord, JournalFeed } from '../feed/journal-feed.ts'
import type { LineEncoder, LineSink } from './line-encoder.ts'
import type { RemoteBatch } from './remote-batch.ts'

/** What a store takes at once without trouble (InfluxDB's own advice is 5,000 lines). */
const MAX_LINES = 5_000
const MAX_CHARACTERS = 1024 * 1024

/** What would not be sent. */
export interface GivenUp {
  readonly samples: number
  /** Of the samples' own times, epoch ms; undefined where there was none. */
  readonly times: { readonly firstMs: number; readonly lastMs: number } | undefined
  readonly end: Position
}

/** Reads the journal from a cursor on, as batches of lines. */
export class BatchReader {
  readonly #feed: JournalFeed
  readonly #encoder: LineEncoder
  /** Everything before it was handed out. */
  #cursor: Position | 'oldest'
  /** Records from the cursor on that were read already. */
  #ahead: FedRecord[] = []

  constructor(feed: JournalFeed, encoder: LineEncoder, from: Position | 'oldest') {
    this.#feed = feed
    this.#encoder = encoder
    this.#cursor = from
  }

  /** The next batch reads on from here. */
  seek(position: Position | 'oldest'): void {
    this.#cursor = position
    this.#ahead = []
  }

  /** Fields, as `measurement.field`, that the store refuses now. */
  suspect(fields: ReadonlySet<string>): void {
    this.#encoder.suspect(fields)
  }

  /** The next lines before `durable`; undefined when there are no more. A batch without lines stands for records without samples. @throws JournalError */
  next(durable: Position): RemoteBatch | undefined {
    const gathered = new GatheredLines()
    let receivedAtMs = Infinity
    let bytes = 0
    let end: Position | undefined
    while (!gathered.isFull) {
      const found = this.#peek(durable)
      if (found === undefined) break
      if (found.record?.type === 'batch') {
        receivedAtMs = Math.min(receivedAtMs, found.record.receivedAtMs)
        for (const block of found.record.batch.blocks) this.#encoder.encode(block, gathered)
      }
      bytes += found.end.offset - found.start.offset
      end = this.#take()
    }
    end ??= this.#skipDamage(durable)
    return end && { ...gathered.take(), bytes, end, receivedAtMs }
  }

  /**
   * Reads the records before `until`, and those behind it that were received before `receivedMs`, without sending them; undefined where there are none.
   * @throws JournalError
   */
  weigh(durable: Position, until: Position, receivedMs: number): GivenUp | undefined {
    let [samples, firstMs, lastMs] = [0, Infinity, -Infinity]
    let end: Position | undefined
    for (;;) {
      const found = this.#peek(durable)
      if (found === undefined) break
      if (found.record?.type === 'batch') {
        const { batch, receivedAtMs } = found.record
        if (comparePositions(found.start, until) >= 0 && receivedAtMs >= receivedMs) break
        for (const { series, timeMs } of batch.blocks) {
          samples += series.length
          firstMs = Math.min(firstMs, timeMs)
          lastMs = Math.max(lastMs, timeMs)
        }
      }
      end = this.#take()
    }
    return end && { samples, end, times: samples === 0 ? undefined : { firstMs, lastMs } }
  }

  #peek(durable: Position): FedRecord | undefined {
    if (this.#ahead.length === 0) {
      // Backwards, so that taking the next one is cheap.
      this.#ahead = [...this.#feed.read(this.#cursor, durable)].toReversed()
    }
    return this.#ahead.at(-1)
  }

  #take(): Position | undefined {
    const end = this.#ahead.pop()?.end
    if (end !== undefined) this.#cursor = end
    return end
  }

  /** What is left before the durable end is damaged or was released. */
  #skipDamage(durable: Position): Position | undefined {
    if (this.#cursor !== 'oldest' && comparePositions(this.#cursor, durable) >= 0) return undefined
    this.#cursor = durable
    return durable
  }
}

class GatheredLines implements LineSink {
  #text = ''
  #lines = 0
  #samples = 0
  readonly #suspects = new Map<string, string[]>()

  get isFull(): boolean {
    return this.#lines >= MAX_LINES || this.#text.length >= MAX_CHARACTERS
  }

  add(line: string, samples: number): void {
    this.#text += this.#text === '' ? line : `\n${line}`
    this.#lines++
    this.#samples += samples
  }

  addSuspect(field: string, line: string): void {
    const lines = this.#suspects.get(field) ?? []
    this.#suspects.set(field, lines)
    lines.push(line)
    this.#lines++
    this.#samples++
  }

  take(): Pick<RemoteBatch, 'lines' | 'samples' | 'suspects'> {
    return { lines: this.#text, samples: this.#samples, suspects: this.#suspects }
  }
}

import { type Journal, JournalError, type Position, type SegmentKey } from '@wardround/journal'
import type { Logger } from '@wardround/program'
import {
  type HeldRanges,
  ProtocolError,
  SegmentEncoder,
  type SeriesTable,
} from '@wardround/protocol'
import type { AcceptedBatch } from '../accepted-batch.ts'
import { UnacceptableBatch } from './unacceptable-batch.ts'

/** Why nothing can be taken in, and acknowledged, at present. */
export interface IntakeFailure {
  readonly code: string
  readonly message: string
}

/** A batch that can't be taken in now: its agent keeps it. */
export class IntakeError extends Error {
  override readonly name = 'IntakeError'
  readonly code: string
  readonly retryable = true

  constructor({ code, message }: IntakeFailure, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** The encoders of the journal's segments: each record brings the definitions that its segment hasn't seen. */
export class SegmentEncoders {
  readonly #table: SeriesTable
  readonly #encoders = new WeakMap<SegmentKey, SegmentEncoder>()

  constructor(table: SeriesTable) {
    this.#table = table
  }

  of(segment: SegmentKey): SegmentEncoder {
    const known = this.#encoders.get(segment)
    if (known !== undefined) return known
    const fresh = new SegmentEncoder(this.#table)
    this.#encoders.set(segment, fresh)
    return fresh
  }

  /** A segment's first record: which batches the journal holds so far, so that each segment is readable alone. */
  head(segment: SegmentKey, held: readonly HeldRanges[]): Uint8Array {
    return this.of(segment).encode({ type: 'ranges', held }).slice()
  }
}

export interface JournalWriterParts {
  readonly journal: Pick<Journal, 'append'>
  readonly encoders: SegmentEncoders
  /** A reason to take nothing more, such as a consumer that is too far behind. */
  refusal(): IntakeFailure | undefined
  /** A batch is on stable storage; `end` is where the next record starts. */
  onDurable(batch: AcceptedBatch, end: Position): void
  /** A batch could not be written: who lives in memory alone may still look at it. */
  onUnwritten(batch: AcceptedBatch): void
  /** The journal can be written again. */
  onRecovered(): void
  readonly log: Logger
  readonly probeEveryMs: number
}

/** Writes accepted batches to the journal. */
export class JournalWriter implements Disposable {
  readonly #parts: JournalWriterParts
  #failure: IntakeFailure | undefined
  #probing: NodeJS.Timeout | undefined
  #closed = false

  constructor(parts: JournalWriterParts) {
    this.#parts = parts
  }

  /** What stops writing now, if anything. */
  get failure(): IntakeFailure | undefined {
    return this.#failure ?? this.#parts.refusal()
  }

  /**
   * Resolves once the batch is on stable storage.
   * @throws IntakeError when it can't be now: at once while writing is known to fail; UnacceptableBatch when it never can be; any other error is a
   * fault of ours that this batch brings to light, and says nothing of the journal
   */
  append(batch: AcceptedBatch): Promise<void> {
    const { failure } = this
    if (failure !== undefined) {
      this.#parts.onUnwritten(batch)
      return Promise.reject(new IntakeError(failure))
    }
    const { journal, encoders } = this.#parts
    const written = journal.append((segment) =>
      encoders.of(segment).encode({ type: 'batch', ...batch }),
    )
    // One promise for each batch, not one for each step: they are a part of what a batch costs.
    return written.then(
      ({ end }) => this.#parts.onDurable(batch, end),
      (error: unknown) => this.#turnDown(batch, error),
    )
  }

  [Symbol.dispose](): void {
    this.#closed = true
    clearTimeout(this.#probing)
  }

  #turnDown(batch: AcceptedBatch, error: unknown): never {
    const unacceptable = toUnacceptable(error)
    if (unacceptable !== undefined) throw unacceptable
    if (!(error instanceof JournalError)) throw error
    const failed = this.#failed(error)
    this.#parts.onUnwritten(batch)
    throw failed
  }

  #failed(error: unknown): IntakeError {
    const failure = toFailure(error)
    if (this.#failure?.code !== failure.code) {
      this.#parts.log.error({ err: error, code: failure.code }, 'the journal can not be written')
    }
    this.#failure = failure
    if (!this.#closed) {
      this.#probing ??= setTimeout(() => void this.#probe(), this.#parts.probeEveryMs)
    }
    return new IntakeError(failure, { cause: error })
  }

  /** Tries a small record until one gets through: agents needn't be the ones to find out. */
  async #probe(): Promise<void> {
    this.#probing = undefined
    const { journal, encoders } = this.#parts
    try {
      await journal.append((segment) => encoders.head(segment, []))
    } catch (error) {
      this.#failed(error)
      return
    }
    this.#failure = undefined
    this.#parts.log.info('the journal can be written again')
    this.#parts.onRecovered()
  }
}

/** What is wrong with the batch itself, and not with the disk. */
function toUnacceptable(error: unknown): UnacceptableBatch | undefined {
  if (error instanceof ProtocolError) {
    return new UnacceptableBatch(error.code, error.message, { cause: error })
  }
  if (error instanceof JournalError && error.code === 'JOURNAL_TOO_LARGE') {
    return new UnacceptableBatch('BATCH_TOO_LARGE', error.message, { cause: error })
  }
  return undefined
}

function toFailure(error: unknown): IntakeFailure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'JOURNAL_IO'
  return { code, message: error instanceof Error ? error.message : String(error) }
}

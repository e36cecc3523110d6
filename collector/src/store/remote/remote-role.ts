import { comparePositions, JournalError, type Position } from '@wardround/journal'
import { SeriesTable } from '@wardround/protocol'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { JournalFeed } from '../feed/journal-feed.ts'
import { BatchReader, type GivenUp } from './batch-reader.ts'
import { type DeadLetter, DeadLetterFile } from './dead-letter-file.ts'
import { LineEncoder } from './line-encoder.ts'
import { LineSender } from './line-sender.ts'
import type { RemoteBatch } from './remote-batch.ts'
import type { RemoteWorkerData, RemoteWorkerStatus } from './remote-messages.ts'
import { UnsettledBatches } from './unsettled-batches.ts'
import type { LineWriter } from './write-outcome.ts'

/** A journal or a file of dead letters that can't be used is tried again after so long. */
const RETRY_MS = 5_000
/** Whoever sends is told to stop so that something else is done between two batches. */
const INTERRUPTED = new Error('what was being sent is left for now')
const CLOSED = new Error('the store is being closed')

export interface RemoteRoleParts {
  readonly data: RemoteWorkerData
  readonly writer: LineWriter
  onCovered(covered: Position): void
}

/** The life of a store outside in its worker: reads the journal and sends what is in it, a batch at a time, the next one being read meanwhile. */
export class RemoteRole {
  readonly #feed: JournalFeed
  readonly #reader: BatchReader
  readonly #sender: LineSender
  readonly #letters: DeadLetterFile
  readonly #onCovered: (covered: Position) => void
  readonly #closing = new AbortController()
  readonly #running: Promise<void>
  #sending = new AbortController()
  #durable: Position | undefined
  #covered: Position | undefined
  /** Sent behind what is covered. */
  readonly #unsettled: UnsettledBatches
  /** The store may have died since its last answer, with what is unsettled. */
  #mayHaveDied = false
  #batch: RemoteBatch | undefined
  #samplesSent = 0
  #samplesRead = 0
  #bytesRead = 0
  #deadLetters = 0
  #trouble: string | undefined
  /** Resolves when there may be more to read. */
  #more = Promise.withResolvers<void>()
  /** Asked for while a batch is on its way: done between two. */
  readonly #interruptions: (() => void)[] = []

  constructor(parts: RemoteRoleParts) {
    const { data, writer } = parts
    const series = new SeriesTable()
    this.#onCovered = (covered) => parts.onCovered(covered)
    this.#covered = data.from
    this.#unsettled = new UnsettledBatches(data.target.settlesMs)
    this.#feed = new JournalFeed(data, series)
    this.#reader = new BatchReader(
      this.#feed,
      new LineEncoder(series, data.target.backslash),
      data.from ?? 'oldest',
    )
    this.#letters = new DeadLetterFile(join(data.directory, 'dead-letters.jsonl'))
    this.#sender = new LineSender({
      writer,
      setAside: (letters) => this.#setAside(letters),
      onMaybeDead: () => {
        this.#mayHaveDied = true
      },
      onSuspects: (fields) => this.#reader.suspect(fields),
    })
    this.#running = this.#run()
  }

  advance(durable: Position): void {
    this.#durable = durable
    this.#wake()
  }

  status(): RemoteWorkerStatus {
    const receivedAtMs = this.#batch?.receivedAtMs
    return {
      covered: this.#covered,
      sent: this.#unsettled.end ?? this.#covered,
      waitingSinceMs: receivedAtMs === Infinity ? undefined : receivedAtMs,
      samplesSent: this.#samplesSent,
      samplesPerByte: this.#bytesRead === 0 ? 0 : this.#samplesRead / this.#bytesRead,
      deadLetters: this.#deadLetters,
      failure: this.#sender.failure,
      trouble: this.#trouble,
    }
  }

  weigh(until: Position, receivedMs: number): Promise<GivenUp | undefined> {
    return this.#betweenBatches(() => {
      this.#sendAgain()
      const weighed = this.#reader.weigh(this.#durable ?? until, until, receivedMs)
      this.#sendAgain()
      return weighed
    })
  }

  /** Nothing where the store has taken more meanwhile. */
  passOver(end: Position): Promise<void> {
    return this.#betweenBatches(() => {
      const isAhead = this.#covered !== undefined && comparePositions(this.#covered, end) >= 0
      if (!isAhead) this.#cover(end)
      this.#sendAgain()
    })
  }

  #betweenBatches<Result>(act: () => Result): Promise<Result> {
    const done = Promise.withResolvers<Result>()
    this.#interruptions.push(() => {
      try {
        done.resolve(act())
      } catch (error) {
        done.reject(error)
      }
    })
    this.#sending.abort(INTERRUPTED)
    this.#wake()
    return done.promise
  }

  write(lines: string): Promise<void> {
    return this.#sender.send({ lines, suspects: NONE }, this.#closing.signal)
  }

  async close(): Promise<void> {
    this.#closing.abort(CLOSED)
    this.#sending.abort(CLOSED)
    this.#wake()
    await this.#running
    // A store that answered last is alive: what it took is not sent again at the next start.
    const { end } = this.#unsettled
    if (end !== undefined && this.#sender.failure === undefined) this.#cover(end)
    this.#feed[Symbol.dispose]()
  }

  #wake(): void {
    this.#more.resolve()
  }

  async #run(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      try {
        await this.#turn()
        this.#trouble = undefined
      } catch (error) {
        if (error === CLOSED) return
        if (error === INTERRUPTED) continue
        if (!isExpected(error)) throw error
        this.#trouble = error.message
        this.#sendAgain()
        await delay(RETRY_MS, undefined, { signal: this.#closing.signal }).catch(() => undefined)
      }
    }
  }

  /** Sends one batch, or waits for something to send. */
  async #turn(): Promise<void> {
    this.#sending = new AbortController()
    this.#batch = undefined
    for (const interrupt of this.#interruptions.splice(0)) interrupt()
    const durable = this.#durable
    let batch = durable && this.#reader.next(durable)
    if (batch === undefined) return this.#waitForMore()
    while (batch !== undefined && !this.#sending.signal.aborted) {
      this.#batch = batch
      this.#samplesRead += batch.samples
      this.#bytesRead += batch.bytes
      const sent = this.#sender.send(batch, this.#sending.signal)
      const next: RemoteBatch | undefined = await this.#readBeside(sent)
      this.#samplesSent += batch.samples
      if (this.#mayHaveDied && !this.#unsettled.isEmpty) return this.#sendAgain()
      this.#mayHaveDied = false
      this.#unsettled.add(batch.end)
      this.#settle()
      batch = next
    }
  }

  /** Until there is more to read, or what was sent is settled. */
  async #waitForMore(): Promise<void> {
    const settled = new AbortController()
    const { nextInMs } = this.#unsettled
    const waits = nextInMs !== undefined && delay(nextInMs + 1, undefined, settled)
    await Promise.race(waits === false ? [this.#more.promise] : [this.#more.promise, waits])
    settled.abort()
    this.#more = Promise.withResolvers()
    this.#settle()
  }

  #settle(): void {
    const end = this.#unsettled.settle()
    if (end !== undefined) this.#cover(end)
  }

  /** From what is safe on: storing is idempotent. */
  #sendAgain(): void {
    this.#mayHaveDied = false
    this.#unsettled.clear()
    this.#reader.seek(this.#covered ?? 'oldest')
  }

  /** The batch after the one that is on its way. */
  async #readBeside(sent: Promise<void>): Promise<RemoteBatch | undefined> {
    let next: RemoteBatch | undefined
    try {
      next = this.#durable && this.#reader.next(this.#durable)
    } finally {
      await sent
    }
    return next
  }

  #cover(position: Position): void {
    this.#covered = position
    this.#onCovered(position)
  }

  async #setAside(letters: readonly DeadLetter[]): Promise<void> {
    await this.#letters.add(letters)
    this.#deadLetters += letters.length
  }
}

const NONE: RemoteBatch['suspects'] = new Map()

/** The journal's trouble, or a file's: both may pass. */
function isExpected(error: unknown): error is Error {
  return (
    error instanceof JournalError ||
    (error instanceof Error && Reflect.get(error, 'code') !== undefined)
  )
}

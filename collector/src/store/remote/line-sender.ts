import { setTimeout as delay } from 'node:timers/promises'
import { BackOff } from './back-off.ts'
import type { DeadLetter } from './dead-letter-file.ts'
import { singleFieldLines } from './single-field-lines.ts'
import type { RemoteBatch } from './remote-batch.ts'
import type { LineWriter, WriteOutcome } from './write-outcome.ts'

/** A store that lets nobody in is asked so often: only a person can mend it. */
const REFUSED_RETRY_MS = 60_000
const HOPELESS_LINES = 50

export interface LineSenderParts {
  readonly writer: LineWriter
  /** Keeps lines that the store refused for good. */
  setAside(letters: readonly DeadLetter[]): Promise<void>
  /** The store's process may have ended since the last time that it answered. */
  onMaybeDead?(): void
  /** The fields that the store refuses have changed. */
  onSuspects(fields: ReadonlySet<string>): void
  readonly backOff?: BackOff
  readonly refusedRetryMs?: number
}

type SentBatch = Pick<RemoteBatch, 'lines' | 'suspects'>

/** Why nothing gets through now. */
export interface SendFailure {
  readonly kind: 'later' | 'refused'
  readonly reason: string
}

/** Brings batches into a store, however long that takes: repeats what it can't take now, and parts bad lines from good ones. */
export class LineSender {
  readonly #parts: LineSenderParts
  readonly #backOff: BackOff
  /** `measurement.field` of single samples that were refused. */
  readonly #suspects = new Set<string>()
  #failure: SendFailure | undefined

  constructor(parts: LineSenderParts) {
    this.#parts = parts
    this.#backOff = parts.backOff ?? new BackOff()
  }

  /** Since the last success. */
  get failure(): SendFailure | undefined {
    return this.#failure
  }

  /** Resolves when every sample is stored or set aside. Rejects with the signal's reason when it is given up before. */
  async send(batch: SentBatch, signal: AbortSignal): Promise<void> {
    for (;;) {
      const tally = new Tally()
      await this.#sendBatch(batch, tally, signal)
      if (!tally.isHopeless) {
        await this.#parts.setAside(await this.#stillRefused(tally, signal))
        return
      }
      const words = tally.letters[0]!.words
      await this.#wait({ kind: 'refused', reason: `every line is refused: ${words}` }, signal)
    }
  }

  /** What was refused before the store took anything may have been refused with everything else: it is asked once more. */
  async #stillRefused(tally: Tally, signal: AbortSignal): Promise<DeadLetter[]> {
    const letters: DeadLetter[] = []
    for (const letter of tally.letters) {
      const isDoubtful = tally.doubtful.has(letter)
      const outcome = isDoubtful ? await this.#untilAnswered(letter.line, signal) : undefined
      if (outcome?.kind !== 'stored') letters.push(letter)
    }
    return letters
  }

  async #sendBatch(
    { lines, suspects }: SentBatch,
    tally: Tally,
    signal: AbortSignal,
  ): Promise<void> {
    if (lines !== '') await this.#sendText(lines, tally, signal)
    for (const [field, own] of suspects) await this.#sendSuspect(field, own, tally, signal)
  }

  /** Lines of anything: halves them until the bad ones stand alone. */
  async #sendText(text: string, tally: Tally, signal: AbortSignal): Promise<void> {
    if (tally.isHopeless) return
    const outcome = await this.#untilAnswered(text, signal)
    if (outcome.kind === 'stored') return tally.stored()
    const lines = text.split('\n')
    if (lines.length > 1) {
      const middle = Math.ceil(lines.length / 2)
      await this.#sendText(lines.slice(0, middle).join('\n'), tally, signal)
      await this.#sendText(lines.slice(middle).join('\n'), tally, signal)
      return
    }
    const fields = singleFieldLines(text)
    if (fields.length > 1) {
      for (const { line } of fields) await this.#sendText(line, tally, signal)
      return
    }
    tally.refused({ line: text, words: outcome.words })
    for (const { name } of fields) this.#suspect(name)
  }

  /** The first sample says whether the store still refuses the field: then all of them are set aside with its words, without asking for each. */
  async #sendSuspect(
    field: string,
    lines: readonly string[],
    tally: Tally,
    signal: AbortSignal,
  ): Promise<void> {
    const [first = '', ...others] = lines
    const outcome = await this.#untilAnswered(first, signal)
    if (outcome.kind !== 'stored') {
      tally.knownToBeRefused(lines.map((line) => ({ line, words: outcome.words })))
      return
    }
    tally.stored()
    this.#suspects.delete(field)
    this.#parts.onSuspects(this.#suspects)
    if (others.length > 0) await this.#sendText(others.join('\n'), tally, signal)
  }

  /** Repeats until the store has taken the lines or refused them for what they are. */
  async #untilAnswered(text: string, signal: AbortSignal): Promise<Answered> {
    for (;;) {
      const outcome = await this.#parts.writer.write(text, signal)
      if (outcome.kind === 'later' && outcome.mayHaveDied) this.#parts.onMaybeDead?.()
      if (outcome.kind === 'later' || outcome.kind === 'refused') {
        await this.#wait(outcome, signal)
        continue
      }
      this.#failure = undefined
      this.#backOff.succeeded()
      return outcome
    }
  }

  async #wait(outcome: Exclude<WriteOutcome, Answered>, signal: AbortSignal): Promise<void> {
    this.#failure = { kind: outcome.kind, reason: outcome.reason }
    const waitMs =
      outcome.kind === 'later'
        ? this.#backOff.failedMs(outcome.afterMs)
        : (this.#parts.refusedRetryMs ?? REFUSED_RETRY_MS)
    try {
      await delay(waitMs, undefined, { signal })
    } catch {
      signal.throwIfAborted()
    }
  }

  #suspect(field: string): void {
    if (this.#suspects.has(field)) return
    this.#suspects.add(field)
    this.#parts.onSuspects(this.#suspects)
  }
}

type Answered = Extract<WriteOutcome, { kind: 'stored' | 'bad-lines' | 'too-long' }>

/** What became of the lines of one batch. */
class Tally {
  readonly letters: DeadLetter[] = []
  /** Those that were refused while nothing had been taken. */
  readonly doubtful = new Set<DeadLetter>()
  #found = 0
  #stored = 0

  /** So many lines were refused and none was taken: it is not the lines. Nothing of the batch is set aside then. */
  get isHopeless(): boolean {
    return this.#stored === 0 && this.#found >= HOPELESS_LINES
  }

  stored(): void {
    this.#stored++
  }

  refused(letter: DeadLetter): void {
    this.letters.push(letter)
    if (this.#stored === 0) this.doubtful.add(letter)
    this.#found++
  }

  /** Of a field that the store has refused before, beside others that it took. */
  knownToBeRefused(letters: readonly DeadLetter[]): void {
    this.letters.push(...letters)
  }
}

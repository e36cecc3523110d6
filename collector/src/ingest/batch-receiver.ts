import { type BatchFrame, FrameDecoder, type Hello, MAX_EPOCHS } from '@wardround/protocol'
import type { AcceptedBatch } from '../accepted-batch.ts'
import type { Agent } from './agent.ts'
import { acceptBatch, countSamples, newestBlockMs } from './batch-acceptance.ts'
import { type ClockReading, isDoubtful, readClockError } from './clock-error.ts'
import { ConnectionSeries, type Refusal, type SubjectResolver } from './connection-series.ts'
import type { Pausable } from './in-flight.ts'
import type { Delivery } from './held-sequences.ts'
import { IntakeError } from './journal-writer.ts'
import type { SessionContext, SessionVoice } from './session-context.ts'
import { MAX_SUBJECTS_PER_AGENT } from './subject-book.ts'
import { UnacceptableBatch } from './unacceptable-batch.ts'
import { Window } from './window.ts'

const DEFAULT_EVERY_SECONDS = 10
/** An agent that has sent nothing for so many intervals, with batches that were not taken, has its window full of them. */
const STALLED_INTERVALS = 3
const ROUND_TRIP_DEADLINE_MS = 10_000
/** Bound of the protocol for a reason's text. */
const MAX_REASON = 1_000

/** The binary frames of one connection: takes in definitions, judges batches, and answers for each once. */
export class BatchReceiver {
  readonly #agent: Agent
  readonly #context: SessionContext
  readonly #voice: SessionVoice
  readonly #decoder = new FrameDecoder()
  readonly #series: ConnectionSeries
  readonly #window: Window
  readonly #resolve: SubjectResolver
  /** Subjects that are another's, with the reason: for the life of the connection. */
  readonly #refused = new Map<string, string>()
  #everyMs = DEFAULT_EVERY_SECONDS * 1000
  /** Batches that the journal didn't take: the agent sends them again on its next connection. */
  #deferred = 0
  /** Of the newest batch, by the monotonic clock. */
  #receivedAtMs = 0
  /** Of a ping since the newest batch. */
  #roundTripMs: number | undefined
  #isProbing = false

  constructor(agent: Agent, context: SessionContext, voice: SessionVoice, connection: Pausable) {
    this.#agent = agent
    this.#context = context
    this.#voice = voice
    this.#resolve = (subject) => this.#speaksFor(subject)
    this.#series = new ConnectionSeries({
      ...context,
      resolve: this.#resolve,
      whyRefused: (subject) => this.#refused.get(subject),
    })
    this.#window = new Window(context.limits.window, context.inFlight, connection)
  }

  /** The collector's numbers of the series defined here; negative where refused. */
  get seriesNumbers(): Int32Array {
    return this.#series.numbers
  }

  get hasDeferred(): boolean {
    return this.#deferred > 0
  }

  /** Whether the agent was told that it may not speak for a subject. */
  hasRefused(subject: string): boolean {
    return this.#refused.has(subject)
  }

  open({ everySeconds = DEFAULT_EVERY_SECONDS }: Hello): void {
    this.#everyMs = everySeconds * 1000
  }

  /** @throws ProtocolError when the frame ends the connection */
  receive(bytes: Uint8Array): void {
    const { ledger } = this.#agent
    ledger.frames++
    ledger.bytes += bytes.length
    const frame = this.#decoder.decode(bytes)
    if (frame.type === 'batch') return this.#takeBatch(frame, bytes.length)
    this.#window.takeDefinitions(bytes.length)
    for (const refusal of this.#series.define(frame.definitions)) this.#refuse(refusal)
  }

  /** Whether the agent waits for acknowledgements that will not come: only a new connection gets its live batches flowing again. */
  isStalled(monotonicMs: number): boolean {
    if (this.#deferred === 0) return false
    return (
      this.#deferred >= this.#context.limits.window.batches ||
      monotonicMs - this.#receivedAtMs > STALLED_INTERVALS * this.#everyMs
    )
  }

  /** The host or device that a subject stands for; undefined where the agent may not speak for it. */
  #speaksFor(subject: string): string | undefined {
    const { host } = this.#agent
    if (subject === '' || subject === host) return host
    if (this.#refused.has(subject)) return undefined
    const refusal = this.#context.subjects.claim(subject, host)
    if (refusal === undefined) return subject
    if (this.#refused.size >= MAX_SUBJECTS_PER_AGENT) return undefined
    this.#refused.set(subject, refusal.reason)
    this.#context.onSubjectRefused(this.#agent, subject, refusal)
    return undefined
  }

  /** The connection is gone; what is under way still becomes durable. */
  close(): void {
    this.#window.close()
  }

  #takeBatch(frame: BatchFrame, bytes: number): void {
    const taken = this.#window.takeBatch(bytes)
    if (taken === undefined) {
      const { batches, bytes: most } = this.#context.limits.window
      this.#voice.close(4006, `limits.windowBatches is ${batches}, limits.windowBytes ${most}`)
      return
    }
    const agent = this.#agent
    const samples = countSamples(frame.batch)
    agent.ledger.batches++
    agent.ledger.received += samples
    agent.lastSequence = frame.id.sequence
    this.#receivedAtMs = this.#context.monotonicMs()
    const verdict = this.#judge(frame)
    if (verdict === 'new') return void this.#store(frame, samples, taken)
    this.#window.release(taken)
    if (verdict === 'rejected' || verdict === 'crowded') return
    agent.ledger.duplicates += samples
    if (verdict === 'held') agent.session?.acknowledge(frame.id)
  }

  #judge(frame: BatchFrame): Delivery | 'rejected' | 'crowded' {
    const [problem] = frame.problems
    if (problem !== undefined) return this.#reject(frame, problem.code, problem.detail)
    const { held } = this.#agent
    const delivery = held.stateOf(frame.id)
    if (delivery === 'new' && !held.hasRoomFor(frame.id.epoch)) {
      // A hello names the oldest epochs only: the next one leaves out those that are acknowledged by then.
      this.#agent.ledger.deferred += countSamples(frame.batch)
      this.#voice.close(1012, `more than ${MAX_EPOCHS} epochs unacknowledged: name the rest`)
      return 'crowded'
    }
    return delivery
  }

  /** Never rejects: nobody waits for it. */
  async #store(frame: BatchFrame, samples: number, taken: number): Promise<void> {
    const agent = this.#agent
    agent.held.begin(frame.id)
    try {
      const accepted = this.#accept(frame)
      const stored = countSamples(accepted.batch)
      await this.#context.intake.take(accepted)
      agent.held.settle(frame.id)
      agent.ledger.store(accepted, stored, samples - stored)
      // By whatever connection the agent has now: it may have reconnected meanwhile.
      agent.session?.acknowledge(frame.id)
    } catch (error) {
      agent.held.abandon(frame.id)
      this.#turnDown(frame, samples, error)
    } finally {
      this.#window.release(taken)
    }
  }

  #accept(frame: BatchFrame): AcceptedBatch {
    const receivedAtMs = this.#context.nowMs()
    return acceptBatch(frame, {
      agent: this.#agent.host,
      receivedAtMs,
      everyMs: this.#everyMs,
      series: this.#series,
      resolve: this.#resolve,
      clock: this.#readClock(frame, receivedAtMs),
    })
  }

  /** A fault of ours that a batch brings to light would come again with it: the agent sets the batch aside. */
  #turnDown(frame: BatchFrame, samples: number, error: unknown): void {
    if (error instanceof IntakeError) return this.#defer(samples)
    if (error instanceof UnacceptableBatch) {
      this.#reject(frame, error.code, error.message)
      return
    }
    const { log } = this.#context
    log.error({ err: error, agent: this.#agent.host, ...frame.id }, 'a batch could not be handled')
    this.#reject(frame, 'INTERNAL', 'the collector failed on this batch; its log says why')
  }

  #readClock(frame: BatchFrame, receivedAtMs: number): ClockReading {
    const newestMs = newestBlockMs(frame.batch)
    if (newestMs === undefined) return { measuredMs: 0, errorMs: 0, corrected: false }
    const agent = this.#agent
    const roundTripMs = this.#roundTripMs
    this.#roundTripMs = undefined
    const reading = readClockError(
      { newestMs, ageMs: frame.ageMs, receivedAtMs, roundTripMs },
      agent.clock,
    )
    const before = agent.clock?.corrected ?? false
    agent.clock = reading
    if (reading.corrected !== before) this.#context.onClockJudged(agent, reading)
    if (isDoubtful(reading.measuredMs) && !reading.corrected) void this.#probeLine()
    return reading
  }

  /** Finds out whether it is the way here that makes a clock look behind. */
  async #probeLine(): Promise<void> {
    if (this.#isProbing) return
    this.#isProbing = true
    this.#roundTripMs = await this.#voice.measureRoundTrip(ROUND_TRIP_DEADLINE_MS)
    this.#isProbing = false
  }

  /** The intake says why, once, in /readyz and the log; here it only means: no acknowledgement. */
  #defer(samples: number): void {
    this.#deferred++
    this.#agent.ledger.deferred += samples
    if (this.isStalled(this.#receivedAtMs)) {
      this.#voice.close(1013, 'the journal can not be written; send again later')
    }
  }

  #reject(frame: BatchFrame, code: string, reason: string): 'rejected' {
    const { epoch, sequence } = frame.id
    this.#agent.ledger.reject(code, countSamples(frame.batch))
    this.#voice.tell({ type: 'reject', epoch, sequence, code, reason: reason.slice(0, MAX_REASON) })
    return 'rejected'
  }

  #refuse({ code, reason, series }: Refusal): void {
    const { host } = this.#agent
    this.#context.log.warn({ agent: host, code, series: series.length }, 'series are refused')
    this.#voice.tell({ type: 'refuse', series, code, reason: reason.slice(0, MAX_REASON) })
  }
}

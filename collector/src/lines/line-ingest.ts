import { setImmediate as nextTurn } from 'node:timers/promises'
import { WRITTEN_EPOCH } from '../accepted-batch.ts'
import type { AgentRegistry } from '../ingest/agent-registry.ts'
import { IntakeError } from '../ingest/journal-writer.ts'
import type { Intake } from '../ingest/session-context.ts'
import type { Catalogue } from '../rules/catalogue.ts'
import { NEWLINE } from './bytes.ts'
import { LineDecoder } from './line-decoder.ts'
import { LineError } from './line-error.ts'
import type { Precision } from './precision.ts'
import { Refusals } from './refusals.ts'
import { kindBy, TokenLines, type TokenLinesParts } from './token-lines.ts'
import { WriteLedger } from './write-ledger.ts'
import type { WriteToken, WriteTokenBook } from './write-token-book.ts'
import { type WrittenBatch, WrittenSamples } from './written-samples.ts'

export interface LineIngestParts extends Omit<TokenLinesParts, 'tokens' | 'kindOf'> {
  readonly tokens: Pick<WriteTokenBook, 'whyNot' | 'generation'>
  readonly registry: AgentRegistry
  readonly intake: Intake
  readonly retention: { readonly rawMs: number }
  /** What fields are. */
  readonly catalogue: Catalogue
  /** Whether an agent speaks for a host: then a write about it is no sign of life. */
  readonly hasAgent: (host: string) => boolean
  readonly nowMs: () => number
  /** A host is written about, for the first time or again. */
  onHeard(host: string): void
  /** Lines of a write are not taken. */
  onRefused(token: string, refusals: Refusals): void
}

/** What became of a write. */
export interface WriteOutcome {
  /** Without comments and empty ones. */
  readonly lines: number
  readonly refusals: Refusals
}

/** Between two pieces the thread is free for whoever waits for an acknowledgement. */
const PIECE_BYTES = 131_072
/**
 * Nothing says how old a line was when it was sent, so its time is compared with the collector's clock: three of the slowest usual intervals of Telegraf. What is
 * older is stored, and fires no live alert (design D3).
 */
const LATE_MS = 180_000
/** Times further ahead are refused: they would stand before everything that is measured until then. */
const MAX_AHEAD_MS = 600_000

/** Line protocol into batches: each of one host, through the same intake as those of agents, acknowledged when all are durable. */
export class LineIngest {
  readonly ledger = new WriteLedger()
  readonly #parts: LineIngestParts
  #catalogue: Catalogue
  readonly #byToken = new Map<string, TokenLines>()
  #generation = ''
  #sequence: number

  constructor(parts: LineIngestParts) {
    this.#parts = parts
    this.#catalogue = parts.catalogue
    // higher than those of the process before, without anything being kept for it
    this.#sequence = parts.nowMs() * 1_000
  }

  /** Declarations of metrics were read again. */
  set catalogue(catalogue: Catalogue) {
    this.#catalogue = catalogue
    this.#byToken.clear()
  }

  /**
   * Takes the lines of one write. Durable when it resolves.
   * @throws IntakeError when the journal can't be written now: some of it may be durable, and the same write again changes nothing
   */
  async write(token: WriteToken, body: Uint8Array, precision: Precision): Promise<WriteOutcome> {
    const lines = this.#linesOf(token)
    const bytes = body.at(-1) === NEWLINE || body.length === 0 ? body : withLineFeed(body)
    const refusals = new Refusals()
    const written: Promise<void>[] = []
    let samples = this.#newSamples(token, refusals)
    const decoder = new LineDecoder(
      lines,
      {
        take: (head, timeMs, series, values, count) =>
          samples.take(head, timeMs, series, values, count),
        takeEvent: (head, timeMs, fields) => samples.takeEvent(head, timeMs, fields),
        refuse: (error, line, text) => refusals.add(error, line, text),
      },
      precision,
    )
    let at = 0
    for (;;) {
      at = decoder.decode(bytes, at, Math.min(bytes.length, at + PIECE_BYTES))
      for (const batch of samples.batches()) written.push(handled(this.#take(batch)))
      if (at >= bytes.length) break
      samples = this.#newSamples(token, refusals)
      await nextTurn()
    }
    const { lines: read, texts, events } = decoder
    this.ledger.count(token.name, { lines: read, texts, events, bytes: body.length, refusals })
    if (refusals.count > 0) this.#parts.onRefused(token.name, refusals)
    const failed = (await Promise.allSettled(written)).find(({ status }) => status === 'rejected')
    if (failed?.status === 'rejected') throw failed.reason
    return { lines: read, refusals }
  }

  /** What is in use, for the census; what has not come for two of its turns is forgotten. */
  *seriesInUse(): Generator<Int32Array> {
    for (const lines of this.#byToken.values()) yield* lines.sweep()
  }

  #linesOf(token: WriteToken): TokenLines {
    const { hosts, tokens, table, census, limits } = this.#parts
    const generation = `${hosts.generation} ${tokens.generation}`
    if (generation !== this.#generation) {
      this.#byToken.clear()
      this.#generation = generation
    }
    const known = this.#byToken.get(token.hash)
    if (known !== undefined) return known
    const kindOf = kindBy((measurement, field) => {
      const fields = this.#catalogue.measurement(measurement)?.fields
      return fields !== undefined && Object.hasOwn(fields, field) ? fields[field]?.kind : undefined
    })
    const fresh = new TokenLines(token, { tokens, table, census, hosts, limits, kindOf })
    this.#byToken.set(token.hash, fresh)
    return fresh
  }

  #newSamples(token: WriteToken, refusals: Refusals): WrittenSamples {
    const { nowMs, retention, tokens } = this.#parts
    const receivedAtMs = nowMs()
    return new WrittenSamples(
      {
        receivedAtMs,
        oldestMs: Math.max(0, receivedAtMs - retention.rawMs),
        newestMs: receivedAtMs + MAX_AHEAD_MS,
        lateMs: receivedAtMs - LATE_MS,
      },
      (host) => {
        const text = tokens.whyNot(token, host)
        if (text !== undefined) throw new LineError('host', text)
      },
      (error, line, text) => refusals.add(error, line, text),
    )
  }

  async #take({ host, late, blocks, events, samples }: WrittenBatch): Promise<void> {
    const { registry, intake, hasAgent, nowMs } = this.#parts
    const { ledger } = registry.of(host)
    const receivedAtMs = nowMs()
    this.#heard(host, receivedAtMs)
    const batch = {
      agent: hasAgent(host) ? '' : host,
      id: { epoch: WRITTEN_EPOCH, sequence: ++this.#sequence },
      receivedAtMs,
      late,
      clockErrorMs: 0,
      clockCorrected: false,
      batch: { blocks, events, documents: [] },
    }
    ledger.batches++
    ledger.received += samples
    try {
      await intake.take(batch)
      ledger.store(batch, samples, 0)
    } catch (error) {
      if (error instanceof IntakeError) ledger.deferred += samples
      else ledger.reject('WRITE_FAILED', samples)
      throw error
    }
  }

  #heard(host: string, atMs: number): void {
    // of a host that has an agent, its agent says whether it is there
    if (this.#parts.hasAgent(host)) return
    const agent = this.#parts.registry.of(host)
    const isNews = agent.writtenAtMs === undefined || atMs - agent.writtenAtMs > LATE_MS
    agent.writtenAtMs = atMs
    agent.lastSeenMs = atMs
    if (isNews) this.#parts.onHeard(host)
  }
}

/** Nobody waits for it until all lines are read. */
function handled(written: Promise<void>): Promise<void> {
  written.catch(() => undefined)
  return written
}

function withLineFeed(body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(body.length + 1)
  bytes.set(body)
  bytes[body.length] = NEWLINE
  return bytes
}

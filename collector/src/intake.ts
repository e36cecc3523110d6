import type { Position } from '@wardround/journal'
import type { Logger } from '@wardround/program'
import type { AcceptedBatch } from './accepted-batch.ts'
import type { Consumers } from './consumers.ts'
import type { Intake } from './ingest/session-context.ts'
import { JournalWriter } from './ingest/journal-writer.ts'
import type { CurrentValues } from './live/current-values.ts'

/** The store is told so often how far it may read: each look at the journal costs it more than some records do. */
const ADVANCE_EVERY_MS = 100

export interface IntakeParts {
  readonly journal: Pick<Consumers['journal'], 'append'>
  readonly encoders: Consumers['encoders']
  readonly alerting: Pick<Consumers['alerting'], 'accept'>
  readonly facts: Pick<Consumers['facts'], 'take' | 'refusal'>
  readonly store: Pick<Consumers['store'], 'advance'>
  readonly current: Pick<CurrentValues, 'take'>
  readonly log: Logger
  readonly probeEveryMs: number
  /** The journal can be written again. */
  onRecovered(): void
}

/** Where accepted batches go: to the live view and the journal, and from there to rules, facts and store. */
export function openIntake(parts: IntakeParts): {
  readonly intake: Intake
  readonly writer: JournalWriter
} {
  const { alerting, facts, store, current, log } = parts
  const advance = newestEvery(ADVANCE_EVERY_MS, (durable: Position) => store.advance(durable))
  const writer = new JournalWriter({
    journal: parts.journal,
    encoders: parts.encoders,
    refusal: () => facts.refusal,
    onDurable(batch, end) {
      evaluate(batch, end)
      guard('events and documents', batch, () => facts.take(batch.batch, end))
      advance(end)
    },
    onUnwritten: (batch) => evaluate(batch, undefined),
    onRecovered: () => parts.onRecovered(),
    log,
    probeEveryMs: parts.probeEveryMs,
  })
  const evaluate = (batch: AcceptedBatch, end: Position | undefined) =>
    guard('rules', batch, () => alerting.accept(batch, end))
  /** Who fails on a batch is a fault of ours: it must not cost the sample, or the acknowledgement of what is durable. */
  const guard = (part: string, batch: AcceptedBatch, take: () => void) => {
    try {
      take()
    } catch (error) {
      log.error({ err: error, agent: batch.agent, ...batch.id, part }, 'a part failed on a batch')
    }
  }
  const intake: Intake = {
    take(batch) {
      guard('live view', batch, () => current.take(batch))
      return writer.append(batch)
    },
  }
  return { intake, writer }
}

/** Calls with the newest argument, and then not again for a while. */
function newestEvery<T>(everyMs: number, call: (newest: T) => void): (value: T) => void {
  let newest: { readonly value: T } | undefined
  let waiting: NodeJS.Timeout | undefined
  const callNow = () => {
    waiting = undefined
    if (newest === undefined) return
    const { value } = newest
    newest = undefined
    waiting = setTimeout(callNow, everyMs).unref()
    call(value)
  }
  return (value) => {
    newest = { value }
    waiting ??= setTimeout(callNow, 0)
  }
}

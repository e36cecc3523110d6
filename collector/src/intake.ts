import type { Position } from '@wardround/journal'
import type { Logger } from '@wardround/program'
import type { AcceptedBatch } from './accepted-batch.ts'
import type { Consumers } from './consumers.ts'
import type { Intake } from './ingest/session-context.ts'
import { JournalFeed } from './ingest/journal-feed.ts'
import type { CurrentValues } from './live/current-values.ts'

export interface IntakeParts extends Consumers {
  readonly current: CurrentValues
  readonly log: Logger
  readonly probeEveryMs: number
  /** The journal can be written again. */
  onRecovered(): void
}

/** Where accepted batches go: to the live view and the journal, and from there to rules, facts and store. */
export function openIntake(parts: IntakeParts): {
  readonly intake: Intake
  readonly feed: JournalFeed
} {
  const { alerting, facts, store, current, log } = parts
  const advance = oncePerTurn((durable: Position) => store.advance(durable))
  const feed = new JournalFeed({
    journal: parts.journal,
    encoders: parts.encoders,
    refusal: () => facts.refusal,
    onDurable(batch, end) {
      evaluate(batch, end)
      facts.take(batch.batch, end)
      advance(end)
    },
    onUnwritten: (batch) => evaluate(batch, undefined),
    onRecovered: () => parts.onRecovered(),
    log,
    probeEveryMs: parts.probeEveryMs,
  })
  /** A rule that fails is a fault of ours: it must not cost the sample. */
  const evaluate = (batch: AcceptedBatch, end: Position | undefined) => {
    try {
      alerting.accept(batch, end)
    } catch (error) {
      log.error({ err: error, agent: batch.agent }, 'rules failed on a batch')
    }
  }
  const intake: Intake = {
    take(batch) {
      current.take(batch)
      return feed.append(batch)
    },
  }
  return { intake, feed }
}

/** Calls with the newest argument, once a turn of the event loop. */
function oncePerTurn<T>(call: (newest: T) => void): (value: T) => void {
  let newest: T | undefined
  return (value) => {
    if (newest === undefined) {
      setImmediate(() => {
        const last = newest
        newest = undefined
        if (last !== undefined) call(last)
      })
    }
    newest = value
  }
}

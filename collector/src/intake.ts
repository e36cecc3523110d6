import type { Position } from '@wardround/journal'
import type { Logger } from '@wardround/program'
import type { AcceptedBatch } from './accepted-batch.ts'
import type { Consumers } from './consumers.ts'
import type { Intake } from './ingest/session-context.ts'
import { JournalWriter } from './ingest/journal-writer.ts'
import type { CurrentValues } from './live/current-values.ts'
import type { SeenPoints } from './projects/seen-points.ts'

export interface IntakeParts {
  readonly journal: Pick<Consumers['journal'], 'append'>
  readonly encoders: Consumers['encoders']
  readonly alerting: Pick<Consumers['alerting'], 'accept'>
  readonly facts: Pick<Consumers['facts'], 'take' | 'refusal'>
  readonly store: Pick<Consumers['store'], 'advance'>
  readonly remotes: Pick<Consumers['remotes'], 'advance'>
  readonly current: Pick<CurrentValues, 'take'>
  /** What project files expect is looked for in it. */
  readonly watch: { readonly seen: Pick<SeenPoints, 'take'> }
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
  const { alerting, facts, store, remotes, current, watch, log } = parts
  const writer = new JournalWriter({
    journal: parts.journal,
    encoders: parts.encoders,
    refusal: () => facts.refusal,
    onDurable(batch, end) {
      evaluate(batch, end)
      guard('events and documents', batch, () => facts.take(batch.batch, end))
      store.advance(end)
      remotes.advance(end)
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
      guard('projects', batch, () => watch.seen.take(batch))
      return writer.append(batch)
    },
  }
  return { intake, writer }
}

import { createHash } from 'node:crypto'
import type { JsonValue } from '@wardround/protocol'
import type { ProbeRun } from '../../probe.ts'

const SEND_AGAIN_MS = 86_400_000
/** Rounds come a little early or late: the one nearest to a day is the day's. */
const SLACK_MS = 600_000

/** A document as it was last sent; a probe remembers it until its next run. */
export interface SentDocument {
  /** Of its text, which may be long. */
  readonly hash: string
  readonly atMs: number
}

/** Sends a document when it has changed since it was last sent, and once a day. @returns what to remember */
export function sendWhenChanged(
  {
    emitDocument,
    monotonicMs,
  }: Pick<ProbeRun<unknown, {}, unknown>, 'emitDocument' | 'monotonicMs'>,
  name: string,
  body: JsonValue,
  sent: SentDocument | undefined,
  keep: 'history' | 'newest' = 'history',
): SentDocument {
  const hash = createHash('sha256').update(JSON.stringify(body)).digest('hex')
  const isDue = sent === undefined || monotonicMs - sent.atMs >= SEND_AGAIN_MS - SLACK_MS
  if (sent?.hash === hash && !isDue) return sent
  emitDocument(name, keep, body)
  return { hash, atMs: monotonicMs }
}

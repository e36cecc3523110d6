import type { JsonValue } from '@wardround/protocol'

import type { ProbeRun } from '../../probe.ts'

/** A document as it was last sent; a probe remembers it until its next run. */
export interface SentDocument {
  readonly json: string
  readonly atMs: number
}

const SEND_AGAIN_MS = 86_400_000

/** Sends a document when it has changed since it was last sent, and once a day; returns what to remember. */
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
  const json = JSON.stringify(body)
  if (sent?.json === json && monotonicMs - sent.atMs < SEND_AGAIN_MS) return sent
  emitDocument(name, keep, body)
  return { json, atMs: monotonicMs }
}

import type { JsonValue } from '@wardround/protocol'

const SEND_AGAIN_MS = 86_400_000
/** Rounds come a little early or late: the one nearest to a day counts. */
const SLACK_MS = 600_000

/** A document as it was sent last. */
export interface SentDocument {
  readonly text: string
  readonly atMs: number
}

interface DocumentRun {
  readonly emitDocument: (name: string, keep: 'history', body: JsonValue) => void
  readonly monotonicMs: number
}

/** Sends a document when it has changed, and once a day. @returns what to remember */
export function sendOnChange(
  { emitDocument, monotonicMs }: DocumentRun,
  name: string,
  body: JsonValue,
  last: SentDocument | undefined,
): SentDocument {
  const text = JSON.stringify(body)
  const isDue = last === undefined || monotonicMs - last.atMs >= SEND_AGAIN_MS - SLACK_MS
  if (last?.text === text && !isDue) return last
  emitDocument(name, 'history', body)
  return { text, atMs: monotonicMs }
}

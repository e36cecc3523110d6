import type { JsonValue } from '@wardround/protocol'

const SEND_AGAIN_MS = 86_400_000
/** Rounds come a little early or late: the one nearest to a day is the day's. */
const SLACK_MS = 600_000

/** A document as it was sent last. */
export interface SentDocument {
  readonly text: string
  readonly atMs: number
}

/** Sends a document when it has changed, and once a day; returns what to remember. */
export function sendWhenChanged(
  body: JsonValue,
  last: SentDocument | undefined,
  monotonicMs: number,
  send: (body: JsonValue) => void,
): SentDocument {
  const text = JSON.stringify(body)
  const isDue = last === undefined || monotonicMs - last.atMs >= SEND_AGAIN_MS - SLACK_MS
  if (last?.text === text && !isDue) return last
  send(body)
  return { text, atMs: monotonicMs }
}

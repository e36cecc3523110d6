import type { JsonValue } from '@wardround/protocol'

const SEND_AGAIN_MS = 86_400_000

/** A document as it was sent last; a probe remembers it. */
export interface SentDocument {
  readonly text: string
  readonly atMs: number
}

/** Sends what changed, and all of it once a day. Returns what to remember. */
export function sendWhenChanged(
  last: SentDocument | undefined,
  body: JsonValue,
  monotonicMs: number,
  send: (body: JsonValue) => void,
): SentDocument {
  const text = JSON.stringify(body)
  if (last?.text === text && monotonicMs - last.atMs < SEND_AGAIN_MS) return last
  send(body)
  return { text, atMs: monotonicMs }
}

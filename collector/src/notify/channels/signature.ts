import { createHmac } from 'node:crypto'

/** Seconds since the epoch when the message was signed. */
const TIMESTAMP_HEADER = 'Wardround-Timestamp'
/** `sha256=` and HMAC-SHA256 in hexadecimal, under the shared secret, over the timestamp, a full stop and the body's bytes. */
const SIGNATURE_HEADER = 'Wardround-Signature'

export function signHeaders(
  secret: string,
  body: string,
  nowMs: number,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(nowMs / 1000))
  return { [TIMESTAMP_HEADER]: timestamp, [SIGNATURE_HEADER]: sign(secret, timestamp, body) }
}

function sign(secret: string, timestamp: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`
}

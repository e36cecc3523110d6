import { createHmac, timingSafeEqual } from 'node:crypto'

/** Seconds since the epoch when the message was signed. */
export const TIMESTAMP_HEADER = 'Wardround-Timestamp'
/** `sha256=` and HMAC-SHA256 in hexadecimal, under the shared secret, over the timestamp, a full stop and the body's bytes. */
export const SIGNATURE_HEADER = 'Wardround-Signature'

/** Older or newer messages are not taken. */
const MAX_SKEW_MS = 5 * 60_000

export function signHeaders(
  secret: string,
  body: string,
  nowMs: number,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(nowMs / 1000))
  return { [TIMESTAMP_HEADER]: timestamp, [SIGNATURE_HEADER]: sign(secret, timestamp, body) }
}

/** Whether a body was signed with the secret, at a time near to now. */
export function isSigned(
  secret: string,
  body: string,
  given: { readonly timestamp: string | undefined; readonly signature: string | undefined },
  nowMs: number,
): boolean {
  const { timestamp = '', signature = '' } = given
  if (!/^\d{1,12}$/.test(timestamp)) return false
  if (Math.abs(Number(timestamp) * 1000 - nowMs) > MAX_SKEW_MS) return false
  const expected = Buffer.from(sign(secret, timestamp, body))
  const found = Buffer.from(signature)
  return expected.length === found.length && timingSafeEqual(expected, found)
}

function sign(secret: string, timestamp: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`
}

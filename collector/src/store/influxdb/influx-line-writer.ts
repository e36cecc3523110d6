import { HttpError, InfluxDB, RequestTimedOutError, setLogger } from '@influxdata/influxdb-client'
import { readRetryAfterMs } from '../../http/retry-after.ts'
import { type LineWriter, toOutcome, type WriteOutcome } from '../remote/write-outcome.ts'
import type { WriteTarget } from '../remote/write-target.ts'

/** Of a store's answer, so much is kept for people. */
const MAX_WORDS = 500
/** A store that asks for more is asked again. */
const MAX_WAIT_MS = 10 * 60_000
/** Shorter texts are not worth the compression. */
const GZIP_FROM_BYTES = 1_000

// The client writes to the console by default; what fails is returned here and told by whoever asked.
setLogger({ error: () => {}, warn: () => {} })

/**
 * Writes over the official InfluxDB client's transport, which knows connections, compression and deadlines. Its write API is not used: it repeats by itself, for
 * three minutes, and forgets.
 */
export function openInfluxLineWriter(target: WriteTarget): LineWriter {
  const { url, path, headers, deadlineMs, gzip, tls, nowMs = Date.now } = target
  const { transport } = new InfluxDB({
    url,
    timeout: deadlineMs,
    headers: { ...headers },
    transportOptions: tls,
  })
  return {
    async write(lines, signal) {
      const send = {
        method: 'POST',
        headers: { 'content-type': 'text/plain; charset=utf-8' },
        signal,
        ...(gzip ? { gzipThreshold: GZIP_FROM_BYTES } : {}),
      }
      try {
        await transport.request(path, lines, send)
        return { kind: 'stored' }
      } catch (error) {
        signal.throwIfAborted()
        return outcomeOf(error, nowMs())
      }
    },
  }
}

function outcomeOf(error: unknown, nowMs: number): WriteOutcome {
  if (!(error instanceof HttpError)) {
    const mayHaveDied = !(error instanceof RequestTimedOutError)
    return { kind: 'later', reason: reasonOf(error), afterMs: undefined, mayHaveDied }
  }
  // The client reads Retry-After as milliseconds; it is seconds or a date (RFC 9110, 10.2.3).
  const afterMs = readRetryAfterMs(error.headers?.['retry-after'], nowMs, MAX_WAIT_MS)
  return toOutcome(error.statusCode, wordsOf(error.body ?? ''), afterMs)
}

/** The message within a JSON body, as all of these stores give it, or the body itself. */
function wordsOf(body: string): string {
  let words = body
  try {
    const parsed: unknown = JSON.parse(body)
    if (typeof parsed === 'object' && parsed !== null) {
      const said: unknown = Reflect.get(parsed, 'error') ?? Reflect.get(parsed, 'message')
      if (typeof said === 'string') words = said
    }
  } catch {
    // Plain text, as VictoriaMetrics gives it.
  }
  return words.trim().slice(0, MAX_WORDS)
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code: unknown = Reflect.get(error, 'code')
  return typeof code === 'string' && !error.message.includes(code)
    ? `${code} ${error.message}`
    : error.message || error.name
}

import { request, type IncomingMessage } from 'node:http'
import { HttpFailure, type HttpOutcome } from './http-failure.ts'
import { lineUp, type HttpConnection, type TlsFacts, type TlsTrust } from './http-line-up.ts'

/** A page or interface to ask for, ready to be sent. */
export interface HttpCheck {
  readonly url: URL
  readonly method: 'GET' | 'HEAD'
  readonly isGoodStatus: (status: number) => boolean
  /** Undefined where the body does not matter. */
  readonly matches: ((body: string) => boolean) | undefined
  readonly followRedirects: boolean
  readonly headers: Readonly<Record<string, string>>
  readonly trust: TlsTrust
}

export interface HttpResult {
  readonly outcome: HttpOutcome
  readonly status: number | undefined
  readonly responseMs: number | undefined
  readonly connectMs: number | undefined
  readonly firstByteMs: number | undefined
  readonly tls: TlsFacts | undefined
  readonly bytes: number | undefined
  readonly isMatched: boolean | undefined
  /** What was wrong, where the outcome alone does not say it. */
  readonly said: string | undefined
}

interface Answer {
  readonly status: number
  readonly location: string | undefined
  readonly body: string
  readonly bytes: number
  readonly firstByteMs: number
}

const KEEP_BYTES = 1024 * 1024
const MOST_REDIRECTS = 5
const HEADERS = { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'wardround-agent' }

/** Asks once, or once for each redirect. Never rejects. Without a good certificate nothing is sent. */
export async function checkHttp(
  check: HttpCheck,
  nowMs: number,
  signal: AbortSignal,
): Promise<HttpResult> {
  const startedMs = performance.now()
  let connection: HttpConnection | undefined
  try {
    let { url } = check
    for (let n = 0; ; n++) {
      connection = await lineUp(url, trustFor(check, url), nowMs, signal)
      if (connection.tls?.isVerified === false)
        throw new HttpFailure('tls_failed', { said: reasonOf(connection) })
      const answer = await ask(check, url, connection, signal)
      const next = check.followRedirects ? redirectOf(answer, url) : undefined
      if (next === undefined || n === MOST_REDIRECTS)
        return {
          ...judge(check, answer),
          ...factsOf(connection),
          responseMs: performance.now() - startedMs,
        }
      url = next
    }
  } catch (error) {
    const failure = signal.aborted
      ? new HttpFailure('timeout')
      : HttpFailure.of(error, 'body_read_error')
    return {
      ...NOTHING,
      ...factsOf(connection),
      outcome: failure.outcome,
      said: failure.message.slice(0, 200),
    }
  } finally {
    connection?.socket.destroy()
  }
}

/** Pin and name are those of the address that was given, not of where it redirects to. */
function trustFor({ url, trust }: HttpCheck, next: URL): TlsTrust {
  return next.host === url.host ? trust : { ...trust, pinSha256: undefined, serverName: undefined }
}

const NOTHING = {
  status: undefined,
  responseMs: undefined,
  firstByteMs: undefined,
  bytes: undefined,
  isMatched: undefined,
}

function factsOf(connection: HttpConnection | undefined): Pick<HttpResult, 'connectMs' | 'tls'> {
  return { connectMs: connection?.connectMs, tls: connection?.tls }
}

/** What OpenSSL has against the certificate. */
function reasonOf({ socket }: HttpConnection): string {
  const error: unknown = 'authorizationError' in socket ? socket.authorizationError : undefined
  if (error instanceof Error) return error.message
  return typeof error === 'string' ? error : 'another certificate than the pinned one'
}

function judge(
  { isGoodStatus, matches }: HttpCheck,
  answer: Answer,
): Omit<HttpResult, 'responseMs' | 'connectMs' | 'tls'> {
  const { status, bytes, firstByteMs } = answer
  const isMatched = matches?.(answer.body)
  const outcome = !isGoodStatus(status)
    ? 'response_status_code_mismatch'
    : isMatched === false
      ? 'response_string_mismatch'
      : 'success'
  return { outcome, status, bytes, firstByteMs, isMatched, said: undefined }
}

function redirectOf({ status, location }: Answer, from: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined
  const next = URL.parse(location, from.href)
  return next !== null && /^https?:$/.test(next.protocol) ? next : undefined
}

function ask(
  check: HttpCheck,
  url: URL,
  { socket }: HttpConnection,
  signal: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const startedMs = performance.now()
    // what is secret goes where it was meant to go
    const own = url.origin === check.url.origin ? check.headers : {}
    const asking = request({
      createConnection: () => socket,
      method: check.method,
      host: url.hostname,
      path: `${url.pathname}${url.search}`,
      headers: { host: url.host, connection: 'close', ...HEADERS, ...own },
      signal,
    })
    asking.on('error', reject)
    asking.once('response', (message) => {
      const firstByteMs = performance.now() - startedMs
      readBody(message).then(({ body, bytes }) => {
        const { statusCode: status = 0 } = message
        resolve({ status, location: message.headers.location, body, bytes, firstByteMs })
      }, reject)
    })
    asking.end()
  })
}

/** Of a longer body only the first MiB is read. */
async function readBody(
  message: IncomingMessage,
): Promise<{ readonly body: string; readonly bytes: number }> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of message) {
    if (!(chunk instanceof Buffer)) continue
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes >= KEEP_BYTES) break
  }
  const whole = Buffer.concat(chunks).subarray(0, KEEP_BYTES)
  return { body: decode(whole, message.headers['content-type'] ?? ''), bytes }
}

/** By the charset of the header, else of the page's own meta element; UTF-8 where neither says. */
function decode(body: Buffer, contentType: string): string {
  const told = /charset=["']?([\w-]{1,40})/i
  const label =
    told.exec(contentType)?.[1] ?? told.exec(body.subarray(0, 2048).toString('latin1'))?.[1]
  try {
    return new TextDecoder(label ?? 'utf-8').decode(body)
  } catch {
    return body.toString('utf8') // a charset that nobody knows
  }
}

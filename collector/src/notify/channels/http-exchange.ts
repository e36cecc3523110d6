import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Secret } from '@wardround/program'
import type { AttemptOutcome } from '../delivery/attempt-outcome.ts'
import type { SendContext } from '../channel.ts'
import { detailIn, timedOut } from '../delivery/failure-detail.ts'
import { AddressRefusedError } from '../../outgoing/address-policy.ts'
import { dialling } from '../../outgoing/dialling.ts'
import { openTunnel } from './proxy-tunnel.ts'

/** The header that carries the message's id: the same on every attempt, so that a receiver can drop a repeat. */
export const DELIVERY_ID_HEADER = 'Wardround-Delivery-Id'

const MAX_ANSWER_BYTES = 64 * 1024

/** How a channel reaches its service. */
export interface Reach {
  readonly url: Secret
  /** An HTTP proxy that takes CONNECT. */
  readonly proxy: Secret | undefined
  /** PEM of the authorities that are trusted instead of the system's. */
  readonly ca: string | undefined
  readonly timeoutMs: number
}

/** One request. */
export interface HttpMessage {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer
}

/** What came back, or what became of the attempt. */
export type HttpOutcome =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly retryAfter: string | undefined
      /** The first 64 KiB. */
      readonly body: string
    }
  | Exclude<AttemptOutcome, { kind: 'answered' | 'accepted' | 'partly' }>

/**
 * Makes one request over one connection. Never rejects: what went wrong is the outcome. No redirect is followed; the address that is really connected to is
 * checked; all of it within the timeout. Where the status decides, nobody waits for the body. Nothing that it returns but the answer's own body holds an address or a secret.
 */
export async function exchangeHttp(
  reach: Reach,
  message: HttpMessage,
  context: SendContext,
  decidedBy: 'status' | 'body',
): Promise<HttpOutcome> {
  const deadline = AbortSignal.timeout(reach.timeoutMs)
  const signal = AbortSignal.any([deadline, context.closing])
  let received = ''
  try {
    const answer = await sendRequest(reach, message, context, signal)
    received = `HTTP ${answer.statusCode ?? 0}\n${formatHeaders(answer.rawHeaders)}\n`
    const isBodyWanted = decidedBy === 'body' || context.onExchange !== undefined
    const body = isBodyWanted ? await readBody(answer) : drain(answer)
    received += `\n${body}`
    const retryAfter = answer.headers['retry-after']
    return { kind: 'answer', status: answer.statusCode ?? 0, retryAfter, body }
  } catch (error) {
    const outcome = toFailure(error, deadline.aborted, reach.timeoutMs)
    received += detailIn(outcome.detail, context.language ?? 'en')
    return outcome
  } finally {
    context.onExchange?.({ request: formatRequest(message), answer: received })
  }
}

/** An address below a service's base address. */
export function addressUnder({ url: base }: Reach, path: string): URL {
  const url = new URL(base.reveal())
  url.pathname = `${url.pathname.replace(/\/$/, '')}${path}`
  return url
}

/** The outcome by the status alone. */
export function outcomeOfStatus(outcome: HttpOutcome): AttemptOutcome {
  if (outcome.kind !== 'answer') return outcome
  return { kind: 'answered', status: outcome.status, retryAfter: outcome.retryAfter }
}

async function sendRequest(
  { proxy, ca }: Reach,
  { method, url, headers, body }: HttpMessage,
  { userAgent, deliveryId }: SendContext,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const options: RequestOptions & { ca?: string } = {
    method,
    signal,
    headers: {
      'User-Agent': userAgent,
      [DELIVERY_ID_HEADER]: deliveryId,
      'Content-Length': Buffer.byteLength(body),
      ...headers,
    },
    ...(ca === undefined ? {} : { ca }),
  }
  if (proxy === undefined) Object.assign(options, dialling(url.hostname), { agent: false })
  else {
    const socket = await openTunnel(new URL(proxy.reveal()), url, { ca, signal })
    options.createConnection = () => socket
  }
  return new Promise((resolve, reject) => {
    const open = url.protocol === 'https:' ? requestHttps : requestHttp
    const sent = open(url, options, resolve)
    sent.on('error', reject)
    sent.end(body)
  })
}

/** What is beyond the bound is not read: the connection is closed. */
async function readBody(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of answer) {
    const part: Buffer = chunk
    chunks.push(part)
    bytes += part.length
    if (bytes >= MAX_ANSWER_BYTES) break
  }
  return Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString('utf8')
}

/** A short body is read so that the receiver can end in peace. */
function drain(answer: IncomingMessage): string {
  let bytes = 0
  answer.on('error', () => undefined) // the status has come: what breaks after it changes nothing
  answer.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > MAX_ANSWER_BYTES) answer.destroy()
  })
  return ''
}

/** An error's code alone: messages of Node's errors may hold the address. */
function toFailure(
  error: unknown,
  isTooLate: boolean,
  timeoutMs: number,
): Exclude<HttpOutcome, { kind: 'answer' }> {
  if (isTooLate) return { kind: 'failed', reason: 'timeout', detail: timedOut(timeoutMs) }
  if (error instanceof AddressRefusedError)
    return { kind: 'refused', reason: 'blocked', detail: error.text }
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  return { kind: 'failed', reason: 'network', detail: typeof code === 'string' ? code : 'UNKNOWN' }
}

function formatRequest({ method, url, headers, body }: HttpMessage): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [`${method} ${url.href}`, ...lines, '', String(body)].join('\n')
}

function formatHeaders(raw: readonly string[]): string {
  return raw.map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\n`)).join('')
}

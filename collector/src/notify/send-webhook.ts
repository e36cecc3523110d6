import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { AttemptOutcome } from './next-step.ts'
import type { Webhook } from './webhook.ts'

/** The header that carries the message's id: the same on every attempt, so that a receiver can drop a repeat. */
export const DELIVERY_ID_HEADER = 'Wardround-Delivery-Id'

const MAX_ANSWER_BYTES = 64 * 1024

/** What one attempt sends. */
export interface Message {
  readonly deliveryId: string
  readonly body: string
}

/**
 * Posts one message. Never throws: what went wrong is the outcome. One connection per attempt, no redirect is followed, the answer's body is not
 * looked at; all of it within the webhook's timeout. Nothing that it returns holds the address or a secret. `closing` ends it early.
 */
export function sendWebhook(
  webhook: Webhook,
  message: Message,
  userAgent: string,
  closing: AbortSignal,
): Promise<AttemptOutcome> {
  const deadline = AbortSignal.timeout(webhook.timeoutMs)
  const signal = AbortSignal.any([deadline, closing])
  return new Promise((resolve) => {
    const fail = (error: unknown) => {
      const code = codeOf(error)
      resolve(
        deadline.aborted
          ? { kind: 'failed', reason: 'timeout', detail: `no answer in ${webhook.timeoutMs} ms` }
          : { kind: 'failed', reason: 'network', detail: code },
      )
    }
    try {
      const url = new URL(webhook.url.reveal())
      const open = url.protocol === 'https:' ? requestHttps : requestHttp
      const sent = open(url, requestOptions(webhook, message, userAgent, signal), (answer) =>
        takeAnswer(answer, resolve, fail),
      )
      sent.on('error', fail)
      sent.end(message.body)
    } catch (error) {
      fail(error)
    }
  })
}

function requestOptions(
  { bearerToken }: Webhook,
  { deliveryId, body }: Message,
  userAgent: string,
  signal: AbortSignal,
): RequestOptions {
  return {
    method: 'POST',
    agent: false,
    signal,
    headers: {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
      'User-Agent': userAgent,
      [DELIVERY_ID_HEADER]: deliveryId,
      ...(bearerToken === undefined ? {} : { Authorization: `Bearer ${bearerToken.reveal()}` }),
    },
  }
}

/** The status line is the answer. The body is of no use; a short one is read so that the receiver can end in peace. */
function takeAnswer(
  answer: IncomingMessage,
  resolve: (outcome: AttemptOutcome) => void,
  fail: (error: unknown) => void,
): void {
  answer.on('error', fail)
  resolve({
    kind: 'answered',
    status: answer.statusCode ?? 0,
    retryAfter: answer.headers['retry-after'],
  })
  let bytes = 0
  answer.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > MAX_ANSWER_BYTES) answer.destroy()
  })
}

/** An error's code alone: messages of Node's errors may hold the address. */
function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : 'UNKNOWN'
}

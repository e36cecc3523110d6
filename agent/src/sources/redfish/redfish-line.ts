import { request, type Agent } from 'node:https'
import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { createGunzip, createInflate } from 'node:zlib'
import { errorCodeOf } from '@wardround/program/error-code'
import { LineError, toLineError } from '../http/line-error.ts'
import { checkedAgent, FingerprintError } from './checked-tls.ts'
import type { RedfishTarget } from './redfish-target.ts'

/** Longest answer that is read, unpacked: an expanded collection of a full rack says some 2 MB. */
const MAX_BODY_BYTES = 4 * 1024 * 1024
const MAX_HEADER_BYTES = 16 * 1024

/** One request. Nothing but these three methods exists here. */
export interface RedfishQuestion {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly token?: string | undefined
  /** JSON, of a POST. */
  readonly body?: string
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

export interface RedfishAnswer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/**
 * Requests to one device over one connection that is kept open, one at a time; redirects are not followed. Each has one deadline for all of its
 * answer, however slowly that comes, and a bound for its length, packed or not.
 */
export class RedfishLine {
  readonly #target: RedfishTarget
  readonly #agent: Agent
  #connected = false

  constructor(target: RedfishTarget) {
    this.#target = target
    this.#agent = checkedAgent(target, () => (this.#connected = true))
  }

  /** What a kept connection lost before an answer is asked once more on a new one, but for a POST: it might open a second session. @throws LineError */
  async ask(question: RedfishQuestion): Promise<RedfishAnswer> {
    try {
      return await this.#send(question)
    } catch (error) {
      if (!(error instanceof StaleLine) || question.method === 'POST') throw error
      return await this.#send(question)
    }
  }

  /** Ends what is under way, too. */
  close(): void {
    this.#agent.destroy()
  }

  #send(question: RedfishQuestion): Promise<RedfishAnswer> {
    this.#connected = false
    return new Promise((resolve, reject) => {
      const outgoing = this.#request(question)
      const ended = new AbortController()
      const fail = (error: unknown) => {
        ended.abort()
        outgoing.destroy()
        reject(this.#toError(error, outgoing))
      }
      const given = () => fail(new LineError('other', GIVEN_UP, this.#connected))
      const timer = setTimeout(() => fail(tooLate(question, this.#connected)), question.timeoutMs)
      ended.signal.addEventListener('abort', () => {
        clearTimeout(timer)
        question.signal.removeEventListener('abort', given)
      })
      question.signal.addEventListener('abort', given, { once: true })
      outgoing.on('error', fail)
      outgoing.once('response', (message) => {
        readBody(message).then((body) => {
          ended.abort()
          resolve({ status: message.statusCode ?? 0, headers: message.headers, body })
        }, fail)
      })
      if (question.signal.aborted) return given()
      outgoing.end(question.body)
    })
  }

  #request({ method, path, token, body }: RedfishQuestion): ClientRequest {
    const { url } = this.#target
    return request({
      agent: this.#agent,
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port === '' ? 443 : Number(url.port),
      method,
      path,
      maxHeaderSize: MAX_HEADER_BYTES,
      headers: {
        accept: 'application/json',
        'accept-encoding': 'identity',
        'odata-version': '4.0',
        'user-agent': 'wardround-agent',
        ...(token === undefined ? {} : { 'x-auth-token': token }),
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      },
    })
  }

  #toError(error: unknown, outgoing: ClientRequest): LineError {
    if (error instanceof FingerprintError)
      return new LineError('tls', error.message, true, { cause: error })
    if (isZlib(error)) return new LineError('garbage', PACKED_WRONG, true, { cause: error })
    const failed = toLineError(error, this.#connected)
    const isStale = outgoing.reusedSocket && failed.failure === 'unreachable'
    return isStale ? new StaleLine(failed.failure, failed.said, true, { cause: error }) : failed
  }
}

export const GIVEN_UP = { zh: '本次采集已结束，不再等待', en: 'given up: the run is over' }

const PACKED_WRONG = { zh: '应答的压缩数据有误', en: 'the answer is packed wrongly' }

function isZlib(error: unknown): boolean {
  return errorCodeOf(error)?.startsWith('Z_') === true
}

/** A kept connection was closed by the device before it took the request. */
class StaleLine extends LineError {}

function tooLate({ timeoutMs }: RedfishQuestion, connected: boolean): LineError {
  const text = {
    zh: `${timeoutMs} 毫秒内应答没有收完`,
    en: `the answer was not whole within ${timeoutMs} ms`,
  }
  return new LineError('timeout', text, connected)
}

/** Some pack their answers though they are asked not to. */
async function readBody(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of unpacked(message)) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- no encoding is set: a stream of bytes
    const piece = chunk as Buffer
    bytes += piece.length
    if (bytes > MAX_BODY_BYTES) {
      message.destroy()
      throw new LineError(
        'garbage',
        {
          zh: `应答超过 ${MAX_BODY_BYTES} 字节`,
          en: `the answer is longer than ${MAX_BODY_BYTES} bytes`,
        },
        true,
      )
    }
    chunks.push(piece)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function unpacked(message: IncomingMessage): Readable {
  const encoding = message.headers['content-encoding'] ?? 'identity'
  if (encoding === 'identity') return message
  const inflate =
    encoding === 'gzip' ? createGunzip() : encoding === 'deflate' ? createInflate() : undefined
  if (inflate === undefined)
    throw new LineError(
      'garbage',
      {
        zh: `应答的编码 ${encoding.slice(0, 40)} 不支持`,
        en: `the answer is encoded as ${encoding.slice(0, 40)}`,
      },
      true,
    )
  message.once('error', (error) => inflate.destroy(error))
  return message.pipe(inflate)
}

import {
  Agent as HttpAgent,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
} from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import type { LocalizedText } from '@wardround/protocol'
import { LineError, toLineError } from './line-error.ts'

/** Longest answer that is read: a manager with 200 threads and 100 applications says some 200 KB. */
const MAX_BODY_BYTES = 4 * 1024 * 1024
/** After the first byte the rest must be there within so long. */
const REST_MS = 1_000

const HEADERS = { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'wardround-agent' }

const GIVEN_UP = { zh: '本次采集已结束，不再等待', en: 'given up: the run is over' }
const NOT_WHOLE = { zh: '应答没有收完', en: 'the rest of the answer was not there' }
const TOO_LONG = {
  zh: `应答超过 ${MAX_BODY_BYTES} 字节`,
  en: `the answer is longer than ${MAX_BODY_BYTES} bytes`,
}

/** Where and how to connect. */
export interface HttpTarget {
  readonly url: URL
  readonly connectTimeoutMs: number
  /** PEM of the certificate authorities to trust instead of the system's. */
  readonly ca: string | undefined
  /** Name that the certificate must have, where it is not the host of the URL. */
  readonly serverName: string | undefined
}

/** One GET. */
export interface HttpQuestion {
  /** With the query, as it is sent. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Until the first byte of the answer. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal
  /** Of a longer body only this much is kept and the connection is closed; without it a longer one than 4 MB is an error. */
  readonly keepBytes?: number
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: string
  readonly bytes: number
  /** From the request to the head of the answer, on a connection that may have been open already. */
  readonly firstByteMs: number
}

/**
 * HTTP requests to one server over one connection that is kept open: one at a time, without compression, redirects not followed,
 * each with a deadline for the connection, the first byte and the rest.
 */
export class HttpLine {
  readonly #target: HttpTarget
  readonly #agent: HttpAgent
  #opened = 0
  bytesRead = 0

  constructor(target: HttpTarget) {
    this.#target = target
    const options = { keepAlive: true, maxSockets: 1, maxFreeSockets: 1 }
    this.#agent =
      target.url.protocol === 'https:' ? new HttpsAgent(options) : new HttpAgent(options)
  }

  /** Connections opened so far: another one means that the server closed the last, or was restarted. */
  get opened(): number {
    return this.#opened
  }

  /**
   * A request on a kept connection that the server was just closing is sent once more on a new one, as RFC 9112 9.3.1 has it for GET.
   * @throws LineError
   */
  async get(question: HttpQuestion): Promise<HttpAnswer> {
    try {
      return await this.#send(question)
    } catch (error) {
      if (!(error instanceof StaleLine)) throw error
      return await this.#send(question)
    }
  }

  /** Closes the kept connection; one that is in use is left alone. */
  closeIdle(): void {
    for (const sockets of Object.values(this.#agent.freeSockets))
      for (const socket of sockets ?? []) socket.destroy()
  }

  /** Ends what is under way, too. */
  close(): void {
    this.#agent.destroy()
  }

  #send(question: HttpQuestion): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const exchange = new Exchange(
        this.#request(question),
        question,
        this.#target.connectTimeoutMs,
      )
      exchange.onOpened = () => this.#opened++
      exchange.run((answer) => {
        this.bytesRead += answer.bytes
        resolve(answer)
      }, reject)
    })
  }

  #request({ path, headers }: HttpQuestion): ClientRequest {
    const { url, ca, serverName } = this.#target
    const options = {
      agent: this.#agent,
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port === '' ? undefined : Number(url.port),
      method: 'GET',
      path,
      headers: { ...HEADERS, ...headers },
    }
    if (url.protocol !== 'https:') return httpRequest(options)
    const name = serverName ?? options.host
    return httpsRequest({
      ...options,
      ...(ca === undefined ? {} : { ca }),
      // the name that is asked for, and that the certificate is checked against; an address is checked by itself
      servername: isIP(name) === 0 ? name : '',
    })
  }
}

/** A kept connection was closed by the server before it took the request. */
class StaleLine extends LineError {}

/** One request and its answer. */
class Exchange {
  onOpened: () => void = () => undefined
  #reject: (error: unknown) => void = () => undefined
  readonly #request: ClientRequest
  readonly #question: HttpQuestion
  readonly #connectTimeoutMs: number
  readonly #chunks: Buffer[] = []
  #bytes = 0
  #startedMs = 0
  #connected = false
  #answered = false
  #timer: NodeJS.Timeout | undefined

  constructor(request: ClientRequest, question: HttpQuestion, connectTimeoutMs: number) {
    this.#request = request
    this.#question = question
    this.#connectTimeoutMs = connectTimeoutMs
  }

  run(resolve: (answer: HttpAnswer) => void, reject: (error: LineError) => void): void {
    const { signal } = this.#question
    const cut = () => this.#fail('other', GIVEN_UP)
    const end = () => {
      clearTimeout(this.#timer)
      signal?.removeEventListener('abort', cut)
    }
    this.#reject = (error) => {
      end()
      reject(this.#toError(error))
    }
    this.#request.on('error', (error) => this.#reject(error))
    this.#request.once('response', (message) =>
      this.#read(message, (answer) => {
        end()
        resolve(answer)
      }),
    )
    this.#awaitSocket()
    if (signal?.aborted === true) return cut()
    signal?.addEventListener('abort', cut, { once: true })
    this.#request.end()
  }

  #awaitSocket(): void {
    this.#request.once('socket', (socket) => {
      this.#startedMs = performance.now()
      if (!socket.connecting) return this.#standing()
      const secure = 'encrypted' in socket
      this.#expire(this.#connectTimeoutMs, { zh: '没有连接', en: 'no connection' })
      socket.once('connect', () => {
        this.#connected = true
        this.onOpened()
        if (!secure) this.#standing()
      })
      socket.once('secureConnect', () => this.#standing())
    })
  }

  #standing(): void {
    this.#connected = true
    this.#expire(this.#question.timeoutMs, { zh: '没有应答', en: 'no answer' })
  }

  #expire(ms: number, { zh, en }: LocalizedText): void {
    clearTimeout(this.#timer)
    const text = { zh: `${ms} 毫秒内${zh}`, en: `${en} within ${ms} ms` }
    this.#timer = setTimeout(() => this.#fail('timeout', text), ms)
  }

  /** Once there is an answer, the request itself tells no errors any more. */
  #fail(failure: LineError['failure'], said: LocalizedText): void {
    const error = new LineError(failure, said, this.#connected)
    this.#reject(error)
    this.#request.destroy(error)
  }

  #toError(error: unknown): LineError {
    const failed = toLineError(error, this.#connected)
    const isStale =
      this.#request.reusedSocket && !this.#answered && failed.failure === 'unreachable'
    return isStale ? new StaleLine(failed.failure, failed.said, true, { cause: error }) : failed
  }

  #read(message: IncomingMessage, done: (answer: HttpAnswer) => void): void {
    const firstByteMs = performance.now() - this.#startedMs
    this.#answered = true
    this.#expire(REST_MS + this.#question.timeoutMs / 5, NOT_WHOLE)
    const finish = () =>
      done({
        status: message.statusCode ?? 0,
        headers: message.headers,
        body: Buffer.concat(this.#chunks).toString('utf8'),
        bytes: this.#bytes,
        firstByteMs,
      })
    message.on('data', (chunk: Buffer) => this.#take(chunk, message, finish))
    message.once('end', finish)
    message.on('error', (error) => this.#reject(error))
  }

  #take(chunk: Buffer, message: IncomingMessage, finish: () => void): void {
    const { keepBytes } = this.#question
    this.#bytes += chunk.length
    if (this.#bytes <= (keepBytes ?? MAX_BODY_BYTES)) return void this.#chunks.push(chunk)
    if (keepBytes === undefined) return this.#fail('garbage', TOO_LONG)
    message.removeAllListeners('data').removeAllListeners('end')
    finish()
    message.destroy()
  }
}

import { readFile } from 'node:fs/promises'
import { readSecret, SecretError, type SecretReference } from '@wardround/program/running'
import { ProbeError } from '../../probe.ts'
import type { SourceContext } from '../../source.ts'
import { HttpLine } from '../http/http-line.ts'
import { LineError } from '../http/line-error.ts'
import type { EndCounts } from './exchange-session.ts'
import { formatLocal, formatOffset, type ExchangeWindow } from './exchange-window.ts'
import { numberAt } from './json-number.ts'

const CONNECT_TIMEOUT_MS = 10_000

/** An end that answers a GET with JSON: one connection for each question, no redirects followed. */
export class HttpEnd {
  readonly #options: Readonly<Record<string, unknown>>
  readonly #context: SourceContext
  readonly #timeoutMs: number
  readonly #timeZone: string

  /** @param options of the end, checked */
  constructor(
    options: Readonly<Record<string, unknown>>,
    context: SourceContext,
    { timeoutMs, timeZone }: { readonly timeoutMs: number; readonly timeZone: string },
  ) {
    this.#options = options
    this.#context = context
    this.#timeoutMs = timeoutMs
    this.#timeZone = timeZone
  }

  /** @throws ProbeError */
  async count(window: ExchangeWindow, signal: AbortSignal): Promise<EndCounts> {
    const { url, pointer, failedPointer, pendingPointer } = this.#options
    const body = await this.#ask(new URL(this.#fill(String(url), window)), signal)
    const at = (place: unknown) => (typeof place === 'string' ? numberAt(body, place) : undefined)
    return {
      count: numberAt(body, String(pointer)),
      failed: at(failedPointer),
      pending: at(pendingPointer),
    }
  }

  #fill(url: string, { fromMs, toMs }: ExchangeWindow): string {
    const format = (ms: number) =>
      encodeURIComponent(
        formatLocal(ms, this.#timeZone).replace(' ', 'T') + formatOffset(ms, this.#timeZone),
      )
    return url.replaceAll('{from}', format(fromMs)).replaceAll('{to}', format(toMs))
  }

  async #ask(url: URL, signal: AbortSignal): Promise<string> {
    const line = new HttpLine({
      url,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      ca: await this.#readCa(),
      serverName: undefined,
    })
    try {
      const { status, body } = await line.get({
        path: url.pathname + url.search,
        headers: await this.#headers(),
        timeoutMs: this.#timeoutMs,
        signal,
      })
      if (status === 200) return body
      throw new ProbeError(status === 401 || status === 403 ? 'NOT_PERMITTED' : 'UNREADABLE', {
        zh: `${url.origin} 应答 HTTP ${status}`,
        en: `${url.origin} answered HTTP ${status}`,
      })
    } catch (error) {
      if (!(error instanceof LineError)) throw error
      throw new ProbeError(
        'NOT_ANSWERING',
        { zh: `${url.origin}：${error.said.zh}`, en: `${url.origin}: ${error.said.en}` },
        { cause: error },
      )
    } finally {
      line.close()
    }
  }

  async #headers(): Promise<Record<string, string>> {
    const { header, token } = this.#options
    if (token === undefined) return {}
    try {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked against the declared option of type secret
      const secret = await readSecret(token as SecretReference, this.#context.environment)
      return { [typeof header === 'string' ? header : 'Authorization']: secret.reveal() }
    } catch (error) {
      if (!(error instanceof SecretError)) throw error
      throw new ProbeError('NOT_PERMITTED', error.text, { cause: error })
    }
  }

  async #readCa(): Promise<string | undefined> {
    const { caFile } = this.#options
    if (typeof caFile !== 'string') return undefined
    return readFile(caFile, 'utf8').catch((error: unknown) => {
      throw new ProbeError(
        'UNREADABLE',
        { zh: `证书文件 ${caFile} 无法读取`, en: `the certificates ${caFile} can't be read` },
        { cause: error },
      )
    })
  }
}

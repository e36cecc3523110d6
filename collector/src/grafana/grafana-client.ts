import { EXIT } from '@wardround/program'
import { GrafanaError } from './grafana-error.ts'

/** A Grafana that is asked over its HTTP API, and the token of a service account there. */
export interface GrafanaAddress {
  /** Of Grafana itself, with the path below which it lies, e.g. `https://watch.example/grafana`. */
  readonly url: string
  readonly token: string
}

/** What Grafana answers: its status, and the body where it is an object of JSON. */
export interface GrafanaAnswer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

const DEADLINE_MS = 30_000
/** Its words are quoted no further. */
const MAX_QUOTED = 300

/** One Grafana. */
export class GrafanaClient {
  readonly #base: string
  readonly #token: string

  /** @throws GrafanaError where the address is none */
  constructor({ url, token }: GrafanaAddress) {
    if (!URL.canParse(url) || !/^https?:\/\//.test(url)) {
      throw new GrafanaError(
        {
          zh: `“${url}”不是 Grafana 的地址；应为 http:// 或 https:// 开头，例如 http://127.0.0.1:3000`,
          en: `"${url}" is no address of a Grafana: one that begins with http:// or https:// is expected, e.g. http://127.0.0.1:3000`,
        },
        EXIT.usage,
      )
    }
    this.#base = url.replace(/\/+$/, '')
    this.#token = token
  }

  get(path: string): Promise<GrafanaAnswer> {
    return this.#ask('GET', path)
  }

  post(path: string, body: object): Promise<GrafanaAnswer> {
    return this.#ask('POST', path, body)
  }

  async #ask(method: 'GET' | 'POST', path: string, body?: object): Promise<GrafanaAnswer> {
    const response = await this.#send(method, path, body)
    const text = await response.text()
    const answer = { status: response.status, body: readObject(text) ?? {} }
    if (response.status === 401 || response.status === 403) throw refused(answer)
    const isJson = readObject(text) !== undefined
    if (!isJson || (response.status >= 300 && response.status < 400))
      throw this.#notGrafana(response)
    return answer
  }

  async #send(method: string, path: string, body: object | undefined): Promise<Response> {
    try {
      return await fetch(this.#base + path, {
        method,
        headers: {
          accept: 'application/json',
          authorization: `Bearer ${this.#token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // A sign-in page must not be taken for an answer, and the token goes nowhere else.
        redirect: 'manual',
        signal: AbortSignal.timeout(DEADLINE_MS),
      })
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new GrafanaError(
        {
          zh: `连不上 Grafana（${this.#base}）：${why}`,
          en: `Grafana at ${this.#base} can not be reached: ${why}`,
        },
        EXIT.unreachable,
        { cause: error },
      )
    }
  }

  #notGrafana({ status }: Response): GrafanaError {
    return new GrafanaError({
      zh: `${this.#base} 的应答（HTTP ${status}）不是 Grafana 的 API；--url 应为 Grafana 自己的地址，经反向代理访问时要包含其路径`,
      en: `What ${this.#base} answers (HTTP ${status}) is not Grafana's API: --url is to be Grafana's own address, with its path where it is behind a proxy`,
    })
  }
}

function refused({ status, body }: GrafanaAnswer): GrafanaError {
  const said = wordsOf(body)
  return new GrafanaError(
    status === 401
      ? {
          zh: `Grafana 不接受该令牌（${said}）；请在 Grafana 中新建服务账号令牌`,
          en: `Grafana does not know the token (${said}): make one for a service account there`,
        }
      : {
          zh: `该令牌没有权限（${said}）；服务账号应具有编辑者（Editor）角色，能新建文件夹和看板`,
          en: `The token may not do that (${said}): its service account needs the role Editor, to make folders and dashboards`,
        },
    EXIT.notPermitted,
  )
}

/** What Grafana says is wrong. */
export function wordsOf({ message }: Readonly<Record<string, unknown>>): string {
  return typeof message === 'string' ? message.slice(0, MAX_QUOTED) : '–'
}

function readObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its members are checked where they are read
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
    return undefined
  } catch {
    return undefined
  }
}

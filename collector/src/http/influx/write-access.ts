import type { FastifyRequest } from 'fastify'
import type { FailedTries } from '../../lines/failed-tries.ts'
import type { WriteToken, WriteTokenBook } from '../../lines/write-token-book.ts'
import { InfluxError } from './influx-error.ts'

export interface WriteAccessParts {
  readonly writeTokens: Pick<WriteTokenBook, 'find'>
  readonly failedTries: FailedTries
  /** Nobody knows the token that an address showed. */
  onFailedTry(address: string): void
}

/**
 * The write token of a request, whichever way InfluxDB's clients show it: `Authorization: Token …` or `Bearer …`, the password of `Basic` (any name), or the
 * parameter `p` (1.x; `u` may be anything).
 * @throws InfluxError 401, 429
 */
export function writeTokenOf(request: FastifyRequest, parts: WriteAccessParts): WriteToken {
  const shown = shownToken(request)
  if (shown === undefined) throw unauthorized(MISSING)
  const token = parts.writeTokens.find(shown)
  if (token !== undefined) return token
  parts.onFailedTry(request.ip)
  const waitSeconds = parts.failedTries.add(request.ip)
  if (waitSeconds === undefined) throw unauthorized(UNKNOWN)
  throw new InfluxError(
    429,
    {
      zh: `令牌错误次数过多，请在 ${waitSeconds} 秒后再试`,
      en: `too many tries with a token that is none; try again in ${waitSeconds} s`,
    },
    { headers: { 'retry-after': String(waitSeconds) } },
  )
}

const HOW = 'wardround-collector token create NAME --write --project PROJECT --host HOST'

const MISSING = {
  zh: `写入需要令牌；用 ${HOW} 生成`,
  en: `unable to parse authentication credentials: a write needs a token; make one with ${HOW}`,
}
const UNKNOWN = {
  zh: `令牌不是有效的写入令牌；用 ${HOW} 生成`,
  en: `authorization failed: this is no write token; make one with ${HOW}`,
}

function unauthorized(text: { readonly zh: string; readonly en: string }): InfluxError {
  return new InfluxError(401, text, { headers: { 'www-authenticate': 'Basic realm="wardround"' } })
}

/** Longer than any token of ours. */
const MAX_SHOWN = 512

function shownToken({ headers, query }: FastifyRequest): string | undefined {
  const shown = fromHeader(headers.authorization) ?? passwordOf(query)
  return shown === undefined || shown === '' || shown.length > MAX_SHOWN ? undefined : shown
}

function fromHeader(authorization: string | undefined): string | undefined {
  const [, scheme = '', value = ''] =
    /^(Token|Bearer|Basic) +(\S+) *$/i.exec(authorization ?? '') ?? []
  if (scheme === '') return undefined
  const text = scheme.toLowerCase() === 'basic' ? Buffer.from(value, 'base64').toString() : value
  // InfluxDB 1.8 takes `Token user:password` too
  return text.slice(text.indexOf(':') + 1)
}

function passwordOf(query: unknown): string | undefined {
  if (typeof query !== 'object' || query === null || !('p' in query)) return undefined
  return typeof query.p === 'string' ? query.p : undefined
}

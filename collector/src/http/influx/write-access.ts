import type { FastifyRequest } from 'fastify'
import type { FailedTries } from '../../lines/failed-tries.ts'
import type { WriteToken, WriteTokenBook } from '../../lines/write-token-book.ts'
import { InfluxError } from './influx-error.ts'
import { shownToken } from './shown-token.ts'

export interface WriteAccessParts {
  readonly writeTokens: Pick<WriteTokenBook, 'find'>
  readonly failedTries: FailedTries
  /** Nobody knows the token that an address showed. */
  onFailedTry(address: string): void
}

/**
 * The write token of a request.
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

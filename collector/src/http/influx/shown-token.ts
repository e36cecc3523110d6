import type { FastifyRequest } from 'fastify'

/** Longer than any token of ours. */
const MAX_SHOWN = 512

/**
 * The token of a request, whichever way InfluxDB's clients show it: `Authorization: Token …` or `Bearer …`, the password of `Basic` (any name), or the parameter
 * `p` (1.x; `u` may be anything).
 */
export function shownToken({
  headers,
  query,
}: Pick<FastifyRequest, 'headers' | 'query'>): string | undefined {
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

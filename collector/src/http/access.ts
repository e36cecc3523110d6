import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AGENT_PATH } from '../ingest/agent-route.ts'
import { bearerToken, type KnownTokens } from '../ingest/token-identity.ts'
import { hashToken } from '../state/token.ts'
import { hostOfHeader, hostOfOrigin, isLoopback } from './loopback.ts'
import { INFLUX_QUERY_PATH } from './influx/query-routes.ts'
import { shownToken } from './influx/shown-token.ts'
import { INFLUX_OPEN_PATHS } from './influx/write-routes.ts'
import { HttpProblem } from './problem.ts'

/** Asked by probes of load balancers, and says nothing but that the process lives. */
const OPEN_PATHS = new Set(['/healthz'])

/**
 * Who may ask, until there are accounts. Listening on loopback alone: whoever is on this machine, under one of its own names (a foreign name in Host or Origin
 * is another site's page that was pointed here by DNS). On any other address: who has a token of the API, as Bearer, or
 * as the password of Basic so that a browser can ask for it; `/query` of InfluxDB's API takes it in every way of its clients. The agents' WebSocket and the writes of InfluxDB's API check their own tokens in either case.
 */
export function guardAccess(
  app: FastifyInstance,
  { loopbackOnly, tokens }: { readonly loopbackOnly: boolean; readonly tokens: KnownTokens },
): void {
  app.addHook('onRequest', async (request) => {
    const path = request.url.split('?', 1)[0] ?? ''
    if (path === AGENT_PATH) return
    if (loopbackOnly) refuseForeignNames(request)
    else if (!OPEN_PATHS.has(path) && !INFLUX_OPEN_PATHS.has(path))
      requireToken(request, path, tokens)
  })
}

function refuseForeignNames({ headers }: FastifyRequest): void {
  const host = hostOfHeader(headers.host)
  if (host === undefined || !isLoopback(host)) {
    throw foreign('Host', headers.host ?? '')
  }
  if (headers.origin === undefined) return
  const origin = hostOfOrigin(headers.origin)
  if (origin === undefined || !isLoopback(origin)) throw foreign('Origin', headers.origin)
}

function foreign(header: string, value: string): HttpProblem {
  const shown = value.slice(0, 100)
  return new HttpProblem(
    403,
    'FOREIGN_NAME',
    { zh: '拒绝访问', en: 'Refused' },
    {
      detail: {
        zh: `${header} 是“${shown}”；监控中心只监听本机，只接受 127.0.0.1、[::1] 或 localhost`,
        en: `${header} is "${shown}"; the collector listens on loopback alone and takes 127.0.0.1, [::1] or localhost`,
      },
    },
  )
}

function requireToken(request: FastifyRequest, path: string, tokens: KnownTokens): void {
  const { authorization } = request.headers
  const token =
    path === INFLUX_QUERY_PATH
      ? shownToken(request)
      : (bearerToken(authorization) ?? basicPassword(authorization))
  if (token !== undefined && tokens.nameOf('api', hashToken(token)) !== undefined) return
  throw new HttpProblem(
    401,
    'TOKEN_REQUIRED',
    { zh: '需要令牌', en: 'A token is needed' },
    {
      detail: {
        zh: '请用 wardround-collector token create --api NAME 生成令牌，以 Authorization: Bearer 发送，或在浏览器中作为密码输入',
        en: 'make one with wardround-collector token create --api NAME and send it as Authorization: Bearer, or give it as the password in a browser',
      },
      headers: { 'www-authenticate': 'Basic realm="wardround", charset="UTF-8"' },
    },
  )
}

/** The password of `Authorization: Basic` (RFC 7617); the user's name doesn't matter. */
function basicPassword(authorization: string | undefined): string | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/]{1,1024}={0,2}) *$/i.exec(authorization ?? '')?.[1]
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString()
  return text.slice(text.indexOf(':') + 1)
}

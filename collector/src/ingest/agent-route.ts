import websocket, { type WebSocket } from '@fastify/websocket'
import { type CloseCode, MAX_FRAME_BYTES, SUB_PROTOCOL } from '@wardround/protocol'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { HttpProblem } from '../http/problem.ts'
import type { Admission } from './admission.ts'
import type { Peer } from './agent-session.ts'
import { type Identity, IdentityError, type IdentityProvider } from './identity.ts'
import type { Ingest } from './ingest.ts'

export interface AgentRouteParts {
  readonly ingest: Ingest
  readonly identities: IdentityProvider
  readonly admission: Admission
  /** A connection was refused before the upgrade; for the log and the metrics. */
  onRefused(address: string, code: string): void
}

export const AGENT_PATH = '/agent/v1'

/** Fragments of one message: an agent sends none, a proxy may cut a frame in a few. */
const MAX_FRAGMENTS = 64

/** Registers the WebSocket server; before any route of it. */
export async function registerWebSockets(app: FastifyInstance): Promise<void> {
  await app.register(websocket, {
    options: {
      maxPayload: MAX_FRAME_BYTES,
      perMessageDeflate: false,
      maxFragments: MAX_FRAGMENTS,
      handleProtocols: (offered) => (offered.has(SUB_PROTOCOL) ? SUB_PROTOCOL : false),
    },
    // ws has sent its own close code (1002, 1007, 1009) when this is called, and ends the socket itself; run() notes why.
    errorHandler: () => undefined,
  })
}

/** The agents' WebSocket: who may connect is decided before the upgrade. */
export function addAgentRoute(app: FastifyInstance, parts: AgentRouteParts): void {
  const identities = new WeakMap<object, Identity>()
  app.get(
    AGENT_PATH,
    {
      websocket: true,
      preValidation: async (request) => {
        identities.set(request.raw, await identify(request, parts))
      },
    },
    (socket, request) => {
      const identity = identities.get(request.raw)
      if (identity === undefined) return socket.terminate()
      run(socket, identity, peerOf(request), parts.ingest)
    },
  )
}

/** @throws HttpProblem when the connection is refused */
async function identify(request: FastifyRequest, parts: AgentRouteParts): Promise<Identity> {
  const offered = request.headers['sec-websocket-protocol'] ?? ''
  if (!offered.split(',').some((name) => name.trim() === SUB_PROTOCOL)) throw WRONG_PROTOCOL
  try {
    const identity = await parts.identities.identify(request)
    if (await parts.admission.enter()) return identity
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error
    parts.onRefused(addressOf(request), error.code)
    throw unknownIdentity(error)
  }
  parts.onRefused(addressOf(request), TOO_MANY.code)
  throw TOO_MANY
}

const WRONG_PROTOCOL = new HttpProblem(400, 'WRONG_PROTOCOL', {
  zh: `应使用子协议 ${SUB_PROTOCOL}`,
  en: `Expected the sub-protocol ${SUB_PROTOCOL}`,
})

const TOO_MANY = new HttpProblem(
  503,
  'TOO_MANY_CONNECTIONS',
  { zh: '同时连接过多，请稍后再试', en: 'Too many connect at once; try again later' },
  { headers: { 'retry-after': '10' } },
)

function unknownIdentity({ code, message }: IdentityError): HttpProblem {
  const detail = {
    zh: '令牌缺失或不被接受；请用 wardround-collector token create HOST 生成',
    en: message,
  }
  const headers = { 'www-authenticate': 'Bearer' }
  return new HttpProblem(401, code, { zh: '拒绝连接', en: 'Refused' }, { detail, headers })
}

function addressOf({ socket }: FastifyRequest): string {
  const { remoteAddress = 'unknown', remotePort = 0 } = socket
  return remoteAddress.includes(':')
    ? `[${remoteAddress}]:${remotePort}`
    : `${remoteAddress}:${remotePort}`
}

/** What proxies add. Whoever adds one for himself only hides where he is. */
const PROXY_HEADERS = ['forwarded', 'via', 'x-forwarded-for', 'x-real-ip']

function peerOf(request: FastifyRequest): Peer {
  const isForwarded = PROXY_HEADERS.some((name) => request.headers[name] !== undefined)
  return { address: addressOf(request), isForwarded }
}

function run(socket: WebSocket, identity: Identity, peer: Peer, ingest: Ingest): void {
  const session = ingest.connect(socket, identity, peer)
  socket.on('message', (data, isBinary) => {
    // ws gives one Buffer for a message (binaryType nodebuffer).
    if (!Buffer.isBuffer(data)) return session.close(1003, 'not a buffer')
    if (isBinary) session.receiveFrame(data)
    else session.receiveText(data.toString())
  })
  socket.on('error', (error) => {
    const code = closeCodeOf(error)
    if (code !== undefined) session.broken(code, error.message)
  })
  socket.on('close', (code) => ingest.disconnected(session, `close code ${code}`, code))
}

/** What ws closes with for an error of its own; undefined for one of the network. */
function closeCodeOf(error: Error): CloseCode | undefined {
  if (!('code' in error) || !String(error.code).startsWith('WS_ERR_')) return undefined
  switch (error.code) {
    case 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH':
      return 1009
    case 'WS_ERR_TOO_MANY_BUFFERED_PARTS':
      return 1008
    case 'WS_ERR_INVALID_UTF8':
      return 1007
    default:
      return 1002
  }
}

import websocket, { type WebSocket } from '@fastify/websocket'
import { MAX_FRAME_BYTES, SUB_PROTOCOL } from '@wardround/protocol'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Admission } from './admission.ts'
import { type Identity, IdentityError, type IdentityProvider } from './identity.ts'
import type { Ingest } from './ingest.ts'

export interface AgentRouteParts {
  readonly ingest: Ingest
  readonly identities: IdentityProvider
  readonly admission: Admission
  /** A connection was refused for its credentials; for the log and the metrics. */
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
    // ws has sent its own close code (1002, 1007, 1009) when this is called, and ends the socket itself.
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
      preValidation: async (request, reply) => {
        const identity = await identify(request, reply, parts)
        if (identity !== undefined) identities.set(request.raw, identity)
      },
    },
    (socket, request) => {
      const identity = identities.get(request.raw)
      if (identity === undefined) return socket.terminate()
      run(socket, identity, addressOf(request), parts.ingest)
    },
  )
}

async function identify(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: AgentRouteParts,
): Promise<Identity | undefined> {
  const offered = request.headers['sec-websocket-protocol'] ?? ''
  if (!offered.split(',').some((name) => name.trim() === SUB_PROTOCOL)) {
    await reply.code(400).send({ title: `expected the sub-protocol ${SUB_PROTOCOL}` })
    return undefined
  }
  try {
    const identity = await parts.identities.identify(request)
    if (await parts.admission.enter()) return identity
    await reply.code(503).header('retry-after', '10').send({ title: 'too many connect at once' })
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error
    parts.onRefused(addressOf(request), error.code)
    await reply.code(401).header('www-authenticate', 'Bearer').send({ title: error.message })
  }
  return undefined
}

function addressOf({ socket }: FastifyRequest): string {
  const { remoteAddress = 'unknown', remotePort = 0 } = socket
  return remoteAddress.includes(':')
    ? `[${remoteAddress}]:${remotePort}`
    : `${remoteAddress}:${remotePort}`
}

function run(socket: WebSocket, identity: Identity, address: string, ingest: Ingest): void {
  const session = ingest.connect(socket, identity, address)
  socket.on('message', (data, isBinary) => {
    // ws gives one Buffer for a message (binaryType nodebuffer).
    if (!Buffer.isBuffer(data)) return session.close(1003, 'not a buffer')
    if (isBinary) session.receiveFrame(data)
    else session.receiveText(data.toString())
  })
  socket.on('close', (code) => ingest.disconnected(session, `close code ${code}`))
}

import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls'
import { lookUpOnce } from '../look-up-once.ts'
import { HttpFailure } from './http-failure.ts'

/** A connection that an HTTP request may be written to, and what is known of it. */
export interface HttpConnection {
  readonly socket: Socket
  readonly connectMs: number
  readonly tls: TlsFacts | undefined
}

export interface TlsFacts {
  readonly handshakeMs: number
  readonly isVerified: boolean
  readonly daysLeft: number | undefined
}

/** What an https server's certificate is checked against. */
export interface TlsTrust {
  readonly secureContext: SecureContext
  /** Lower-case hexadecimal digits. */
  readonly pinSha256: string | undefined
  /** Name that the certificate must have, where it is not the host of the URL. */
  readonly serverName: string | undefined
}

const DAY_MS = 86_400_000

/**
 * Connects and, for https, shakes hands. Nothing has been sent then: whether the certificate may be trusted is for the caller to look at.
 * @throws HttpFailure
 */
export async function lineUp(
  url: URL,
  trust: TlsTrust,
  nowMs: number,
  signal: AbortSignal,
): Promise<HttpConnection> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const isTls = url.protocol === 'https:'
  const port = url.port === '' ? (isTls ? 443 : 80) : Number(url.port)
  const startedMs = performance.now()
  const socket = connectTcp({ host, port, lookup: lookUpOnce })
  const cut = () => socket.destroy(new HttpFailure('timeout'))
  signal.addEventListener('abort', cut, { once: true })
  if (signal.aborted) cut()
  try {
    await arrive(socket, 'connect')
    const connectMs = performance.now() - startedMs
    if (!isTls) return { socket, connectMs, tls: undefined }
    return { connectMs, ...(await shakeHands(socket, host, trust, nowMs)) }
  } catch (error) {
    socket.destroy()
    throw error
  }
}

async function shakeHands(
  socket: Socket,
  host: string,
  { secureContext, pinSha256, serverName = host }: TlsTrust,
  nowMs: number,
): Promise<{ readonly socket: TLSSocket; readonly tls: TlsFacts }> {
  const startedMs = performance.now()
  const tls = connectTls({
    socket,
    host: serverName,
    secureContext,
    ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
    // the verdict is looked at before anything is sent: `isVerified`
    rejectUnauthorized: false,
  })
  const pass = (error: Error) => tls.destroy(error)
  socket.on('error', pass)
  await arrive(tls, 'secureConnect')
  const certificate = tls.getPeerX509Certificate()
  const sha256 = certificate?.fingerprint256.replaceAll(':', '').toLowerCase()
  const ends = certificate?.validToDate.getTime() ?? Number.NaN
  return {
    socket: tls,
    tls: {
      handshakeMs: performance.now() - startedMs,
      isVerified: pinSha256 === undefined ? tls.authorized : sha256 === pinSha256,
      daysLeft: Number.isNaN(ends) ? undefined : (ends - nowMs) / DAY_MS,
    },
  }
}

function arrive(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, () => resolve())
    const fail = (error?: Error) =>
      reject(HttpFailure.of(error, event === 'connect' ? 'connection_failed' : 'tls_failed'))
    socket.on('error', fail) // stays: an error after the event must not end the process
    socket.once('close', () => fail())
  })
}

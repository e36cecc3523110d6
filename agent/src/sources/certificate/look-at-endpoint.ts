import type { X509Certificate } from 'node:crypto'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, type DetailedPeerCertificate, type TLSSocket } from 'node:tls'
import { lookUpOnce } from '../look-up-once.ts'
import { parseCertificate } from './certificate-facts.ts'
import { CheckError } from './check-failure.ts'
import type { Endpoint } from './endpoint.ts'
import { readOcspStatus } from './ocsp-status.ts'
import { beginTls } from './starttls.ts'
import { toCheckError } from './to-check-error.ts'

/** What an endpoint showed. */
export interface EndpointLook {
  readonly head: X509Certificate
  readonly others: readonly X509Certificate[]
  readonly handshakeMs: number
  /** OpenSSL's verdict of the chain, without the name. */
  readonly isAuthorized: boolean
  readonly ocsp: 'good' | 'revoked' | undefined
}

const MOST_CERTIFICATES = 20

/**
 * Connects, shakes hands and hangs up: the certificate is looked at, not trusted, so an invalid one ends nothing, and nothing is sent after the handshake.
 * @param roots PEM of the roots that OpenSSL's verdict goes by
 * @throws CheckError
 */
export async function lookAtEndpoint(
  endpoint: Endpoint,
  roots: readonly string[],
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<EndpointLook> {
  const deadline = AbortSignal.timeout(timeoutMs)
  const socket = connectTcp({ host: endpoint.host, port: endpoint.port, lookup: lookUpOnce })
  const both = AbortSignal.any([signal, deadline])
  const cut = () => socket.destroy()
  both.addEventListener('abort', cut, { once: true })
  if (both.aborted) cut()
  try {
    await arrive(socket, 'connect')
    await beginTls(endpoint.starttls, socket)
    return await shakeHands(socket, endpoint, roots)
  } catch (error) {
    if (both.aborted) throw timedOut(timeoutMs)
    throw toCheckError(error)
  } finally {
    both.removeEventListener('abort', cut)
    socket.destroy()
  }
}

async function shakeHands(
  socket: Socket,
  endpoint: Endpoint,
  roots: readonly string[],
): Promise<EndpointLook> {
  const startedMs = performance.now()
  const tls = connectTls({
    socket,
    ...(isIP(endpoint.serverName) === 0 ? { servername: endpoint.serverName } : {}),
    ca: [...roots],
    // the certificate is what is looked at: old and bad ones must be seen, too
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    minVersion: 'TLSv1',
    ciphers: 'DEFAULT:@SECLEVEL=0',
    requestOCSP: true,
  })
  let ocsp: EndpointLook['ocsp']
  tls.on('OCSPResponse', (answer: Buffer | null) => {
    if (answer !== null && answer.length > 0) ocsp = readOcspStatus(answer)
  })
  try {
    await arrive(tls, 'secureConnect')
    const handshakeMs = performance.now() - startedMs
    const [head, ...others] = readSent(tls)
    if (head === undefined)
      throw new CheckError('handshake', {
        zh: '服务器没有出示证书',
        en: 'the server showed no certificate',
      })
    return { head, others, handshakeMs, isAuthorized: tls.authorized, ocsp }
  } finally {
    tls.destroy()
  }
}

/** Resolves with the event; rejects when the socket fails or closes before it. */
function arrive(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, () => resolve())
    socket.on('error', reject) // stays: an error after the event must not end the process
    socket.once('close', () => reject(new CheckError('handshake', CLOSED)))
  })
}

const CLOSED = { zh: '服务器关闭了连接', en: 'the server closed the connection' }

/** The chain that OpenSSL linked from what was sent, the leaf first. */
function readSent(tls: TLSSocket): readonly X509Certificate[] {
  const found: X509Certificate[] = []
  let one: DetailedPeerCertificate | undefined = tls.getPeerCertificate(true)
  while (one?.raw !== undefined && found.length < MOST_CERTIFICATES) {
    found.push(parseCertificate(one.raw))
    const next: DetailedPeerCertificate | undefined = one.issuerCertificate
    one = next === one ? undefined : next // a self-signed one is its own issuer
  }
  return found
}

function timedOut(timeoutMs: number): CheckError {
  return new CheckError('timeout', {
    zh: `${timeoutMs} 毫秒内没有完成握手`,
    en: `no handshake within ${timeoutMs} ms`,
  })
}

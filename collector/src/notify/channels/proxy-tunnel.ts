import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { dialling } from '../../outgoing/dialling.ts'

/** The proxy would not let us through; the code holds its status. */
class ProxyRefusedError extends Error {
  override readonly name = 'ProxyRefusedError'
  readonly code: string

  constructor(status: number) {
    super(`the proxy answered ${status}`)
    this.code = `PROXY_${status}`
  }
}

export interface TunnelOptions {
  readonly ca: string | undefined
  readonly signal: AbortSignal
}

/** A connection to the host of `url` through an HTTP proxy (CONNECT, RFC 9110 section 9.3.6), with TLS where the URL has it. A user in the proxy's address signs in. */
export async function openTunnel(proxy: URL, url: URL, options: TunnelOptions): Promise<Socket> {
  const isTls = url.protocol === 'https:'
  const authority = `${url.hostname}:${url.port === '' ? (isTls ? 443 : 80) : url.port}`
  const socket = await connectThrough(proxy, authority, options)
  return isTls ? secure(socket, url.hostname, options) : socket
}

function connectThrough(
  proxy: URL,
  authority: string,
  { ca, signal }: TunnelOptions,
): Promise<Socket> {
  const user = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`
  const headers = {
    Host: authority,
    ...(user === ':'
      ? {}
      : { 'Proxy-Authorization': `Basic ${Buffer.from(user).toString('base64')}` }),
  }
  return new Promise((resolve, reject) => {
    const open = proxy.protocol === 'https:' ? requestHttps : requestHttp
    const asked = open({
      ...dialling(proxy.hostname),
      hostname: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port === '' ? (proxy.protocol === 'https:' ? 443 : 80) : Number(proxy.port),
      method: 'CONNECT',
      path: authority,
      headers,
      agent: false,
      signal,
      ...(ca === undefined ? {} : { ca }),
    })
    asked.on('connect', (answer: IncomingMessage, socket: Socket) => {
      if (answer.statusCode === 200) return resolve(socket)
      socket.destroy()
      reject(new ProxyRefusedError(answer.statusCode ?? 0))
    })
    asked.on('error', reject)
    asked.end()
  })
}

function secure(socket: Socket, hostname: string, { ca, signal }: TunnelOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const secured = connectTls({
      socket,
      servername: hostname.replace(/^\[|\]$/g, ''),
      ...(ca === undefined ? {} : { ca }),
    })
    const abort = () => secured.destroy(new Error('aborted'))
    signal.addEventListener('abort', abort, { once: true })
    secured.once('error', reject)
    secured.once('secureConnect', () => {
      secured.off('error', reject)
      signal.removeEventListener('abort', abort)
      resolve(secured)
    })
  })
}

import { readFile } from 'node:fs/promises'
import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { ProbeError } from '../../probe.ts'
import { toListenError } from '../receiver/listen-error.ts'
import type { ListenAddress } from '../receiver/listen-address.ts'
import { FrameReader } from './frame-reader.ts'

const MAX_CONNECTIONS = 256
const MAX_OF_ONE_SENDER = 8
/** A line on which nothing came for so long is closed: the device opens another. */
const IDLE_MS = 3_600_000
/** A TLS handshake that takes longer is given up. */
const HANDSHAKE_MS = 10_000

/** Takes what comes over TCP or TLS. */
export interface ConnectionListener {
  /** One message. */
  onMessage(sender: string, message: Buffer): void
  /** A connection that speaks something else, or was one too many. */
  onRefused(sender: string): void
}

/** Files of the receiver's own certificate, and of the authority that signed those of the devices. */
export interface TlsFiles {
  readonly certFile: string | undefined
  readonly keyFile: string | undefined
  readonly clientCaFile: string | undefined
}

/** Connections of devices that send syslog over TCP or TLS (RFC 6587, RFC 5425). Nothing is ever sent to them. */
export class SyslogConnections implements AsyncDisposable {
  readonly #server: Server
  readonly #listener: ConnectionListener
  readonly #open = new Map<Socket, string>()
  /** All of them, those in the middle of a TLS handshake too. */
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server, listener: ConnectionListener) {
    this.#server = server
    this.#listener = listener
    server.maxConnections = MAX_CONNECTIONS
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.on('error', () => socket.destroy()).once('close', () => this.#sockets.delete(socket))
    })
  }

  /** @throws ProbeError */
  static async listen(
    address: ListenAddress,
    files: TlsFiles,
    listener: ConnectionListener,
    handshakeMs = HANDSHAKE_MS,
  ): Promise<SyslogConnections> {
    const isTls = address.protocol === 'tls'
    const server = isTls
      ? createTlsServer({ ...(await readTls(files)), handshakeTimeout: handshakeMs })
      : createTcpServer()
    const connections = new SyslogConnections(server, listener)
    server.on(isTls ? 'secureConnection' : 'connection', (socket: Socket) =>
      connections.#take(socket),
    )
    server.on('tlsClientError', (_error, socket: Socket) => {
      listener.onRefused(socket.remoteAddress ?? '')
      socket.destroy()
    })
    await new Promise<void>((resolve, reject) => {
      const refuse = (error: Error) => reject(toListenError(error, address.text))
      server.once('error', refuse)
      server.listen(address.port, address.host, () => {
        server.off('error', refuse).on('error', () => undefined) // one that could not be accepted
        resolve()
      })
    })
    return connections
  }

  /** Connections that are open, in whatever stage. */
  get size(): number {
    return this.#sockets.size
  }

  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of [...this.#open.keys(), ...this.#sockets]) socket.destroy()
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve())
    })
  }

  #take(socket: Socket): void {
    const sender = socket.remoteAddress ?? ''
    const ofSender = [...this.#open.values()].filter((other) => other === sender).length
    if (ofSender >= MAX_OF_ONE_SENDER) {
      this.#listener.onRefused(sender)
      return void socket.destroy()
    }
    this.#open.set(socket, sender)
    const reader = new FrameReader()
    const give = (messages: readonly Buffer[]) =>
      messages.forEach((message) => this.#listener.onMessage(sender, message))
    socket.setTimeout(IDLE_MS, () => socket.destroy())
    socket.on('error', () => socket.destroy())
    socket.once('close', () => {
      this.#open.delete(socket)
      give(reader.end())
    })
    socket.on('data', (chunk: Buffer) => {
      try {
        give(reader.push(chunk))
      } catch {
        this.#listener.onRefused(sender)
        socket.destroy()
      }
    })
  }
}

async function readTls({ certFile = '', keyFile = '', clientCaFile }: TlsFiles) {
  const [cert, key, ca] = await Promise.all([
    readPem(certFile),
    readPem(keyFile),
    clientCaFile === undefined ? undefined : readPem(clientCaFile),
  ])
  return {
    cert,
    key,
    minVersion: 'TLSv1.2',
    ...(ca === undefined ? {} : { ca, requestCert: true, rejectUnauthorized: true }),
  } as const
}

async function readPem(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    throw new ProbeError('UNREADABLE', {
      zh: `${file} 无法读取：${said}`,
      en: `${file} can’t be read: ${said}`,
    })
  }
}

import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { ListenAddress } from '../receiver/listen-address.ts'
import { toListenError } from '../receiver/listen-error.ts'

/** What the kernel may hold for us while we do something else; it gives what its own bound allows. */
const KERNEL_BYTES = 4 * 1_048_576

/** Syslog over UDP (RFC 5426): a datagram is a message. */
export class SyslogDatagrams implements AsyncDisposable {
  readonly #socket: Socket

  private constructor(socket: Socket) {
    this.#socket = socket
  }

  /** @throws ProbeError */
  static async listen(
    { host, port, text }: ListenAddress,
    onMessage: (sender: string, message: Buffer) => void,
  ): Promise<SyslogDatagrams> {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4')
    socket.on('message', (message, { address }) => onMessage(address, message))
    await new Promise<void>((resolve, reject) => {
      const refuse = (error: Error) => reject(toListenError(error, text))
      socket.once('error', refuse)
      socket.bind(port, host, () => {
        socket.off('error', refuse).on('error', () => undefined) // of one datagram
        resolve()
      })
    })
    try {
      socket.setRecvBufferSize(KERNEL_BYTES)
    } catch {
      // the default holds less of a storm
    }
    return new SyslogDatagrams(socket)
  }

  get port(): number {
    return this.#socket.address().port
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#socket.close(() => resolve())
    })
  }
}

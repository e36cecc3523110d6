import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { ListenAddress } from './listen-address.ts'
import { toListenError } from './listen-error.ts'

/** What the kernel may hold for us while we do something else; it gives what its own bound allows. */
const KERNEL_BYTES = 4 * 1_048_576

/** A UDP socket that listens; what one datagram does to it ends nothing. */
export class DatagramSocket implements AsyncDisposable {
  readonly #socket: Socket

  private constructor(socket: Socket) {
    this.#socket = socket
  }

  /** @throws ProbeError */
  static async listen(
    { host, port, text }: ListenAddress,
    onMessage: (from: RemoteInfo, message: Buffer) => void,
  ): Promise<DatagramSocket> {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4')
    socket.on('message', (message, from) => onMessage(from, message))
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
    return new DatagramSocket(socket)
  }

  get port(): number {
    return this.#socket.address().port
  }

  /** An answer to what came; one that can't be sent is none. */
  answer(message: Uint8Array, { address, port }: RemoteInfo): void {
    this.#socket.send(message, port, address, () => undefined)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#socket.close(() => resolve())
    })
  }
}

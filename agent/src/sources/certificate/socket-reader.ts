import type { Socket } from 'node:net'
import { CheckError } from './check-failure.ts'

/** Longest prelude that is read before TLS begins. */
const MOST_BYTES = 16 * 1024

/** Reads a few bytes from a socket before TLS takes it over; nothing that comes after them is taken. */
export class SocketReader {
  readonly #socket: Socket
  #held = Buffer.alloc(0)

  constructor(socket: Socket) {
    this.#socket = socket
    socket.pause()
  }

  /** @throws CheckError no_tls where the connection ends before */
  async take(count: number): Promise<Buffer> {
    while (this.#held.length < count) await this.#more()
    const taken = this.#held.subarray(0, count)
    this.#held = this.#held.subarray(count)
    return taken
  }

  /** A line without its end. @throws CheckError no_tls */
  async takeLine(): Promise<string> {
    for (let at = this.#held.indexOf(10); ; at = this.#held.indexOf(10)) {
      if (at >= 0) return (await this.take(at + 1)).toString('latin1').trimEnd()
      await this.#more()
    }
  }

  async #more(): Promise<void> {
    const chunk: unknown = this.#socket.read()
    if (chunk instanceof Buffer) {
      this.#held = Buffer.concat([this.#held, chunk])
      if (this.#held.length > MOST_BYTES) throw ended('too much before TLS')
      return
    }
    await new Promise<void>((resolve, reject) => {
      const settle = (error?: Error) => {
        this.#socket.off('readable', go).off('end', stop).off('close', stop).off('error', settle)
        if (error === undefined) resolve()
        else reject(error)
      }
      const go = () => settle()
      const stop = () => settle(ended('the connection was closed'))
      this.#socket.once('readable', go).once('end', stop).once('close', stop).once('error', settle)
      if (this.#socket.destroyed || this.#socket.readableEnded) stop()
    })
  }
}

function ended(reason: string): CheckError {
  return new CheckError('no_tls', {
    zh: `TLS 开始之前连接中断或应答无法识别（${reason}）`,
    en: `no TLS began: ${reason}`,
  })
}

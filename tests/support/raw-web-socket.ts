import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { SUB_PROTOCOL } from '@wardround/protocol'

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

/** A frame of RFC 6455 as a client sends it, right or wrong. */
export interface WireFrame {
  readonly opcode: number
  readonly payload: Uint8Array
  readonly isFinal?: boolean
  /** The three reserved bits. */
  readonly reserved?: number
  readonly isMasked?: boolean
  /** A length that is not the payload's. */
  readonly claimedBytes?: bigint
}

export function formatFrame({
  opcode,
  payload,
  isFinal = true,
  reserved = 0,
  isMasked = true,
  claimedBytes = BigInt(payload.length),
}: WireFrame): Buffer {
  const first = (isFinal ? 0x80 : 0) | (reserved << 4) | opcode
  const maskBit = isMasked ? 0x80 : 0
  let head: Buffer
  if (claimedBytes < 126n) head = Buffer.from([first, maskBit | Number(claimedBytes)])
  else if (claimedBytes < 65_536n) {
    head = Buffer.from([first, maskBit | 126, 0, 0])
    head.writeUInt16BE(Number(claimedBytes), 2)
  } else {
    head = Buffer.from([first, maskBit | 127, 0, 0, 0, 0, 0, 0, 0, 0])
    head.writeBigUInt64BE(claimedBytes, 2)
  }
  if (!isMasked) return Buffer.concat([head, payload])
  const mask = Buffer.from([0x5a, 0xa5, 0x3c, 0xc3])
  const masked = Buffer.from(payload)
  for (let at = 0; at < masked.length; at++) masked[at] = (masked[at] ?? 0) ^ (mask[at & 3] ?? 0)
  return Buffer.concat([head, mask, masked])
}

/** A WebSocket of which every byte is the test's own. */
export class RawWebSocket implements Disposable {
  readonly #socket: Socket
  #received: Buffer = Buffer.alloc(0)
  #waiting: (() => void) | undefined
  #isUpgraded = false
  /** Texts that came and were not taken. */
  readonly texts: string[] = []
  /** The other end's close code; 1005 when it gave none, 1006 when the connection ended without a close frame. */
  closeCode: number | undefined
  isEnded = false

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (bytes: Buffer) => {
      this.#received = Buffer.concat([this.#received, bytes])
      this.#parse()
      this.#waiting?.()
    })
    // Writing to a connection that the other end has closed; `close` follows.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.isEnded = true
      this.closeCode ??= 1006
      this.#waiting?.()
    })
  }

  static async open(port: number, token: string): Promise<RawWebSocket> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    const raw = new RawWebSocket(socket)
    socket.write(
      [
        'GET /agent/v1 HTTP/1.1',
        'Host: 127.0.0.1',
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
        `Sec-WebSocket-Protocol: ${SUB_PROTOCOL}`,
        `Authorization: Bearer ${token}`,
        '\r\n',
      ].join('\r\n'),
    )
    if (!(await raw.until(() => raw.#isUpgraded, 90_000)))
      throw new Error(`no upgrade: ${raw.#received.toString('latin1').slice(0, 200)}`)
    return raw
  }

  write(bytes: Uint8Array): void {
    if (!this.isEnded) this.#socket.write(bytes)
  }

  sendText(text: string): void {
    this.write(formatFrame({ opcode: OPCODE.text, payload: Buffer.from(text) }))
  }

  /** Waits until it holds, the connection has ended, or the time is over; whether it holds. */
  async until(holds: () => boolean, withinMs: number): Promise<boolean> {
    if (holds()) return true
    const over = Promise.withResolvers<void>()
    const timer = setTimeout(() => over.resolve(), withinMs)
    let isOver = false
    void over.promise.then(() => (isOver = true))
    try {
      while (!holds() && !this.isEnded && !isOver)
        await Promise.race([
          new Promise<void>((resolve) => (this.#waiting = resolve)),
          over.promise,
        ])
    } finally {
      clearTimeout(timer)
      this.#waiting = undefined
    }
    return holds()
  }

  [Symbol.dispose](): void {
    this.#socket.destroy()
  }

  #parse(): void {
    if (!this.#isUpgraded) {
      const end = this.#received.indexOf('\r\n\r\n')
      if (end === -1 || !this.#received.toString('latin1').startsWith('HTTP/1.1 101')) return
      this.#isUpgraded = true
      this.#received = this.#received.subarray(end + 4)
    }
    while (this.#takeFrame());
  }

  /** The server's frames are short, whole and unmasked. */
  #takeFrame(): boolean {
    const bytes = this.#received
    const [first, second] = bytes
    if (first === undefined || second === undefined) return false
    const headBytes = second < 126 ? 2 : second === 126 ? 4 : 10
    if (bytes.length < headBytes) return false
    const length =
      second < 126
        ? second
        : second === 126
          ? bytes.readUInt16BE(2)
          : Number(bytes.readBigUInt64BE(2))
    if (bytes.length < headBytes + length) return false
    const payload = bytes.subarray(headBytes, headBytes + length)
    this.#received = bytes.subarray(headBytes + length)
    const opcode = first & 15
    if (opcode === OPCODE.text) this.texts.push(payload.toString())
    if (opcode === OPCODE.close) this.closeCode = length >= 2 ? payload.readUInt16BE(0) : 1005
    return true
  }
}

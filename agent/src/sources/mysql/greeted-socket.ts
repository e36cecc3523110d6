import { connect, type Socket } from 'node:net'
import type { MysqlAddress } from './mysql-address.ts'
import { garbageFrom } from './to-connect-error.ts'

/** Length (3 bytes), number of the packet, version of the protocol. */
const FIRST_BYTES = 5
const PROTOCOL_10 = 10
const ERROR_PACKET = 0xff
const LONGEST_GREETING = 4096

/**
 * Opens a connection and waits for the greeting with which a MySQL server begins; it is left unread for the driver. Whatever else answers
 * is found out here: the driver would take its first bytes for the length of a packet and wait for the rest.
 * @throws ConnectError `garbage`; the error of node:net; an error with the code ETIMEDOUT when `giveUp` is aborted
 */
export async function openGreetedSocket(
  address: MysqlAddress,
  server: string,
  giveUp: AbortSignal,
): Promise<Socket> {
  const socket = 'path' in address ? connect(address.path) : connect(address.port, address.host)
  socket.setNoDelay(true)
  socket.setKeepAlive(true, 60_000)
  try {
    const first = await readFirstBytes(socket, giveUp)
    if (!isGreeting(first)) throw garbageFrom(server, first)
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  }
}

function isGreeting(bytes: Buffer): boolean {
  const length = bytes.readUIntLE(0, 3)
  const kind = bytes[4]
  return (
    length > 0 &&
    length <= LONGEST_GREETING &&
    bytes[3] === 0 &&
    (kind === PROTOCOL_10 || kind === ERROR_PACKET)
  )
}

/** They are put back, and the socket stopped, at once: an end that follows them must not overtake them. */
function readFirstBytes(socket: Socket, giveUp: AbortSignal): Promise<Buffer> {
  let read = Buffer.alloc(0)
  return new Promise<Buffer>((resolve, reject) => {
    socket.on('data', (chunk: Buffer) => {
      read = Buffer.concat([read, chunk])
      if (read.length < FIRST_BYTES) return
      socket.removeAllListeners('data')
      socket.pause()
      socket.unshift(read)
      resolve(read)
    })
    socket.once('error', reject)
    socket.once('close', () => reject(lineError('PROTOCOL_CONNECTION_LOST')))
    const abandon = () => reject(lineError('ETIMEDOUT'))
    giveUp.addEventListener('abort', abandon, { once: true })
    if (giveUp.aborted) abandon()
  }).finally(() => {
    socket.removeAllListeners('data')
    socket.removeAllListeners('close')
    // Nobody else listens until the driver does; an error without a listener would end the process.
    socket.removeAllListeners('error').on('error', () => undefined)
  })
}

/** Its code says it all: toConnectError() has the words. */
export function lineError(code: string): Error {
  return Object.assign(new Error(), { code })
}

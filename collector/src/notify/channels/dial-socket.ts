import { connect, type Socket } from 'node:net'
import { dialling } from '../../outgoing/dialling.ts'

/**
 * A connection to an address that may be connected to, for whoever speaks on it. An error before that one listens is not unhandled: it finds the socket
 * destroyed. Rejects with AddressRefusedError, the connection's error, or where `signal` aborts first.
 */
export function dialSocket(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, ...dialling(host) })
    const abort = () => socket.destroy(new Error('aborted'))
    signal.addEventListener('abort', abort, { once: true })
    // Stays: after the connection it rejects nothing, and is the listener until the caller has its own.
    socket.on('error', reject)
    socket.once('connect', () => {
      signal.removeEventListener('abort', abort)
      resolve(socket)
    })
  })
}

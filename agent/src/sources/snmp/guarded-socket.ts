import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'

/** What net-snmp uses of node:dgram. */
export interface DatagramModule {
  createSocket(type: 'udp4' | 'udp6'): GuardedSocket
}

type GuardedSocket = Pick<Socket, 'send' | 'close' | 'ref' | 'unref' | 'bind'> & {
  on(event: string, listener: (...given: unknown[]) => void): void
}

/**
 * A socket module that hands on only what `accepts` lets through, and from which nothing is thrown into the event loop: net-snmp decodes within its
 * listener, and what it throws there would end the process.
 * @param onThrown told of what the listener threw
 */
export function guardSockets(
  accepts: (packet: Buffer, from: RemoteInfo) => boolean,
  onThrown: (error: unknown) => void,
): DatagramModule {
  return {
    createSocket(type) {
      const socket = createSocket(type)
      return {
        send: socket.send.bind(socket),
        close: socket.close.bind(socket),
        ref: socket.ref.bind(socket),
        unref: socket.unref.bind(socket),
        bind: socket.bind.bind(socket),
        on(event, listener) {
          if (event !== 'message') return void socket.on(event, listener)
          socket.on('message', (packet, from) => {
            if (!accepts(packet, from)) return
            try {
              listener(packet)
            } catch (error) {
              onThrown(error)
            }
          })
        },
      }
    },
  }
}

import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'

const logons = new AsyncLocalStorage<ConnectLine>()
let isSubscribed = false

/**
 * The TCP connections that one logon opens. node-oracledb gives no handle to a logon that hangs, nor to a session whose statement hangs,
 * and its deadline ends with the listener's answer; so that we can cut them, Node tells of every socket that is opened within run().
 */
export class ConnectLine {
  readonly #sockets = new Set<Socket>()
  #isCut = false
  #wasOpened = false

  /** Whether the driver got as far as to open a connection. */
  get wasOpened(): boolean {
    return this.#wasOpened
  }

  run<T>(work: () => Promise<T>): Promise<T> {
    subscribeOnce()
    return logons.run(this, work)
  }

  /** Ends them at once, those that the driver opens after this too. */
  cut(): void {
    this.#isCut = true
    for (const socket of this.#sockets) destroy(socket)
    this.#sockets.clear()
  }

  /** Called by the channel. */
  note(socket: Socket): void {
    if (this.#isCut) {
      // The one who opened it goes on to connect it in this turn, which would bring it back to life.
      process.nextTick(() => destroy(socket))
      return
    }
    this.#wasOpened = true
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
  }
}

/** With an error, for the driver waits for no other sign while it connects; and at times it has taken all listeners away. */
function destroy(socket: Socket): void {
  socket.on('error', () => undefined)
  socket.destroy(new Error('cut off by the agent'))
}

function subscribeOnce(): void {
  if (isSubscribed) return
  isSubscribed = true
  subscribe('net.client.socket', (message) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what Node documents for this channel
    const { socket } = message as { socket: Socket }
    logons.getStore()?.note(socket)
  })
}

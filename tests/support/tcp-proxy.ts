import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** What a proxy does to the bytes of one direction. */
export interface Treatment {
  /** Bytes are taken in and thrown away, without a reset: a half-open connection. */
  blackHole?: boolean
  /** Reading stops, so that the sender's buffers fill. */
  stall?: boolean
  /** Bytes a second; undefined: as fast as it goes. */
  bytesPerSecond?: number
  /** Every chunk is passed on byte by byte. */
  split?: boolean
}

/** A TCP proxy on loopback between real programs, for faults of the network that this machine can't make otherwise (no netem here). */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number
  /** Connections accepted so far, by the time of each (performance.now()). */
  readonly accepted: readonly number[]
  /** Connections open now. */
  readonly open: number
  /** Treats what goes to the server, what comes back, or both; of the connections that are open and those to come. */
  treat(direction: 'up' | 'down' | 'both', treatment: Treatment): void
  /** Cuts every connection by a reset (RST), without a goodbye. */
  reset(): void
  /** New connections are reset at once while true. */
  refuse: boolean
  /** Where new connections go from now on. */
  target: number
  /** Sees every chunk on its way. */
  onBytes: ((direction: 'up' | 'down', bytes: Buffer) => void) | undefined
}

export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const pairs = new Set<Pair>()
  const accepted: number[] = []
  const treatments: Record<'up' | 'down', Treatment> = { up: {}, down: {} }
  const server = createServer({ pauseOnConnect: true }, (client) => {
    accepted.push(performance.now())
    if (proxy.refuse) {
      client.resetAndDestroy()
      return
    }
    const pair = new Pair(client, connect(proxy.target, '127.0.0.1'), treatments, proxy)
    pairs.add(pair)
    pair.onClose = () => pairs.delete(pair)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  const proxy: TcpProxy = {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server that listens on TCP has an AddressInfo
    port: (server.address() as AddressInfo).port,
    accepted,
    get open() {
      return pairs.size
    },
    refuse: false,
    target: targetPort,
    onBytes: undefined,
    treat(direction, treatment) {
      if (direction !== 'down') treatments.up = treatment
      if (direction !== 'up') treatments.down = treatment
      for (const pair of pairs) pair.resume()
    },
    reset() {
      for (const pair of pairs) pair.reset()
    },
    async [Symbol.asyncDispose]() {
      for (const pair of pairs) pair.reset()
      const closed = once(server, 'close')
      server.close()
      await closed
    },
  }
  return proxy
}

class Pair {
  onClose: (() => void) | undefined
  readonly #client: Socket
  readonly #upstream: Socket
  readonly #treatments: Record<'up' | 'down', Treatment>

  constructor(
    client: Socket,
    upstream: Socket,
    treatments: Record<'up' | 'down', Treatment>,
    proxy: Pick<TcpProxy, 'onBytes'>,
  ) {
    this.#client = client
    this.#upstream = upstream
    this.#treatments = treatments
    this.#pump('up', client, upstream, proxy)
    this.#pump('down', upstream, client, proxy)
    client.resume()
  }

  reset(): void {
    this.#client.resetAndDestroy()
    this.#upstream.resetAndDestroy()
  }

  resume(): void {
    if (this.#treatments.up.stall !== true) this.#client.resume()
    if (this.#treatments.down.stall !== true) this.#upstream.resume()
  }

  #pump(
    direction: 'up' | 'down',
    from: Socket,
    to: Socket,
    proxy: Pick<TcpProxy, 'onBytes'>,
  ): void {
    from.on('data', (bytes: Buffer) => {
      const treatment = this.#treatments[direction]
      if (treatment.blackHole === true) return
      proxy.onBytes?.(direction, bytes)
      if (treatment.split === true) for (const byte of bytes) to.write(Buffer.from([byte]))
      else if (!to.write(bytes)) pauseUntilDrained(from, to)
      if (treatment.stall === true) from.pause()
      if (treatment.bytesPerSecond !== undefined)
        throttle(from, bytes.length / treatment.bytesPerSecond, () => this.resume())
    })
    from.on('end', () => this.#treatments[direction].blackHole === true || to.end())
    from.on('error', () => to.resetAndDestroy()) // passed on as what it is: a connection that broke
    from.on('close', () => {
      if (this.#treatments[direction].blackHole !== true) to.destroy()
      this.onClose?.()
    })
  }
}

function pauseUntilDrained(from: Socket, to: Socket): void {
  from.pause()
  to.once('drain', () => from.resume())
}

function throttle(from: Socket, seconds: number, resume: () => void): void {
  from.pause()
  setTimeout(resume, seconds * 1000)
}

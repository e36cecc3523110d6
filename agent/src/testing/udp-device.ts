import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { compareOids } from '../sources/snmp/oid.ts'
import type { SnmpValue } from '../sources/snmp/snmp-value.ts'
import { parseWalk } from './recorded-device.ts'
import {
  integerContents,
  oidContents,
  parseRequest,
  PDU_TAGS,
  responsePacket,
  type BerRequest,
  type BerValue,
} from './snmp-ber.ts'

type Varbinds = readonly (readonly [oid: string, value: BerValue])[]

/** What the device sends for one request; nothing: it is lost. May change what an honest device would. */
export type Answering = (
  request: BerRequest,
  honest: () => Buffer,
) => readonly Buffer[] | Promise<readonly Buffer[]>

const SYS_UP_TIME = '1.3.6.1.2.1.1.3.0'
const END_OF_MIB_VIEW: BerValue = { tag: 0x82, contents: Buffer.alloc(0) }
const NO_SUCH_INSTANCE: BerValue = { tag: 0x81, contents: Buffer.alloc(0) }
const NULL: BerValue = { tag: 5, contents: Buffer.alloc(0) }

/** A stand-in for a device, v1 and v2c over real UDP on 127.0.0.1: answers out of a walk, and can be made to answer as bad devices do. */
export class UdpDevice implements AsyncDisposable {
  /** The requests that arrived. */
  readonly requests: BerRequest[] = []
  /** false: they are not kept, for a benchmark. */
  keepsRequests = true
  /** How it answers; honestly unless a test says otherwise. */
  answering: Answering = (_, honest) => [honest()]
  /** Answers bytes for bytes, also to what is no request of v1 or v2c; `honest` is then undefined. */
  answeringBytes:
    | ((packet: Buffer, honest: () => Buffer | undefined) => readonly Buffer[])
    | undefined
  /** An answer with more values than this is tooBig (GET) or cut (GETBULK). */
  mostVarbinds = Infinity
  /** Who sent the newest request. */
  lastAsker: RemoteInfo | undefined
  readonly #socket: Socket
  readonly #values: Map<string, BerValue>
  #sorted: readonly string[] = []
  /** Where each of them stands, so that a walk goes on without a search. */
  #places: ReadonlyMap<string, number> = new Map()

  private constructor(socket: Socket, walk: string) {
    this.#socket = socket
    this.#values = new Map([...parseWalk(walk)].map(([oid, value]) => [oid, toBer(value)]))
    if (!this.#values.has(SYS_UP_TIME)) this.setUpTime(4_711)
    this.#sort()
    socket.on('message', (packet, from) => void this.#answer(packet, from))
  }

  /** @throws where the machine does not have the address */
  static async start(walk: string, address = '127.0.0.1'): Promise<UdpDevice> {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.bind(0, address, resolve)
    })
    return new UdpDevice(socket, walk)
  }

  get port(): number {
    return this.#socket.address().port
  }

  get address(): string {
    return `127.0.0.1:${this.port}`
  }

  /** undefined takes an object away. */
  set(oid: string, value: SnmpValue | BerValue | undefined): void {
    if (value === undefined) this.#values.delete(oid)
    else this.#values.set(oid, isBer(value) ? value : toBer(value))
    this.#sort()
  }

  setUpTime(ticks: number): void {
    const isNew = !this.#values.has(SYS_UP_TIME)
    this.#values.set(SYS_UP_TIME, { tag: 67, contents: integerContents(ticks) })
    if (isNew) this.#sort()
  }

  /** Sends bytes from this device's socket. */
  sendTo(packet: Buffer, to: RemoteInfo): void {
    this.#socket.send(packet, to.port, to.address)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()))
  }

  #sort(): void {
    this.#sorted = [...this.#values.keys()].toSorted(compareOids)
    this.#places = new Map(this.#sorted.map((oid, place) => [oid, place]))
  }

  async #answer(packet: Buffer, from: RemoteInfo): Promise<void> {
    if (this.answeringBytes !== undefined) {
      const honest = () => this.#honestOrNothing(packet)
      for (const answer of this.answeringBytes(packet, honest)) this.sendTo(answer, from)
      return
    }
    const request = parseRequest(packet)
    if (this.keepsRequests) this.requests.push(request)
    this.lastAsker = from
    const answers = await this.answering(request, () => this.#honest(request))
    for (const answer of answers) this.sendTo(answer, from)
  }

  #honestOrNothing(packet: Buffer): Buffer | undefined {
    try {
      return this.#honest(parseRequest(packet))
    } catch {
      return undefined // v3
    }
  }

  #honest(request: BerRequest): Buffer {
    const { pdu, oids, version } = request
    if (pdu === PDU_TAGS.bulk)
      return responsePacket(request, this.#bulk(request).slice(0, this.mostVarbinds))
    if (oids.length > this.mostVarbinds) return responsePacket(request, [], { status: 1, index: 0 })
    const found = oids.map((oid) => (pdu === PDU_TAGS.get ? this.#get(oid) : this.#next(oid)))
    const missing = found.findIndex(([, { tag }]) => tag >= 0x80)
    if (version === 0 && missing >= 0)
      return responsePacket(
        request,
        oids.map((oid) => [oid, NULL]),
        { status: 2, index: missing + 1 },
      )
    return responsePacket(request, found)
  }

  #bulk({ oids, nonRepeaters, repetitions }: BerRequest): Varbinds {
    const once = oids.slice(0, nonRepeaters).map((oid) => this.#next(oid))
    const repeated: (readonly [string, BerValue])[] = []
    let cursors = oids.slice(nonRepeaters)
    for (let row = 0; row < repetitions && cursors.length > 0; row++) {
      const found = cursors.map((oid) => this.#next(oid))
      repeated.push(...found)
      cursors = found.map(([oid]) => oid)
    }
    return [...once, ...repeated]
  }

  #get(oid: string): readonly [string, BerValue] {
    return [oid, this.#values.get(oid) ?? NO_SUCH_INSTANCE]
  }

  #next(oid: string): readonly [string, BerValue] {
    const place = this.#places.get(oid)
    let low = place === undefined ? 0 : place + 1
    let high = place === undefined ? this.#sorted.length : low
    while (low < high) {
      const middle = (low + high) >> 1
      if (compareOids(this.#sorted[middle] ?? '', oid) <= 0) low = middle + 1
      else high = middle
    }
    const next = this.#sorted[low]
    const value = next === undefined ? undefined : this.#values.get(next)
    return next === undefined || value === undefined ? [oid, END_OF_MIB_VIEW] : [next, value]
  }
}

function isBer(value: SnmpValue | BerValue): value is BerValue {
  return typeof value === 'object' && 'tag' in value
}

/** Types are told by the value's own: a walk's numbers become INTEGER or Gauge32. */
function toBer(value: SnmpValue): BerValue {
  if (typeof value === 'number')
    return { tag: value < 0 ? 2 : value < 2 ** 31 ? 2 : 66, contents: integerContents(value) }
  if (typeof value === 'bigint') return { tag: 70, contents: integerContents(value) }
  if (typeof value === 'string') return { tag: 6, contents: oidContents(value) }
  return { tag: 4, contents: Buffer.from(value) }
}

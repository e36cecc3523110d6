/** What an answer must look like from outside before it is decoded. */
export interface ExpectedPacket {
  /** As the wire has it: 0 is v1, 1 is v2c, 3 is v3. */
  readonly version: 0 | 1 | 3
  /** Of v3: the bits auth (1) and priv (2) of what we ask with. */
  readonly security: number
}

const SEQUENCE = 0x30
const INTEGER = 0x02
const OCTET_STRING = 0x04
const REPORT = 0xa8
const SECURITY_BITS = 3

interface Element {
  readonly tag: number
  /** First byte of its contents. */
  readonly from: number
  /** First byte behind it. */
  readonly to: number
}

/**
 * Whether a packet may be an answer at all: a message of our version, of v3 with no less security than the question had. Reports may have less:
 * a device that does not know the user can't sign (RFC 3412, 7.2).
 */
export function isPlausible(packet: Uint8Array, expected: ExpectedPacket): boolean {
  const message = elementAt(packet, 0)
  if (message?.tag !== SEQUENCE) return false
  const version = elementAt(packet, message.from)
  if (version?.tag !== INTEGER || version.to - version.from !== 1) return false
  if (packet[version.from] !== expected.version) return false
  return expected.version !== 3 || isSecure(packet, version.to, expected.security)
}

function isSecure(packet: Uint8Array, at: number, wanted: number): boolean {
  const header = elementAt(packet, at)
  if (header?.tag !== SEQUENCE) return false
  const flags = flagsOf(packet, header)
  if (flags === undefined) return false
  if ((flags & SECURITY_BITS) >= wanted) return true
  return (flags & 2) === 0 && isReport(packet, header.to)
}

/** msgID, msgMaxSize, msgFlags, msgSecurityModel. */
function flagsOf(packet: Uint8Array, header: Element): number | undefined {
  const id = elementAt(packet, header.from)
  const size = id && elementAt(packet, id.to)
  const flags = size && elementAt(packet, size.to)
  return flags?.tag === OCTET_STRING && flags.to - flags.from === 1 ? packet[flags.from] : undefined
}

/** Behind the security parameters: contextEngineID, contextName, PDU. */
function isReport(packet: Uint8Array, at: number): boolean {
  const security = elementAt(packet, at)
  const scoped = security && elementAt(packet, security.to)
  const engine = scoped && elementAt(packet, scoped.from)
  const context = engine && elementAt(packet, engine.to)
  const pdu = context && elementAt(packet, context.to)
  return pdu?.tag === REPORT
}

/** undefined where it does not lie wholly in the packet. */
function elementAt(packet: Uint8Array, at: number): Element | undefined {
  const tag = packet[at]
  const first = packet[at + 1]
  if (tag === undefined || first === undefined) return undefined
  let length = first
  let from = at + 2
  if (first >= 0x80) {
    const bytes = first - 0x80
    if (bytes === 0 || bytes > 4) return undefined
    length = 0
    for (let place = 0; place < bytes; place++) length = length * 256 + (packet[from++] ?? 0)
  }
  return from + length > packet.length ? undefined : { tag, from, to: from + length }
}

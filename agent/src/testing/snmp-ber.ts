/** PDU tags of SNMP as they stand on the wire. */
export const PDU_TAGS = {
  get: 0xa0,
  next: 0xa1,
  response: 0xa2,
  set: 0xa3,
  bulk: 0xa5,
  inform: 0xa6,
  report: 0xa8,
} as const

/** One value as a stand-in device holds it: its BER tag and its contents. */
export interface BerValue {
  readonly tag: number
  readonly contents: Buffer
}

/** A request of v1 or v2c, taken apart. */
export interface BerRequest {
  /** 0: v1, 1: v2c. */
  readonly version: number
  readonly community: string
  readonly pdu: number
  readonly id: number
  readonly nonRepeaters: number
  readonly repetitions: number
  readonly oids: readonly string[]
}

/** Writes BER. What a device of a test answers must not come from the code that is to read it. */
export function element(tag: number, ...parts: readonly Buffer[]): Buffer {
  const contents = Buffer.concat(parts)
  const { length } = contents
  const head =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from(head), contents])
}

/** @param tag 2 for INTEGER, 65 Counter32, 66 Gauge32, 67 TimeTicks, 70 Counter64 */
function integerElement(value: number | bigint, tag = 2): Buffer {
  return element(tag, integerContents(value))
}

export function integerContents(value: number | bigint): Buffer {
  let rest = BigInt(value)
  const bytes: number[] = []
  do {
    bytes.unshift(Number(BigInt.asUintN(8, rest)))
    rest >>= 8n
  } while (rest !== 0n && rest !== -1n)
  const first = bytes[0] ?? 0
  if (value >= 0 && first >= 0x80) bytes.unshift(0)
  if (value < 0 && first < 0x80) bytes.unshift(0xff)
  return Buffer.from(bytes)
}

export function oidContents(oid: string): Buffer {
  const [first = 0, second = 0, ...rest] = oid.split('.').map(Number)
  const bytes = [first * 40 + second, ...rest].flatMap((part) => {
    const digits = [part & 0x7f]
    for (let left = Math.floor(part / 128); left > 0; left = Math.floor(left / 128))
      digits.unshift((left % 128) | 0x80)
    return digits
  })
  return Buffer.from(bytes)
}

/** The answer to a request. */
export function responsePacket(
  { version, community, id }: Pick<BerRequest, 'version' | 'community' | 'id'>,
  varbinds: readonly (readonly [oid: string, value: BerValue])[],
  error: { readonly status: number; readonly index: number } = { status: 0, index: 0 },
  pdu: number = PDU_TAGS.response,
): Buffer {
  const list = varbinds.map(([oid, { tag, contents }]) =>
    element(0x30, element(6, oidContents(oid)), element(tag, contents)),
  )
  return element(
    0x30,
    integerElement(version),
    element(4, Buffer.from(community)),
    element(
      pdu,
      integerElement(id),
      integerElement(error.status),
      integerElement(error.index),
      element(0x30, ...list),
    ),
  )
}

/** @throws RangeError for what is no request of v1 or v2c */
export function parseRequest(packet: Buffer): BerRequest {
  const [message] = parseElements(packet)
  const [version, community, pdu] = parseElements(expect(message).contents)
  const [id, nonRepeaters, repetitions, list] = parseElements(expect(pdu).contents)
  return {
    version: toInteger(version),
    community: expect(community).contents.toString(),
    pdu: expect(pdu).tag,
    id: toInteger(id),
    nonRepeaters: toInteger(nonRepeaters),
    repetitions: toInteger(repetitions),
    oids: parseElements(expect(list).contents).map(({ contents }) =>
      toOid(expect(parseElements(contents)[0]).contents),
    ),
  }
}

function parseElements(bytes: Buffer): BerValue[] {
  const found: BerValue[] = []
  for (let at = 0; at < bytes.length;) {
    const tag = bytes.readUInt8(at)
    const first = bytes.readUInt8(at + 1)
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f
    const length = lengthBytes === 0 ? first : bytes.readUIntBE(at + 2, lengthBytes)
    const from = at + 2 + lengthBytes
    found.push({ tag, contents: bytes.subarray(from, from + length) })
    at = from + length
  }
  return found
}

function expect(value: BerValue | undefined): BerValue {
  if (value === undefined) throw new RangeError('no request')
  return value
}

function toInteger(value: BerValue | undefined): number {
  const { contents } = expect(value)
  return contents.readIntBE(0, contents.length)
}

function toOid(contents: Buffer): string {
  const parts: number[] = []
  let part = 0
  for (const byte of contents) {
    part = part * 128 + (byte & 0x7f)
    if (byte >= 0x80) continue
    parts.push(part)
    part = 0
  }
  const [first = 0, ...rest] = parts
  return [Math.min(2, Math.floor(first / 40)), first % 40, ...rest].join('.')
}

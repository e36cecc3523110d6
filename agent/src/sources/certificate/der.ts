import { CheckError } from './check-failure.ts'

/** One element of DER: where its content stands. */
export interface DerElement {
  readonly tag: number
  readonly from: number
  readonly to: number
}

export const SEQUENCE = 0x30
export const INTEGER = 0x02
const OBJECT_IDENTIFIER = 0x06
export const OCTET_STRING = 0x04
/** Context-specific and constructed: `[0]` is CONTEXT. */
export const CONTEXT = 0xa0

const MOST_CHILDREN = 10_000

/** The element that begins at `at`. @throws CheckError unparsable, also where it reaches over `end` */
export function readElement(bytes: Uint8Array, at = 0, end = bytes.length): DerElement {
  const tag = bytes[at]
  const first = bytes[at + 1]
  if (tag === undefined || first === undefined || at + 2 > end || (tag & 0x1f) === 0x1f)
    throw notDer()
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  if (first === 0x80 || lengthBytes > 4 || at + 2 + lengthBytes > end) throw notDer()
  let length = first < 0x80 ? first : 0
  for (let n = 0; n < lengthBytes; n++) length = length * 256 + (bytes[at + 2 + n] ?? 0)
  const from = at + 2 + lengthBytes
  if (from + length > end) throw notDer()
  return { tag, from, to: from + length }
}

/** What a constructed element is made of. @throws CheckError unparsable */
export function childrenOf(bytes: Uint8Array, { from, to }: DerElement): DerElement[] {
  const children: DerElement[] = []
  for (let at = from; at < to;) {
    const child = readElement(bytes, at, to)
    children.push(child)
    if (children.length > MOST_CHILDREN) throw notDer()
    at = child.to
  }
  return children
}

/** `1.2.840.…`. @throws CheckError unparsable */
export function oidOf(bytes: Uint8Array, element: DerElement | undefined): string {
  if (element?.tag !== OBJECT_IDENTIFIER || element.from === element.to) throw notDer()
  const arcs: number[] = []
  let arc = 0
  for (const byte of bytes.subarray(element.from, element.to)) {
    arc = arc * 128 + (byte & 0x7f)
    if (byte < 0x80) {
      arcs.push(arc)
      arc = 0
    }
  }
  const [first = 0, ...rest] = arcs
  const top = Math.min(2, Math.floor(first / 40))
  return [top, first - top * 40, ...rest].join('.')
}

/** A non-negative integer that is no more than 6 bytes long. @throws CheckError unparsable */
export function integerOf(bytes: Uint8Array, element: DerElement): number {
  const content = bytes.subarray(element.from, element.to)
  if (element.tag !== INTEGER || content.length === 0 || content.length > 6) throw notDer()
  return content.reduce((sum, byte) => sum * 256 + byte, 0)
}

function notDer(): CheckError {
  return new CheckError('unparsable', { zh: '不是有效的 DER 数据', en: 'this is no DER' })
}

import { CheckError } from './check-failure.ts'
import {
  childrenOf,
  integerOf,
  INTEGER,
  OCTET_STRING,
  readElement,
  SEQUENCE,
  type DerElement,
} from './der.ts'

/** Of all keys of a file together: keytool has 10,000 for each entry, some tools 600,000 for each safe. */
const MOST_ROUNDS = 2_000_000
/** In the checksum's key they are counted by JavaScript. */
const MOST_MAC_ROUNDS = 200_000
const DEEPEST = 20

/** PFX (RFC 7292): a sequence that begins with version 3 and goes on with a sequence. */
export function isPkcs12(bytes: Uint8Array): boolean {
  try {
    const [version, content] = childrenOf(bytes, readElement(bytes))
    return version?.tag === INTEGER && integerOf(bytes, version) === 3 && content?.tag === SEQUENCE
  } catch {
    return false
  }
}

/** Adds up the rounds of key derivation, which stand unencrypted beside their salts. @throws CheckError too_large, unparsable */
export function refuseDearRounds(bytes: Uint8Array): void {
  const root = readElement(bytes)
  const [, , mac] = childrenOf(bytes, root)
  const [, , macRounds] = mac === undefined ? [] : childrenOf(bytes, mac)
  const ofMac = macRounds === undefined ? 0 : roundsOf(bytes, macRounds)
  if (ofMac > MOST_MAC_ROUNDS || ofMac + roundsIn(bytes, root, 0) > MOST_ROUNDS) throw tooDear()
}

/** A sequence of a salt (octets) and an integer is what PBE and PBKDF2 take. */
function roundsIn(bytes: Uint8Array, element: DerElement, depth: number): number {
  if (depth > DEEPEST) throw tooDear()
  const children = childrenOf(bytes, element)
  const [salt, rounds] = children
  const own = salt?.tag === OCTET_STRING && rounds?.tag === INTEGER ? roundsOf(bytes, rounds) : 0
  const inner = children.flatMap((child) => nested(bytes, child))
  return inner.reduce((sum, one) => sum + roundsIn(bytes, one, depth + 1), own)
}

function roundsOf(bytes: Uint8Array, rounds: DerElement): number {
  return rounds.to - rounds.from > 6 ? Infinity : integerOf(bytes, rounds)
}

/** Constructed elements, and octets that hold one: the safe's contents are wrapped so. */
function nested(bytes: Uint8Array, child: DerElement): DerElement[] {
  if ((child.tag & 0x20) !== 0) return [child]
  if (child.tag !== OCTET_STRING || bytes[child.from] !== SEQUENCE) return []
  try {
    const inner = readElement(bytes, child.from, child.to)
    childrenOf(bytes, inner)
    return [inner]
  } catch {
    return [] // encrypted octets that happen to begin so
  }
}

function tooDear(): CheckError {
  return new CheckError('too_large', {
    zh: '该 PKCS12 文件的密钥派生轮数过大，不予读取；请改为监视端点或另存一份',
    en: 'this PKCS12 asks for too many rounds of key derivation and is not read; watch the endpoint, or make a copy',
  })
}

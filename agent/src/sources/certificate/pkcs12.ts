import type { asn1 as Asn1, pkcs12 as Pkcs12 } from 'node-forge'
import { printable } from './certificate-facts.ts'
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
import type { KeystoreEntry } from './keystore-entry.ts'

/** keytool has 10,000 rounds, some tools 600,000; more would hold up the agent. */
const MOST_ROUNDS = 1_000_000
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

/** Reads the certificates of a PKCS #12; its keys are decrypted by the library, and dropped. @throws CheckError */
export async function parsePkcs12(
  bytes: Buffer,
  password: string | undefined,
): Promise<readonly KeystoreEntry[]> {
  refuseDearRounds(bytes)
  const { asn1, pkcs12, pki } = await import('node-forge').then(
    (module) => module.default ?? module,
  )
  try {
    const pfx = pkcs12.pkcs12FromAsn1(asn1.fromDer(bytes.toString('latin1')), false, password ?? '')
    const bags = pfx.safeContents.flatMap(({ safeBags }) => safeBags)
    const certificates = bags
      .filter(({ type }) => type === pki.oids['certBag'])
      .flatMap((bag) =>
        toCertificateBag(
          bag,
          (node) => derOf(asn1, node),
          (cert) => pki.certificateToAsn1(cert),
        ),
      )
    return toEntries(certificates)
  } catch (error) {
    throw toPkcs12Error(error, password)
  }
}

interface CertificateBag {
  readonly alias: string
  /** Names the key that belongs to it. */
  readonly keyId: string | undefined
  readonly der: Buffer
}

function toCertificateBag(
  bag: Pkcs12.Bag,
  toDer: (node: Asn1.Asn1) => Buffer,
  fromCertificate: (certificate: NonNullable<Pkcs12.Bag['cert']>) => Asn1.Asn1,
): CertificateBag[] {
  // forge does not know EC keys: their certificates come as they are
  const node = bag.cert ? fromCertificate(bag.cert) : bag.asn1
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- declared as any by the library: lists of texts
  const attributes = bag.attributes as
    | Readonly<Record<string, readonly string[] | undefined>>
    | undefined
  return [
    {
      alias: printable(attributes?.['friendlyName']?.[0] ?? ''),
      keyId: attributes?.['localKeyId']?.[0],
      der: toDer(node),
    },
  ]
}

function derOf(asn1: typeof Asn1, node: Asn1.Asn1): Buffer {
  return Buffer.from(asn1.toDer(node).getBytes(), 'latin1')
}

/** A certificate with a key takes those without an alias as its chain; the rest are authorities. */
function toEntries(bags: readonly CertificateBag[]): readonly KeystoreEntry[] {
  const withKey = bags.filter(({ keyId }) => keyId !== undefined)
  const others = bags.filter(({ keyId }) => keyId === undefined)
  const chain = others.map(({ der }) => der)
  if (withKey.length > 0)
    return withKey.map(({ alias, der }, at) => ({
      alias: alias === '' ? String(at) : alias,
      hasKey: true,
      chain: [der, ...chain],
    }))
  return others.map(({ alias, der }, at) => ({
    alias: alias === '' ? String(at) : alias,
    hasKey: false,
    chain: [der],
  }))
}

/** Looks for counts of rounds, which stand unencrypted beside a salt. @throws CheckError too_large, unparsable */
function refuseDearRounds(bytes: Uint8Array): void {
  const root = readElement(bytes)
  const [, , mac] = childrenOf(bytes, root)
  const [, , macRounds] = mac === undefined ? [] : childrenOf(bytes, mac)
  if (macRounds !== undefined && integerOf(bytes, macRounds) > MOST_MAC_ROUNDS) throw tooDear()
  if (holdsDearRounds(bytes, root, 0)) throw tooDear()
}

/** A sequence of a salt (octets) and an integer is what PBE and PBKDF2 take. */
function holdsDearRounds(bytes: Uint8Array, element: DerElement, depth: number): boolean {
  if (depth > DEEPEST) throw tooDear()
  const children = childrenOf(bytes, element)
  const [salt, rounds] = children
  if (salt?.tag === OCTET_STRING && rounds?.tag === INTEGER && isDear(bytes, rounds)) return true
  return children.some((child) =>
    nested(bytes, child).some((one) => holdsDearRounds(bytes, one, depth + 1)),
  )
}

function isDear(bytes: Uint8Array, rounds: DerElement): boolean {
  return rounds.to - rounds.from > 6 || integerOf(bytes, rounds) > MOST_ROUNDS
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
  return new CheckError('unsupported', {
    zh: '该 PKCS12 文件的密钥派生轮数过大，不予读取；请改为监视端点或另存一份',
    en: 'this PKCS12 asks for too many rounds of key derivation and is not read; watch the endpoint, or make a copy',
  })
}

function toPkcs12Error(error: unknown, password: string | undefined): CheckError {
  if (error instanceof CheckError) return error
  const cause = { cause: error }
  // the library's only sign
  if (error instanceof Error && /MAC could not be verified|Invalid password/.test(error.message))
    return new CheckError(
      'wrong_password',
      password === undefined
        ? {
            zh: 'PKCS12 文件需要口令：请填写 password',
            en: 'the PKCS12 wants a password: set password',
          }
        : {
            zh: 'PKCS12 口令错误（或文件已损坏）',
            en: 'wrong PKCS12 password (or the file is damaged)',
          },
      cause,
    )
  return new CheckError(
    'unparsable',
    { zh: 'PKCS12 文件无法识别', en: 'the PKCS12 can’t be understood' },
    cause,
  )
}

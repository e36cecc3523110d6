import { X509Certificate } from 'node:crypto'
import { CheckError } from './check-failure.ts'
import { readSignatureAlgorithm, type SignatureAlgorithm } from './signature-algorithm.ts'

/** What a certificate says of itself. Texts are printable and bounded. */
export interface CertificateFacts {
  readonly subject: string
  readonly issuer: string
  readonly commonName: string
  readonly issuerCommonName: string
  readonly names: readonly string[]
  readonly serial: string
  readonly sha256: string
  readonly startMs: number | undefined
  readonly endMs: number | undefined
  readonly signature: SignatureAlgorithm
  /** `rsa`, `ec prime256v1`; undefined where OpenSSL does not know it. */
  readonly keyType: string | undefined
  readonly keyBits: number | undefined
  readonly isWeakKey: boolean | undefined
  readonly isSelfSigned: boolean
}

const LONGEST_TEXT = 256
const MOST_NAMES = 1_000

/** @throws CheckError unparsable for bytes that are no certificate */
export function parseCertificate(bytes: Uint8Array): X509Certificate {
  try {
    const certificate = new X509Certificate(bytes)
    readSignatureAlgorithm(certificate.raw)
    return certificate
  } catch (error) {
    if (error instanceof CheckError) throw error
    throw new CheckError(
      'unparsable',
      { zh: '不是有效的证书', en: 'this is no certificate' },
      { cause: error },
    )
  }
}

export function readFacts(certificate: X509Certificate): CertificateFacts {
  const key = readKey(certificate)
  return {
    subject: printable(certificate.subject ?? ''),
    issuer: printable(certificate.issuer ?? ''),
    commonName: commonNameIn(certificate.subject),
    issuerCommonName: commonNameIn(certificate.issuer),
    names: namesOf(certificate.subjectAltName),
    serial: certificate.serialNumber.toLowerCase(),
    sha256: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    startMs: timeOf(certificate.validFromDate),
    endMs: timeOf(certificate.validToDate),
    signature: readSignatureAlgorithm(certificate.raw),
    keyType: key?.type,
    keyBits: key?.bits,
    isWeakKey: key?.isWeak,
    isSelfSigned: isSelfSigned(certificate),
  }
}

export function isSelfSigned(certificate: X509Certificate): boolean {
  return certificate.subject === certificate.issuer && isSignedBy(certificate, certificate)
}

/** False too where OpenSSL does not know the key or the algorithm. */
export function isSignedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.verify(issuer.publicKey)
  } catch {
    return false // such as SM2
  }
}

function timeOf(date: Date): number | undefined {
  const ms = date.getTime()
  return Number.isFinite(ms) ? ms : undefined
}

/** Lines of `CN=…`, of which the last is the most specific. */
function commonNameIn(name: string | undefined): string {
  const lines = (name ?? '').split(/\n|\+(?=[A-Z]+=)/).filter((line) => line.startsWith('CN='))
  return printable(lines.at(-1)?.slice(3) ?? '')
}

/** DNS names, addresses and mail addresses; names that OpenSSL quotes because they hold a comma or a quote are left out. */
function namesOf(subjectAltName: string | undefined): readonly string[] {
  return (subjectAltName ?? '')
    .split(', ', MOST_NAMES)
    .map((name) => /^(?:DNS|IP Address|email|URI):([^"]+)$/.exec(name)?.[1] ?? '')
    .filter((name) => name !== '')
    .map(printable)
}

/** Without control characters, cut to what a tag may hold. */
export function printable(text: string): string {
  return text.replaceAll('\n', ', ').replaceAll(/\p{C}/gu, '?').trim().slice(0, LONGEST_TEXT)
}

/** As many whole names as a tag holds, parted by commas as Telegraf does. */
export function toSanTag(names: readonly string[]): string {
  let tag = ''
  for (const name of names) {
    const longer = tag === '' ? name : `${tag},${name}`
    if (longer.length > LONGEST_TEXT) break
    tag = longer
  }
  return tag
}

interface Key {
  readonly type: string
  readonly bits: number | undefined
  readonly isWeak: boolean | undefined
}

function readKey(certificate: X509Certificate): Key | undefined {
  try {
    const { asymmetricKeyType: type = 'unknown', asymmetricKeyDetails: details = {} } =
      certificate.publicKey
    if (type === 'ec') return readCurve(details.namedCurve ?? '')
    if (details.modulusLength !== undefined)
      return { type, bits: details.modulusLength, isWeak: details.modulusLength < 2048 }
    const bits = { ed25519: 256, ed448: 456 }[type as string]
    return { type, bits, isWeak: bits === undefined ? undefined : false }
  } catch {
    return undefined // a kind of key that OpenSSL does not know
  }
}

/** Curves have their bits in their names (prime256v1, secp384r1, brainpoolP512r1); SM2's curve has 256. */
function readCurve(curve: string): Key {
  const digits = /\d{3}/.exec(curve)?.[0]
  const bits = /^sm2/i.test(curve) ? 256 : digits === undefined ? undefined : Number(digits)
  return { type: `ec ${curve}`, bits, isWeak: bits === undefined ? undefined : bits < 224 }
}

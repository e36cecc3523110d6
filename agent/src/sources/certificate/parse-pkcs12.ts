import type { asn1 as Asn1, pkcs12 as Pkcs12 } from 'node-forge'
import { printable } from './certificate-facts.ts'
import { CheckError } from './check-failure.ts'
import { refuseDearRounds } from './key-rounds.ts'
import type { KeystoreEntry } from './keystore-entry.ts'

/**
 * Reads the certificates of a PKCS #12; its keys are decrypted by the library, and dropped. It holds up its process for as long as the rounds take: the
 * agent has a child do it (read-pkcs12.ts).
 * @throws CheckError
 */
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

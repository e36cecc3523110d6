import { childrenOf, CONTEXT, oidOf, readElement, type DerElement } from './der.ts'

/** How a certificate was signed. */
export interface SignatureAlgorithm {
  /** Its usual name, or the OID where we know none. */
  readonly name: string
  readonly isWeak: boolean
  /** SM2 with SM3: OpenSSL can't check it. */
  readonly isSm2: boolean
}

const SHA1 = '1.3.14.3.2.26'
const PSS = '1.2.840.113549.1.1.10'
const SM2 = '1.2.156.10197.1.501'

const NAMES: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.2': 'RSA-MD2',
  '1.2.840.113549.1.1.3': 'RSA-MD4',
  '1.2.840.113549.1.1.4': 'RSA-MD5',
  '1.2.840.113549.1.1.5': 'RSA-SHA1',
  '1.3.14.3.2.29': 'RSA-SHA1',
  '1.2.840.113549.1.1.14': 'RSA-SHA224',
  '1.2.840.113549.1.1.11': 'RSA-SHA256',
  '1.2.840.113549.1.1.12': 'RSA-SHA384',
  '1.2.840.113549.1.1.13': 'RSA-SHA512',
  '1.2.840.10045.4.1': 'ECDSA-SHA1',
  '1.2.840.10045.4.3.1': 'ECDSA-SHA224',
  '1.2.840.10045.4.3.2': 'ECDSA-SHA256',
  '1.2.840.10045.4.3.3': 'ECDSA-SHA384',
  '1.2.840.10045.4.3.4': 'ECDSA-SHA512',
  '1.2.840.10040.4.3': 'DSA-SHA1',
  '2.16.840.1.101.3.4.3.2': 'DSA-SHA256',
  '1.3.101.112': 'Ed25519',
  '1.3.101.113': 'Ed448',
  [SM2]: 'SM2-SM3',
}

const WEAK = /-(?:MD[245]|SHA1)$/

/** Reads the outer signatureAlgorithm of a certificate (RFC 5280 4.1). @throws CheckError unparsable */
export function readSignatureAlgorithm(certificate: Uint8Array): SignatureAlgorithm {
  const [, algorithm] = childrenOf(certificate, readElement(certificate))
  const [id, parameters] = algorithm === undefined ? [] : childrenOf(certificate, algorithm)
  const oid = oidOf(certificate, id)
  const name = oid === PSS ? `RSA-PSS-${pssHash(certificate, parameters)}` : (NAMES[oid] ?? oid)
  return { name, isWeak: WEAK.test(name), isSm2: oid === SM2 }
}

/** RFC 4055: the hash stands in [0]; left out, it is SHA-1. */
function pssHash(bytes: Uint8Array, parameters: DerElement | undefined): string {
  const explicit =
    parameters === undefined
      ? undefined
      : childrenOf(bytes, parameters).find(({ tag }) => tag === CONTEXT)
  if (explicit === undefined) return 'SHA1'
  const [hash] = childrenOf(bytes, readElement(bytes, explicit.from, explicit.to))
  const oid = oidOf(bytes, hash)
  return oid === SHA1 ? 'SHA1' : (HASHES[oid] ?? oid)
}

const HASHES: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.4': 'SHA224',
  '2.16.840.1.101.3.4.2.1': 'SHA256',
  '2.16.840.1.101.3.4.2.2': 'SHA384',
  '2.16.840.1.101.3.4.2.3': 'SHA512',
  '1.2.840.113549.2.5': 'MD5',
}

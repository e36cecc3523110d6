import type { X509Certificate } from 'node:crypto'
import { parseCertificate } from './certificate-facts.ts'
import { CheckError } from './check-failure.ts'
import { parseJavaKeystore } from './java-keystore.ts'
import type { FoundChain } from './judge-chain.ts'
import { isPkcs12 } from './key-rounds.ts'
import { MOST_CERTIFICATES, type KeystoreEntry } from './keystore-entry.ts'
import { splitPem } from '../pem.ts'

const JKS = 0xfeedfeed
const JCEKS = 0xcececece

interface ParseOptions {
  readonly password: string | undefined
  readonly alias: string | undefined
  /** Deriving keys holds up a process: whose, the caller says. @throws CheckError */
  readonly readPkcs12: (
    bytes: Buffer,
    password: string | undefined,
  ) => Promise<readonly KeystoreEntry[]>
}

/**
 * Reads a certificate file by its content, whatever its name says: PEM, DER, JKS or PKCS #12. Keys in it are not read.
 * @throws CheckError unparsable, wrong_password or unsupported
 */
export async function parseCertificateFile(
  bytes: Buffer,
  { password, alias, readPkcs12 }: ParseOptions,
): Promise<readonly FoundChain[]> {
  const magic = bytes.length < 4 ? 0 : bytes.readUInt32BE(0)
  if (magic === JCEKS) throw jceks()
  if (magic === JKS) return ofEntries(await parseJavaKeystore(bytes, password), alias)
  if (isPkcs12(bytes)) return ofEntries(await readPkcs12(bytes, password), alias)
  const blocks = splitPem(bytes)
  if (blocks.length > 0) return ofCertificates(blocks.map((block) => Buffer.from(block)))
  if (bytes[0] === 0x30) return ofCertificates([bytes])
  throw new CheckError('unsupported', {
    zh: '不是 PEM、DER、PKCS12 或 JKS 证书文件',
    en: 'this is no certificate as PEM, DER, PKCS12 or JKS',
  })
}

function jceks(): CheckError {
  return new CheckError('unsupported', {
    zh: 'JCEKS 密钥库不能读取；请另存一份：keytool -importkeystore -srckeystore 文件 -srcstoretype JCEKS -destkeystore 新文件 -deststoretype PKCS12，或改为监视端点',
    en: 'JCEKS can’t be read; make a copy with keytool -importkeystore -srckeystore FILE -srcstoretype JCEKS -destkeystore NEW -deststoretype PKCS12, or watch the endpoint instead',
  })
}

/** Of a file with a server's certificate, that and what it needs; of one that holds authorities alone, each by itself. */
function ofCertificates(found: readonly Uint8Array[]): readonly FoundChain[] {
  const certificates = found.slice(0, MOST_CERTIFICATES).map(parseCertificate)
  const all = certificates.map((head, at) => ({
    head,
    position: String(at),
    others: without(certificates, at),
  }))
  const leaves = all.filter(({ head }) => !head.ca)
  if (leaves.length > 0) return leaves.map((one) => ({ ...one, isAuthority: false }))
  // `openssl req -x509` makes server certificates that call themselves authorities
  return all.map((one) => ({ ...one, isAuthority: all.length > 1 }))
}

function without(certificates: readonly X509Certificate[], at: number): readonly X509Certificate[] {
  return certificates.filter((_, other) => other !== at)
}

function ofEntries(
  entries: readonly KeystoreEntry[],
  alias: string | undefined,
): readonly FoundChain[] {
  const wanted = alias === undefined ? entries : entries.filter((entry) => entry.alias === alias)
  if (wanted.length === 0) throw noEntry(entries, alias)
  return wanted.slice(0, MOST_CERTIFICATES).flatMap((entry) => {
    const [head, ...others] = entry.chain.map(parseCertificate)
    if (head === undefined) return []
    const isAuthority = !entry.hasKey && head.ca
    return [{ position: entry.alias, head, others, isAuthority }]
  })
}

function noEntry(entries: readonly KeystoreEntry[], alias: string | undefined): CheckError {
  const aliases = entries
    .slice(0, 10)
    .map((entry) => entry.alias)
    .join(', ')
  return new CheckError('unparsable', {
    zh: alias === undefined ? '密钥库中没有证书' : `密钥库中没有别名 ${alias}；有：${aliases}`,
    en:
      alias === undefined
        ? 'the keystore holds no certificate'
        : `the keystore has no alias ${alias}; it has ${aliases}`,
  })
}

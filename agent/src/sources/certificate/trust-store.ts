import type { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { getCACertificates, rootCertificates } from 'node:tls'
import { ProbeError } from '../../probe.ts'
import { parseCertificate } from './certificate-facts.ts'
import { CheckError } from './check-failure.ts'
import { splitPem } from './pem.ts'

/** Where Linux distributions keep the roots that their administrator trusts. */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
]
const MOST_ROOTS = 2_000

/** The roots that count as trusted: the system's, and those of `caFile`. Held for one run, for they take some MB. */
export class TrustStore {
  /** PEM of all of them, for OpenSSL. */
  readonly pem: readonly string[]
  readonly #bySubject = new Map<string, X509Certificate[]>()
  readonly #fingerprints = new Set<string>()

  constructor(pem: readonly string[]) {
    const taken: string[] = []
    for (const text of pem.slice(0, MOST_ROOTS)) {
      const root = parseIfWhole(text)
      if (root === undefined || this.#fingerprints.has(root.fingerprint256)) continue
      taken.push(text)
      this.#fingerprints.add(root.fingerprint256)
      const subject = root.subject ?? ''
      this.#bySubject.set(subject, [...(this.#bySubject.get(subject) ?? []), root])
    }
    this.pem = taken
  }

  has(certificate: X509Certificate): boolean {
    return this.#fingerprints.has(certificate.fingerprint256)
  }

  namedAs(subject: string): readonly X509Certificate[] {
    return this.#bySubject.get(subject) ?? []
  }
}

/** @throws ProbeError UNREADABLE where `caFile` can't be used */
export async function openTrustStore(caFile: string | undefined): Promise<TrustStore> {
  return new TrustStore(await readTrustedPem(caFile))
}

/** PEM of the system's roots and those of `caFile`, unparsed. @throws ProbeError UNREADABLE where `caFile` can't be used */
export async function readTrustedPem(caFile: string | undefined): Promise<readonly string[]> {
  const own = caFile === undefined ? [] : await readAuthorities(caFile)
  return [...own, ...(await readSystemRoots())]
}

async function readAuthorities(file: string): Promise<readonly string[]> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw badAuthorities(file, error instanceof Error ? error.message : String(error))
  })
  const found = splitPem(bytes)
  if (found.length === 0) throw badAuthorities(file, 'no PEM certificate in it')
  return found
}

function badAuthorities(file: string, reason: string): ProbeError {
  return new ProbeError('UNREADABLE', {
    zh: `caFile ${file} 无法使用：${reason}`,
    en: `caFile ${file} can’t be used: ${reason}`,
  })
}

/** The first bundle that is there; else what the system's own store gives (Windows, macOS), else the roots that come with Node. */
async function readSystemRoots(): Promise<readonly string[]> {
  for (const file of BUNDLES) {
    const found = splitPem(await readFile(file).catch(() => Buffer.alloc(0)))
    if (found.length > 0) return found
  }
  const store = getCACertificates('system')
  return store.length > 0 ? store : rootCertificates
}

function parseIfWhole(pem: string): X509Certificate | undefined {
  try {
    return parseCertificate(Buffer.from(pem))
  } catch (error) {
    if (error instanceof CheckError) return undefined // one bad root does not cost the others
    throw error
  }
}

import type { X509Certificate } from 'node:crypto'
import { readTrustedRoots } from '../trusted-roots.ts'
import { parseCertificate } from './certificate-facts.ts'
import { CheckError } from './check-failure.ts'

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
  return new TrustStore(await readTrustedRoots(caFile))
}

function parseIfWhole(pem: string): X509Certificate | undefined {
  try {
    return parseCertificate(Buffer.from(pem))
  } catch (error) {
    if (error instanceof CheckError) return undefined // one bad root does not cost the others
    throw error
  }
}

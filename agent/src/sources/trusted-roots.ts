import { readFile } from 'node:fs/promises'
import { getCACertificates, rootCertificates } from 'node:tls'
import { readEachAuthority } from './authorities.ts'
import { splitPem } from './pem.ts'

/** Where Linux distributions keep the roots that their administrator trusts. */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
]

/** PEM of the system's roots and those of `caFile`, unparsed. @throws ProbeError UNREADABLE where `caFile` can't be used */
export async function readTrustedRoots(caFile: string | undefined): Promise<readonly string[]> {
  const own = caFile === undefined ? [] : await readEachAuthority(caFile)
  return [...own, ...(await readSystemRoots())]
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

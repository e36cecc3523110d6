import type { X509Certificate } from 'node:crypto'
import { isSelfSigned, isSignedBy } from './certificate-facts.ts'
import type { TrustStore } from './trust-store.ts'

/** A way from a certificate up to where it ends. */
export interface ChainPath {
  /** The certificate itself first, a trusted root last where there is one. */
  readonly certificates: readonly X509Certificate[]
  /** trusted: ends in a root that is trusted; untrusted: in one that is not; open: its next issuer was not found. */
  readonly end: 'trusted' | 'untrusted' | 'open'
  /** Whether all but the first are within their dates. */
  readonly isInDate: boolean
  /** When the first of those above the certificate expires, epoch ms; Infinity without any. */
  readonly firstEndMs: number
}

const DEEPEST = 10
/** Cross-signed authorities can make very many ways; so many steps find the good one of any chain that a client would take. */
const MOST_STEPS = 500

/** The best way up: trusted and within its dates if there is any such, and of those the one that lasts longest. */
export function findPath(
  head: X509Certificate,
  others: readonly X509Certificate[],
  trust: TrustStore,
  nowMs: number,
): ChainPath {
  const search = new PathSearch(others, trust, nowMs)
  search.extend([head])
  return search.best ?? search.describe([head], 'open')
}

class PathSearch {
  best: ChainPath | undefined
  readonly #others: readonly X509Certificate[]
  readonly #trust: TrustStore
  readonly #nowMs: number
  #steps = 0

  constructor(others: readonly X509Certificate[], trust: TrustStore, nowMs: number) {
    this.#others = others
    this.#trust = trust
    this.#nowMs = nowMs
  }

  extend(path: readonly X509Certificate[]): void {
    const last = path.at(-1)
    if (last === undefined || ++this.#steps > MOST_STEPS) return
    if (this.#trust.has(last)) return this.#take(this.describe(path, 'trusted'))
    if (isSelfSigned(last)) return this.#take(this.describe(path, 'untrusted'))
    const issuers = path.length < DEEPEST ? this.#issuersOf(last, path) : []
    if (issuers.length === 0) this.#take(this.describe(path, 'open'))
    for (const issuer of issuers) this.extend([...path, issuer])
  }

  describe(certificates: readonly X509Certificate[], end: ChainPath['end']): ChainPath {
    const above = certificates.slice(1)
    const ends = above.map(({ validToDate }) => validToDate.getTime())
    const isInDate = above.every(
      ({ validFromDate, validToDate }) =>
        validFromDate.getTime() <= this.#nowMs && this.#nowMs <= validToDate.getTime(),
    )
    return { certificates, end, isInDate, firstEndMs: Math.min(Infinity, ...ends) }
  }

  #issuersOf(
    certificate: X509Certificate,
    path: readonly X509Certificate[],
  ): readonly X509Certificate[] {
    const known = [...this.#trust.namedAs(certificate.issuer ?? ''), ...this.#others]
    const seen = new Set(path.map(({ fingerprint256 }) => fingerprint256))
    return known.filter((issuer) => {
      if (issuer.subject !== certificate.issuer || seen.has(issuer.fingerprint256)) return false
      seen.add(issuer.fingerprint256)
      const mayIssue = issuer.ca || this.#trust.has(issuer) // old roots (version 1) do not say so
      return mayIssue && certificate.checkIssued(issuer) && isSignedBy(certificate, issuer)
    })
  }

  #take(path: ChainPath): void {
    if (this.best === undefined || isBetter(path, this.best)) this.best = path
  }
}

const ENDS: Readonly<Record<ChainPath['end'], number>> = { trusted: 2, untrusted: 1, open: 0 }

function isBetter(one: ChainPath, other: ChainPath): boolean {
  if (one.end !== other.end) return ENDS[one.end] > ENDS[other.end]
  if (one.isInDate !== other.isInDate) return one.isInDate
  if (one.firstEndMs !== other.firstEndMs) return one.firstEndMs > other.firstEndMs
  return one.certificates.length < other.certificates.length
}

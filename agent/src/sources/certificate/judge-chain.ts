import type { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { VerificationReason } from '../../measurements/x509-cert.ts'
import { readFacts, type CertificateFacts } from './certificate-facts.ts'
import { findPath, type ChainPath } from './chain-path.ts'
import type { TrustStore } from './trust-store.ts'

/** A certificate to be judged, with what came with it. */
export interface FoundChain {
  /** Names its place at the endpoint or in the file: `0`, an alias. */
  readonly position: string
  readonly head: X509Certificate
  /** What else was sent, or lies in the file. */
  readonly others: readonly X509Certificate[]
  /** An authority of a trust store: nothing above it is asked for. */
  readonly isAuthority: boolean
}

/** What is asked of it. */
export interface ChainQuestion {
  readonly trust: TrustStore
  readonly nowMs: number
  /** Name or address that it must be for; undefined for files. */
  readonly host?: string | undefined
  /** OpenSSL's own verdict of the handshake: it has seen all that was sent. */
  readonly isAuthorized?: boolean | undefined
  readonly isRevoked?: boolean | undefined
}

export interface ChainVerdict {
  readonly facts: CertificateFacts
  readonly type: CertificateType
  /** Undefined where that can't be told (SM2). */
  readonly reason: VerificationReason | undefined
  readonly hostnameOk: boolean | undefined
  readonly isComplete: boolean | undefined
  readonly chainMinDaysLeft: number | undefined
  /** Certificates above it that the path needs and that came with it. */
  readonly above: readonly {
    readonly certificate: X509Certificate
    readonly type: CertificateType
  }[]
}

export type CertificateType = 'leaf' | 'intermediate' | 'root'

const DAY_MS = 86_400_000

export function judgeChain(chain: FoundChain, question: ChainQuestion): ChainVerdict {
  const { head, others, isAuthority } = chain
  const facts = readFacts(head)
  const type = isAuthority ? typeOf(facts) : 'leaf'
  if (isAuthority)
    return { facts, type, reason: reasonByDates(facts, question.nowMs) ?? 'valid', ...NO_PATH }
  const path = findPath(head, others, question.trust, question.nowMs)
  const hostnameOk = question.host === undefined ? undefined : isFor(head, question.host)
  const usable = path.isInDate || question.isAuthorized !== true
  return {
    facts,
    type,
    reason: reasonOf(facts, path, hostnameOk, question),
    hostnameOk,
    isComplete: facts.signature.isSm2
      ? undefined
      : path.end !== 'open' || question.isAuthorized === true,
    // where OpenSSL found a good way that we could not see, ours tells nothing
    chainMinDaysLeft:
      usable && Number.isFinite(path.firstEndMs)
        ? (path.firstEndMs - question.nowMs) / DAY_MS
        : undefined,
    above: usable ? sentPartOf(path, others, question.trust) : [],
  }
}

const NO_PATH = {
  hostnameOk: undefined,
  isComplete: undefined,
  chainMinDaysLeft: undefined,
  above: [],
}

/** Roots of the trust store are no part of it: OpenSSL puts them behind what was sent. */
function sentPartOf(
  path: ChainPath,
  others: readonly X509Certificate[],
  trust: TrustStore,
): ChainVerdict['above'] {
  const sent = new Set(others.map(({ fingerprint256 }) => fingerprint256))
  return path.certificates
    .slice(1)
    .filter((one) => sent.has(one.fingerprint256) && !trust.has(one))
    .map((certificate) => ({ certificate, type: typeOf(readFacts(certificate)) }))
}

function typeOf({ isSelfSigned }: CertificateFacts): CertificateType {
  return isSelfSigned ? 'root' : 'intermediate'
}

/** The worst first: what keeps every client out. */
function reasonOf(
  facts: CertificateFacts,
  path: ChainPath,
  hostnameOk: boolean | undefined,
  { nowMs, isAuthorized, isRevoked }: ChainQuestion,
): VerificationReason | undefined {
  const byDates = reasonByDates(facts, nowMs)
  if (byDates !== undefined) return byDates
  if (isRevoked === true) return 'revoked'
  if (hostnameOk === false) return 'wrong_name'
  if (isAuthorized === true) return 'valid'
  if (facts.signature.isSm2) return undefined
  const byPath = reasonByPath(facts, path)
  return byPath === 'valid' && isAuthorized === false ? 'other' : byPath
}

function reasonByDates(
  { startMs, endMs }: CertificateFacts,
  nowMs: number,
): VerificationReason | undefined {
  if (startMs === undefined || endMs === undefined) return 'other'
  if (nowMs > endMs) return 'expired'
  return nowMs < startMs ? 'not_yet_valid' : undefined
}

function reasonByPath({ isSelfSigned }: CertificateFacts, path: ChainPath): VerificationReason {
  if (path.end === 'open') return 'issuer_missing'
  if (path.end === 'untrusted') return isSelfSigned ? 'self_signed' : 'unknown_issuer'
  return path.isInDate ? 'valid' : 'chain_expired'
}

function isFor(certificate: X509Certificate, host: string): boolean {
  const found = isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)
  return found !== undefined
}

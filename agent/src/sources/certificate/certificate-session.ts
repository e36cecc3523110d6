import { inParallel } from '../in-parallel.ts'
import type { CertificateFiles, CertificateFileEntry, FileLook } from './certificate-files.ts'
import { CheckError } from './check-failure.ts'
import type { Endpoint } from './endpoint.ts'
import type { KnownFingerprints } from './known-fingerprints.ts'
import type { LedgerEntry } from './ledger.ts'
import { lookAtEndpoint, type EndpointLook } from './look-at-endpoint.ts'
import { openTrustStore, type TrustStore } from './trust-store.ts'

/** Parts of a session, as certificate.ts puts them together. */
export interface CertificateParts {
  readonly name: string
  readonly endpoints: readonly Endpoint[]
  readonly files: readonly CertificateFileEntry[]
  readonly ledger: readonly LedgerEntry[]
  readonly caFile: string | undefined
  readonly timeoutMs: number
  readonly reader: CertificateFiles
  /** @throws NoDataError while the source is paused */
  readonly refuseWhenPaused: () => void
  readonly known: KnownFingerprints
}

/** An endpoint as it was looked at, or why it could not be. */
export interface EndpointResult {
  readonly endpoint: Endpoint
  readonly look: EndpointLook | CheckError
}

const AT_ONCE = 4
/**
 * MySQL counts a connection that does not log on against the host (max_connect_errors, 100 in a row by default) and then refuses it:
 * a day apart, and with the agent's own logons between them, they never come to that.
 */
const MYSQL_EVERY_MS = 86_400_000 - 600_000

/** What the probes of one entry read through. */
export class CertificateSession {
  readonly name: string
  readonly endpoints: readonly Endpoint[]
  readonly files: readonly CertificateFileEntry[]
  readonly ledger: readonly LedgerEntry[]
  readonly known: KnownFingerprints
  readonly #with: CertificateParts
  readonly #kept = new Map<string, { readonly atMs: number; readonly look: EndpointLook }>()

  constructor(parts: CertificateParts) {
    this.#with = parts
    this.name = parts.name
    this.endpoints = parts.endpoints
    this.files = parts.files
    this.ledger = parts.ledger
    this.known = parts.known
  }

  /** @throws ProbeError UNREADABLE where caFile can't be used */
  trust(): Promise<TrustStore> {
    return openTrustStore(this.#with.caFile)
  }

  /** Looks at all endpoints, a few at once. What one of them does costs the others nothing. */
  async lookAtEndpoints(
    trust: TrustStore,
    monotonicMs: number,
    signal: AbortSignal,
  ): Promise<readonly EndpointResult[]> {
    this.#with.refuseWhenPaused()
    const results = new Map<Endpoint, EndpointResult>()
    await inParallel(this.endpoints, AT_ONCE, async (endpoint) => {
      const look = await this.#look(endpoint, trust, monotonicMs, signal)
      results.set(endpoint, { endpoint, look })
    })
    return this.endpoints.flatMap((endpoint) => results.get(endpoint) ?? [])
  }

  /** @throws NoDataError while the source is paused */
  async lookAtFiles(signal: AbortSignal): Promise<readonly FileLook[]> {
    this.#with.refuseWhenPaused()
    return this.#with.reader.look(this.files, signal)
  }

  async #look(
    endpoint: Endpoint,
    trust: TrustStore,
    monotonicMs: number,
    signal: AbortSignal,
  ): Promise<EndpointLook | CheckError> {
    const kept = this.#kept.get(endpoint.source)
    if (kept !== undefined && monotonicMs - kept.atMs < MYSQL_EVERY_MS) return kept.look
    try {
      const { timeoutMs } = this.#with
      const look = await lookAtEndpoint(endpoint, trust.pem, { timeoutMs, signal })
      if (endpoint.starttls === 'mysql')
        this.#kept.set(endpoint.source, { atMs: monotonicMs, look })
      return look
    } catch (error) {
      if (error instanceof CheckError) return error
      throw error
    }
  }
}

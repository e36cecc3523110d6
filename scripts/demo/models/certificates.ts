import { DAY_MS } from '../faults.ts'
import { random, seedOf } from '../noise.ts'
import { part, type Part } from '../part.ts'

export interface CertificatePlan {
  /** `https://…` or `tcp://…`. */
  readonly source: string
  readonly name: string
  readonly commonName: string
  readonly lifetimeDays: number
  readonly expiresMs: number
}

export function certificateParts({
  source,
  name,
  commonName,
  lifetimeDays,
  expiresMs,
}: CertificatePlan): Part[] {
  const startMs = expiresMs - lifetimeDays * DAY_MS
  const tags = {
    source,
    type: 'leaf',
    position: '0',
    common_name: commonName,
    issuer_common_name: 'Demo Issuing CA',
    san: commonName,
    verification: 'valid',
    name,
  }
  const seed = seedOf(source)
  return [
    part('certificate.endpoint', 'x509_cert', tags, (timeMs) => ({
      expiry: (expiresMs - timeMs) / 1000,
      age: (timeMs - startMs) / 1000,
      startdate: Math.floor(startMs / 1000),
      enddate: Math.floor(expiresMs / 1000),
      verification_code: 0,
      verification_reason: 0,
      public_key_length: 2_048,
      hostname_ok: 1,
      self_signed: 0,
      chain_complete: 1,
      chain_min_days_left: 1_180,
      days_left: Math.floor((expiresMs - timeMs) / DAY_MS),
      lifetime_days: lifetimeDays,
      weak_key: 0,
      weak_signature: 0,
      fingerprint_changed: 0,
      revoked: 0,
    })),
    part('certificate.endpoint', 'certificate_check', { source, name }, (timeMs) => ({
      up: 1,
      error_code: 0,
      handshake_ms: 9 + 12 * random(seed, Math.floor(timeMs / 3_600_000)),
      certificates: 3,
    })),
  ]
}

/** A certificate that stands in the ledger alone: on a USB key, with its holder. */
export function paperCertificatePart(name: string, holder: string, expiresMs: number): Part {
  const tags = {
    source: `ledger:${name}`,
    type: 'leaf',
    position: '0',
    name,
    holder,
    kind: 'usb-key',
    common_name: name,
  }
  return part('certificate.ledger', 'x509_cert', tags, (timeMs) => ({
    enddate: Math.floor(expiresMs / 1000),
    expiry: (expiresMs - timeMs) / 1000,
    days_left: Math.floor((expiresMs - timeMs) / DAY_MS),
  }))
}

import type { JsonValue } from '@wardround/protocol'
import { VERIFICATION_REASONS, type X509_CERT } from '../../measurements/x509-cert.ts'
import type { Emit } from '../../probe.ts'
import { readFacts, toSanTag, type CertificateFacts } from './certificate-facts.ts'
import {
  judgeChain,
  type ChainQuestion,
  type ChainVerdict,
  type FoundChain,
} from './judge-chain.ts'
import type { Change, KnownFingerprints } from './known-fingerprints.ts'
import { withinBytes } from './within-bytes.ts'

/** What a probe gives a report. */
export interface ReportRun {
  readonly timeMs: number
  readonly emit: Emit<{ readonly x509_cert: typeof X509_CERT }>
  readonly emitEvent: (kind: string, key: string, body: JsonValue) => void
}

/** A place with what was found there. */
export interface FoundPlace {
  readonly source: string
  readonly name: string | undefined
  readonly chains: readonly FoundChain[]
  readonly question: Omit<ChainQuestion, 'nowMs'>
}

interface Row {
  readonly place: FoundPlace
  readonly position: string
  readonly facts: CertificateFacts
  readonly verdict: ChainVerdict | undefined
  readonly type: string
}

const DAY_SECONDS = 86_400
/** Events of one run: a whole trust store may be replaced. */
const MOST_EVENTS = 100
const MOST_NAMES_TOLD = 20

/** Emits x509_cert and the events of changed certificates. @returns the inventory of all of them, for a document */
export async function reportCertificates(
  places: readonly FoundPlace[],
  known: KnownFingerprints,
  run: ReportRun,
): Promise<JsonValue> {
  const rows = places.flatMap((place) => rowsOf(place, run.timeMs))
  const heads = rows.filter(({ verdict }) => verdict !== undefined)
  const seen = new Map(heads.map((row) => [keyOf(row), row.facts.sha256]))
  const changes = await known.note(seen, run.timeMs)
  for (const row of heads.filter((one) => changes.has(keyOf(one))).slice(0, MOST_EVENTS))
    tellChange(row, changes.get(keyOf(row)), run)
  for (const row of rows) {
    const changed =
      row.verdict === undefined ? undefined : await known.hasChanged(keyOf(row), run.timeMs)
    emitRow(row, changed, run)
  }
  return withinBytes(rows.map(describe))
}

function rowsOf(place: FoundPlace, nowMs: number): Row[] {
  const taken = new Set<string>()
  return place.chains.flatMap((chain) => {
    const verdict = judgeChain(chain, { ...place.question, nowMs })
    const head: Row = {
      place,
      position: chain.position,
      facts: verdict.facts,
      verdict,
      type: verdict.type,
    }
    const above = verdict.above.map(({ certificate, type }, at) => ({
      place,
      position: `${chain.position}/${at + 1}`,
      facts: readFacts(certificate),
      verdict: undefined,
      type,
    }))
    return [head, ...above].filter((row) => {
      const key = keyOf(row)
      return taken.has(key) ? false : taken.add(key)
    })
  })
}

function keyOf({ place, position }: Row): string {
  return `${place.source} ${position}`
}

function tellChange(
  { place, position, facts }: Row,
  change: Change | undefined,
  run: ReportRun,
): void {
  if (change === undefined) return
  run.emitEvent('certificate_changed', `${place.source} ${position} ${change.to} ${run.timeMs}`, {
    source: place.source,
    position,
    name: place.name ?? null,
    before: change.from,
    after: change.to,
    subject: facts.subject,
    issuer: facts.issuer,
    notAfter: isoOf(facts.endMs),
  })
}

function emitRow(
  { place, position, facts, verdict, type }: Row,
  changed: boolean | undefined,
  run: ReportRun,
): void {
  const { startMs, endMs, signature } = facts
  const isJudged = verdict?.reason !== undefined
  const isValid = verdict?.reason === 'valid'
  run.emit(
    'x509_cert',
    {
      source: place.source,
      type,
      position,
      issuer_common_name: textOr(facts.issuerCommonName),
      common_name: textOr(facts.commonName),
      san: textOr(toSanTag(facts.names)),
      verification: isJudged ? (isValid ? 'valid' : 'invalid') : undefined,
      name: place.name,
    },
    {
      ...dateFields(startMs, endMs, run.timeMs),
      verification_code: isJudged ? Number(!isValid) : undefined,
      verification_reason:
        verdict?.reason === undefined ? undefined : VERIFICATION_REASONS.indexOf(verdict.reason),
      public_key_length: facts.keyBits,
      hostname_ok: booleanOf(verdict?.hostnameOk),
      self_signed: Number(facts.isSelfSigned),
      chain_complete: booleanOf(verdict?.isComplete),
      chain_min_days_left: verdict?.chainMinDaysLeft,
      weak_key: booleanOf(facts.isWeakKey),
      // nobody checks the signature of a root
      weak_signature: type === 'root' ? undefined : Number(signature.isWeak),
      fingerprint_changed: booleanOf(changed),
      revoked: verdict === undefined ? undefined : booleanOf(place.question.isRevoked),
    },
  )
}

/** The fields that come of the two dates; a ledger's certificate has nothing else. */
export function dateFields(
  startMs: number | undefined,
  endMs: number | undefined,
  nowMs: number,
): Partial<
  Record<'expiry' | 'age' | 'startdate' | 'enddate' | 'days_left' | 'lifetime_days', number>
> {
  const start = startMs === undefined ? undefined : Math.floor(startMs / 1000)
  const end = endMs === undefined ? undefined : Math.floor(endMs / 1000)
  const now = Math.floor(nowMs / 1000)
  return {
    ...(start === undefined ? {} : { startdate: start, age: now - start }),
    ...(end === undefined
      ? {}
      : { enddate: end, expiry: end - now, days_left: (end - now) / DAY_SECONDS }),
    ...(start === undefined || end === undefined
      ? {}
      : { lifetime_days: (end - start) / DAY_SECONDS }),
  }
}

function describe({ place, position, facts, verdict, type }: Row): JsonValue {
  return {
    source: place.source,
    position,
    type,
    name: place.name ?? null,
    subject: facts.subject,
    issuer: facts.issuer,
    names: facts.names.slice(0, MOST_NAMES_TOLD),
    nameCount: facts.names.length,
    serial: facts.serial,
    sha256: facts.sha256,
    notBefore: isoOf(facts.startMs),
    notAfter: isoOf(facts.endMs),
    key: facts.keyType ?? null,
    keyBits: facts.keyBits ?? null,
    signature: facts.signature.name,
    verification: verdict?.reason ?? null,
  }
}

function booleanOf(value: boolean | undefined): number | undefined {
  return value === undefined ? undefined : Number(value)
}

function textOr(text: string): string | undefined {
  return text === '' ? undefined : text
}

function isoOf(ms: number | undefined): string | null {
  return ms === undefined || Math.abs(ms) > 8.64e15 ? null : new Date(ms).toISOString()
}

import { createHash, sign, verify, type KeyObject } from 'node:crypto'
import { asRecord } from '../as-record.ts'

/** What a person says of a backup, or what a comparison that a person started has found. */
export type BackupStatement =
  | {
      readonly kind: 'attested'
      readonly job: string
      /** Serial number or label of the medium. */
      readonly medium: string
      readonly operator: string
      /** When the copy was taken. */
      readonly takenMs: number
      readonly note?: string
    }
  | {
      readonly kind: 'restored'
      readonly job: string
      readonly operator: string
      readonly startedMs: number
      readonly endedMs: number
      readonly result: 'ok' | 'failed'
      readonly note?: string
    }
  | {
      readonly kind: 'compared'
      readonly job: string
      readonly comparedMs: number
      readonly tables: number
      readonly rows: number
      /** By which the tables differ, at least. */
      readonly rowsDiffer: number
      readonly tablesDiffer: number
      /** Tables that could not be looked at. */
      readonly tablesSkipped: number
      /** The first hundred. */
      readonly differing: readonly {
        readonly name: string
        readonly verdict: string
        readonly productionRows?: number
        readonly restoredRows?: number
      }[]
      readonly skipped: readonly string[]
    }

/** One line of the file: a statement, who entered it when, and its place in the chain. */
export interface BackupRecord {
  /** From 1. */
  readonly number: number
  /** SHA-256 of the line before, hex; empty for the first. */
  readonly previous: string
  readonly enteredMs: number
  /** The account of the operating system. */
  readonly enteredBy: string
  readonly said: BackupStatement
}

/** A line that was found sound, with its own digest. */
export interface SoundRecord {
  readonly record: BackupRecord
  readonly digest: string
}

export function formatRecord(record: BackupRecord, key: KeyObject): string {
  const signature = sign(null, Buffer.from(JSON.stringify(record)), key).toString('base64')
  return JSON.stringify({ ...record, signature })
}

/** A line that is what the agent's key has signed; undefined for anything else. */
export function parseRecord(line: string, publicKey: KeyObject): SoundRecord | undefined {
  try {
    const { signature, ...rest } = asRecord(JSON.parse(line))
    const isSigned = verify(
      null,
      Buffer.from(JSON.stringify(rest)),
      publicKey,
      Buffer.from(String(signature), 'base64'),
    )
    if (!isSigned) return undefined
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- signed by our own key: it is what formatRecord() was given
    return { record: rest as unknown as BackupRecord, digest: digestOf(line) }
  } catch {
    return undefined // not JSON
  }
}

export function digestOf(line: string): string {
  return createHash('sha256').update(line).digest('hex')
}

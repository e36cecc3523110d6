import type { DamageLedger } from './damage-ledger.ts'
import type { FileLayer } from './file-layer.ts'
import { scan, scanSync } from './file-reading.ts'
import type { JournalRecord } from './journal-record.ts'
import type { Quarantine } from './quarantine.ts'
import { SEGMENT_HEADER_BYTES } from './segment-header.ts'
import { openIfThere } from './segment-listing.ts'
import { errnoCode } from './errors.ts'
import { SegmentScanner } from './segment-scanner.ts'
import type { ScanItem } from './segment-scanner.ts'

/** One segment as far as it is to be read. */
export interface SegmentExtent {
  readonly segment: number
  readonly path: string
  /** Number of its first record, modulo 2^32; undefined when not known. */
  readonly firstNumber: number | undefined
  readonly end: number
  /** Number of the next segment's first record, where there is one. */
  readonly stopNumber: number | undefined
}

/** Where the owner of a journal accounts for what it can't read. */
export interface DamageAccount {
  readonly ledger: DamageLedger
  readonly quarantine: Quarantine
}

export function scannerOf(extent: SegmentExtent): SegmentScanner {
  return new SegmentScanner({
    segment: extent.segment,
    from: SEGMENT_HEADER_BYTES,
    end: extent.end,
    expected: extent.firstNumber,
    stopNumber: extent.stopNumber,
  })
}

export function toRecord(
  segment: number,
  item: Extract<ScanItem, { kind: 'record' }>,
): JournalRecord {
  return {
    payload: item.payload,
    start: { segment, offset: item.start },
    end: { segment, offset: item.end },
  }
}

/** The records of one segment from its start; none when its file is gone. Damage goes to the account. */
export async function* readSegment(
  files: FileLayer,
  extent: SegmentExtent,
  account: DamageAccount,
): AsyncGenerator<JournalRecord, void> {
  const file = await openForReading(files, extent.path)
  if (file === undefined) return
  try {
    for await (const item of scan(files, file, scannerOf(extent))) {
      if (item.kind === 'record') yield toRecord(extent.segment, item)
      else noteDamage(extent.segment, file, item, account)
    }
  } finally {
    await files.close(file)
  }
}

/** As readSegment, at once. */
export function* readSegmentSync(
  files: FileLayer,
  extent: SegmentExtent,
  account: DamageAccount | undefined,
): Generator<JournalRecord, void> {
  const file = openIfThere(files, extent.path)
  if (file === undefined) return
  try {
    for (const item of scanSync(files, file, scannerOf(extent))) {
      if (item.kind === 'record') yield toRecord(extent.segment, item)
      else if (account !== undefined) noteDamage(extent.segment, file, item, account)
    }
  } finally {
    files.closeSync(file)
  }
}

async function openForReading(files: FileLayer, path: string): Promise<number | undefined> {
  try {
    return await files.open(path, 'read')
  } catch (error) {
    if (errnoCode(error) === 'ENOENT') return undefined
    throw error
  }
}

function noteDamage(
  segment: number,
  file: number,
  item: Exclude<ScanItem, { kind: 'record' }>,
  { ledger, quarantine }: DamageAccount,
): void {
  // A tail in which nothing was lost is what a failed write left over.
  if (item.kind === 'tail' && item.records === 0) return
  const bytes = item.kind === 'void' ? 0 : item.end - item.start
  ledger.note(segment, item.start, bytes, item.records)
  if (bytes > 0) quarantine.keep(segment, file, item.start, item.end)
}

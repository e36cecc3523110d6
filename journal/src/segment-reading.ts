import type { DamageLedger } from './damage-ledger.ts'
import { errnoCode, toJournalError } from './errors.ts'
import type { FileLayer } from './file-layer.ts'
import { closeFile, closeFileSync, readRange, scanSync } from './file-io.ts'
import type { JournalRecord } from './journal-record.ts'
import type { Position } from './position.ts'
import type { Quarantine } from './quarantine.ts'
import { SEGMENT_HEADER_BYTES } from './segment-header.ts'
import { openIfThere } from './segment-listing.ts'
import { SegmentScanner } from './segment-scanner.ts'
import type { ScanItem } from './segment-scanner.ts'

/** Whether unreadable bytes tell of a loss: a tail without known records is what a write left that never became durable. */
export function isLoss(item: Extract<ScanItem, { kind: 'damage' | 'tail' }>): boolean {
  return item.kind === 'damage' || item.records > 0
}

/** One segment as far as it is to be read. */
export interface SegmentExtent {
  readonly segment: number
  readonly path: string
  /** Number of its first record, modulo 2^32. */
  readonly firstNumber: number
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

/**
 * The records of some segments in order, those before `from` left out; segments that are gone are passed over. Damage goes to the account.
 * One generator, not one in another: each costs a turn of the microtask queue per record.
 * @throws JournalError
 */
export async function* readSegments(
  files: FileLayer,
  extents: Iterable<SegmentExtent>,
  from: Position,
  account: DamageAccount,
): AsyncGenerator<JournalRecord, void> {
  for (const extent of extents) {
    const file = await openForReading(files, extent.path)
    if (file === undefined) continue
    try {
      const scanner = scannerOf(extent)
      for (let item = scanner.next(); item !== undefined; item = scanner.next()) {
        if (item === 'more') await supply(files, file, scanner, extent.path)
        else if (item.kind !== 'record') noteDamage(extent.segment, file, item, account)
        else if (extent.segment > from.segment || item.start >= from.offset)
          yield toRecord(extent.segment, item)
      }
    } finally {
      await closeFile(files, file)
    }
  }
}

async function supply(
  files: FileLayer,
  file: number,
  scanner: SegmentScanner,
  path: string,
): Promise<void> {
  const { offset, bytes } = scanner.wanted
  try {
    scanner.supply(await readRange(files, file, offset, bytes))
  } catch (error) {
    throw toJournalError(error, 'read', path)
  }
}

/** The records of one segment from its start, at once; none when it is gone. */
export function* readSegmentSync(
  files: FileLayer,
  extent: SegmentExtent,
): Generator<JournalRecord, void> {
  const file = openIfThere(files, extent.path)
  if (file === undefined) return
  try {
    for (const item of scanSync(files, file, scannerOf(extent))) {
      if (item.kind === 'record') yield toRecord(extent.segment, item)
    }
  } finally {
    closeFileSync(files, file)
  }
}

async function openForReading(files: FileLayer, path: string): Promise<number | undefined> {
  try {
    return await files.open(path, 'read')
  } catch (error) {
    if (errnoCode(error) === 'ENOENT') return undefined
    throw toJournalError(error, 'read', path)
  }
}

function noteDamage(
  segment: number,
  file: number,
  item: Exclude<ScanItem, { kind: 'record' }>,
  { ledger, quarantine }: DamageAccount,
): void {
  if (item.kind === 'void' || !isLoss(item)) return
  ledger.note(segment, item.start, item.end - item.start, item.records)
  quarantine.keep(segment, file, item.start, item.end)
}

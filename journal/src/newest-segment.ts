import { errnoCode } from './errors.ts'
import { closeFileSync, scanSync } from './file-io.ts'
import type { RecoveryContext } from './recovery-context.ts'
import { SEGMENT_HEADER_BYTES } from './segment-header.ts'
import type { InspectedSegment } from './segment-inspection.ts'
import { isLoss } from './segment-reading.ts'
import { SegmentScanner } from './segment-scanner.ts'

interface RecoveredSegment {
  /** Where its last record ends; undefined when it has none. */
  readonly bytes: number | undefined
  /** Number of the record that comes after it, modulo 2^32. */
  readonly nextNumber: number
}

/**
 * Reads the newest segment to its last record, cuts what follows and syncs the file: a program that was killed leaves records in the page cache that were
 * never synced. They may be read again and so must be durable before anyone is told of them.
 */
export function recoverNewestSegment(
  context: RecoveryContext,
  newest: InspectedSegment,
): RecoveredSegment {
  const { files } = context
  const file = files.openSync(newest.path, 'read')
  try {
    const scanner = new SegmentScanner({
      segment: newest.header?.segment ?? newest.segment,
      from: SEGMENT_HEADER_BYTES,
      end: newest.bytes,
      expected: newest.firstNumber,
    })
    const readableEnd = noteDamage(context, newest, file, scanner)
    const nextNumber = scanner.expected
    if (readableEnd === undefined) return { bytes: undefined, nextNumber }
    if (readableEnd < newest.bytes) cutTail(context, newest.path, readableEnd)
    syncSegment(context, file)
    return { bytes: readableEnd, nextNumber }
  } finally {
    closeFileSync(files, file)
  }
}

/** Scans the file and returns where its last record ends. */
function noteDamage(
  { files, ledger, quarantine }: RecoveryContext,
  { segment }: InspectedSegment,
  file: number,
  scanner: SegmentScanner,
): number | undefined {
  let readableEnd: number | undefined
  for (const item of scanSync(files, file, scanner)) {
    if (item.kind === 'record' || item.kind === 'void') {
      readableEnd = item.end
    } else if (isLoss(item)) {
      ledger.note(segment, item.start, item.end - item.start, item.records)
      quarantine.keep(segment, file, item.start, item.end)
    }
  }
  return readableEnd
}

function cutTail({ files }: RecoveryContext, path: string, bytes: number): void {
  try {
    const file = files.openSync(path, 'write')
    try {
      files.truncateSync(file, bytes)
    } finally {
      closeFileSync(files, file)
    }
    files.reached?.('recovery.cut')
  } catch (error) {
    // A tail that can't be cut is not read either: the segment's readable part ends before it.
    if (errnoCode(error) === undefined) throw error
  }
}

function syncSegment({ files, directory }: RecoveryContext, file: number): void {
  try {
    files.syncSync(file)
    files.syncDirectorySync(directory)
  } catch (error) {
    // What can't be synced can still be read; the disk's state shows at the next append.
    if (errnoCode(error) === undefined) throw error
  }
}

import { join } from 'node:path'
import { DamageLedger } from './damage-ledger.ts'
import { toJournalError } from './errors.ts'
import { systemFiles } from './file-layer.ts'
import type { FileLayer } from './file-layer.ts'
import { closeFileSync, scanSync, writeAllSync } from './file-io.ts'
import { FRAME_HEADER_BYTES, formatVoidHeader } from './frame.ts'
import { Quarantine } from './quarantine.ts'
import { recoverSegments } from './recovery.ts'
import type { RecoveredSegment } from './recovery.ts'
import type { RecoveryContext } from './recovery-context.ts'
import { formatSegmentFileName } from './segment-file-name.ts'
import { formatSegmentHeader } from './segment-header.ts'
import { readSegmentHeader } from './segment-listing.ts'
import { isLoss, scannerOf } from './segment-reading.ts'
import type { ScanItem } from './segment-scanner.ts'
import { verifyJournal } from './verify.ts'
import type { JournalReport } from './verify.ts'

export interface RepairReport {
  readonly before: JournalReport
  readonly after: JournalReport
}

/**
 * Does all that opening a journal does, and for every segment what opening leaves to reading: copies damaged bytes to `quarantine/` (as far as it has room), puts a void
 * frame over them that says how many records were lost there, restores damaged headers and cuts off what failed writes left. No readable record
 * is moved, so positions stay right. Only while no journal is open on the directory. Running it again changes nothing.
 * @throws JournalError when the file system refuses
 */
export async function repairJournal(
  directory: string,
  options: { readonly files?: FileLayer } = {},
): Promise<RepairReport> {
  const files = options.files ?? systemFiles
  const before = await verifyJournal(directory, { files })
  const quarantine = new Quarantine(files, directory)
  const context = { files, directory, quarantine, ledger: new DamageLedger() }
  try {
    const { segments } = recoverSegments(context)
    for (const [at, segment] of segments.entries())
      repairSegment(context, segment, segments[at + 1]?.firstNumber)
  } catch (error) {
    throw toJournalError(error, 'repair', directory)
  }
  return { before, after: await verifyJournal(directory, { files }) }
}

function repairSegment(
  context: RecoveryContext,
  entry: RecoveredSegment,
  stopNumber: number | undefined,
): void {
  const { files, directory, quarantine } = context
  const path = join(directory, formatSegmentFileName(entry))
  const file = files.openSync(path, 'write')
  try {
    const extent = { ...entry, path, end: entry.bytes, stopNumber }
    const scanner = scannerOf(extent)
    let expected = entry.firstNumber
    let hasChanged = restoreHeader(files, file, entry)
    for (const item of scanSync(files, file, scanner)) {
      if (item.kind === 'record' || item.kind === 'void') {
        expected = scanner.expected
        continue
      }
      quarantine.keep(entry.segment, file, item.start, item.end)
      if (isLoss(item)) putVoid(files, file, { segment: entry.segment, number: expected }, item)
      else files.truncateSync(file, item.start)
      hasChanged = true
    }
    if (hasChanged) files.syncSync(file)
  } finally {
    closeFileSync(files, file)
  }
}

/** Writes a damaged header anew; true when it was damaged. */
function restoreHeader(files: FileLayer, file: number, entry: RecoveredSegment): boolean {
  if (readSegmentHeader(files, file).kind === 'known') return false
  const { segment, firstNumber, journalTimeMs = Date.now() } = entry
  const header = { segment, firstNumber, journalTimeMs, createdAtMs: journalTimeMs }
  writeAllSync(files, file, formatSegmentHeader(header), 0)
  return true
}

function putVoid(
  files: FileLayer,
  file: number,
  record: { readonly segment: number; readonly number: number },
  { start, end, records }: Extract<ScanItem, { kind: 'damage' | 'tail' }>,
): void {
  const bytes = Math.max(FRAME_HEADER_BYTES, end - start)
  const header = formatVoidHeader({ ...record, offset: start }, bytes, records)
  writeAllSync(files, file, header, start)
  // Where a segment lost its end, the void frame stands for more than is there.
  if (start + bytes > end) files.truncateSync(file, start + bytes)
}

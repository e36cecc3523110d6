import { isShortage } from './errors.ts'
import { closeFileSync } from './file-io.ts'
import { numberDistance } from './frame.ts'
import { recoverNewestSegment } from './newest-segment.ts'
import type { RecoveryContext } from './recovery-context.ts'
import type { SegmentEntry } from './segment-catalogue.ts'
import type { SegmentHeader } from './segment-header.ts'
import { inspectSegment, setAside } from './segment-inspection.ts'
import type { InspectedSegment } from './segment-inspection.ts'
import { listSegmentFiles, openIfThere } from './segment-listing.ts'
import type { SegmentFile } from './segment-listing.ts'
import { restoreSegmentNames } from './segment-names.ts'

/** A readable segment; one whose header is damaged is taken to be as old as the one after it, if there is one. */
export type RecoveredSegment = Omit<SegmentEntry, 'journalTimeMs'> & {
  readonly journalTimeMs: number | undefined
}

export interface Recovery {
  /** Readable segments by rising number. */
  readonly segments: readonly RecoveredSegment[]
  /** Above every number that this directory has used, as far as it shows. */
  readonly nextSegment: number
  /** Number of the next record, modulo 2^32. */
  readonly nextNumber: number
  /** Newest header found, for the journal's clock. */
  readonly newest: SegmentHeader | undefined
}

/**
 * Finds what can be read in a directory, whatever state it is in. It reads 64 bytes of each segment, all of the newest one and as much of a segment with
 * a damaged header as it takes to find a record. Files that lost their right name get it back, segments of an unknown version and files
 * without any record go to quarantine, the newest segment's torn tail is cut and what is left of it synced, so that what is read is on the disk.
 * A file system that can't be written hinders none of this: it then only decides what is read.
 * @throws the file layer's error when the directory or a file can't be listed or opened at all.
 */
export function recoverSegments(context: RecoveryContext): Recovery {
  const listed = listSegmentFiles(context.files, context.directory)
  const readable: InspectedSegment[] = []
  for (const file of listed) {
    const found = inspectFile(context, file)
    if (found?.state === 'readable') readable.push(found)
    else if (found !== undefined) setAside(context, found)
  }
  const segments = restoreSegmentNames(context, readable)
  const highest = Math.max(
    listed.at(-1)?.segment ?? 0,
    segments.at(-1)?.segment ?? 0,
    context.quarantine.highestSegment,
  )
  const nextNumber = recoverNewest(context, segments)
  return {
    segments: toEntries(segments),
    nextSegment: highest + 1,
    nextNumber,
    newest: segments.findLast(({ header }) => header !== undefined)?.header,
  }
}

function inspectFile({ files }: RecoveryContext, found: SegmentFile): InspectedSegment | undefined {
  try {
    const file = openIfThere(files, found.path)
    if (file === undefined) return undefined
    try {
      return inspectSegment(files, found, file)
    } finally {
      closeFileSync(files, file)
    }
  } catch (error) {
    // A file that can't be read costs its own records only; too many open files is no property of this one.
    if (isShortage(error)) throw error
    return undefined
  }
}

function toEntries(segments: readonly InspectedSegment[]): RecoveredSegment[] {
  const entries: RecoveredSegment[] = []
  let journalTimeMs: number | undefined
  for (const { segment, firstNumber, bytes, header } of segments.toReversed()) {
    journalTimeMs = header?.journalTimeMs ?? journalTimeMs
    entries.push({ segment, firstNumber, bytes, journalTimeMs })
  }
  return entries.reverse()
}

/** Recovers the newest segment that has a record, takes newer ones without any out of the list, and returns the number of the next record. */
function recoverNewest(context: RecoveryContext, segments: InspectedSegment[]): number {
  let nextNumber: number | undefined
  for (let newest = segments.at(-1); newest !== undefined; newest = segments.at(-1)) {
    const recovered = recoverNewestSegment(context, newest)
    if (nextNumber === undefined || numberDistance(recovered.nextNumber, nextNumber) > 0)
      nextNumber = recovered.nextNumber
    if (recovered.bytes !== undefined) {
      segments[segments.length - 1] = { ...newest, bytes: recovered.bytes }
      break
    }
    segments.pop()
    setAside(context, newest)
  }
  return nextNumber ?? 0
}

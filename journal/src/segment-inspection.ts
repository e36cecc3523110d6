import { errnoCode } from './errors.ts'
import type { FileLayer } from './file-layer.ts'
import { closeFileSync, scanSync } from './file-io.ts'
import type { RecoveryContext } from './recovery-context.ts'
import { readSegmentHeader } from './segment-listing.ts'
import type { SegmentFile } from './segment-listing.ts'
import { SEGMENT_HEADER_BYTES } from './segment-header.ts'
import type { SegmentHeader } from './segment-header.ts'
import { SegmentScanner } from './segment-scanner.ts'

/** What a look at a segment file's head tells. */
export interface InspectedSegment extends SegmentFile {
  /**
   * - `readable`: its header is intact, or a record was found behind a damaged one
   * - `foreign`: an intact header of another format version
   * - `unborn`: shorter than a header: what a crash leaves of a segment that was being started
   * - `garbage`: no intact header and no record
   */
  readonly state: 'readable' | 'foreign' | 'unborn' | 'garbage'
  /** Size of the file. */
  readonly bytes: number
  readonly version: number
  /** Where it is intact, its numbers hold, and not those of the file's name. */
  readonly header: SegmentHeader | undefined
}

/** Looks at an open segment file: 64 bytes of it when its header is intact, else as far as the first record. */
export function inspectSegment(
  files: FileLayer,
  named: SegmentFile,
  file: number,
): InspectedSegment {
  const bytes = files.sizeSync(file)
  const found = { ...named, bytes, version: 0, header: undefined }
  const parsed = readSegmentHeader(files, file)
  if (parsed.kind === 'known') {
    const { header } = parsed
    return { ...found, state: 'readable', header, firstNumber: header.firstNumber }
  }
  if (parsed.kind === 'foreign') return { ...found, state: 'foreign', version: parsed.version }
  if (bytes < SEGMENT_HEADER_BYTES) return { ...found, state: 'unborn' }
  return { ...found, state: hasRecord(files, named, file, bytes) ? 'readable' : 'garbage' }
}

/** Whether there is a record in a segment whose header is damaged: then what its file's name says can be believed. */
function hasRecord(
  files: FileLayer,
  { segment, firstNumber }: SegmentFile,
  file: number,
  end: number,
): boolean {
  const scanner = new SegmentScanner({
    segment,
    from: SEGMENT_HEADER_BYTES,
    end,
    expected: firstNumber,
  })
  for (const item of scanSync(files, file, scanner)) if (item.kind === 'record') return true
  return false
}

/** Takes a file without readable records out of the journal's way; its bytes are kept as far as quarantine has room. */
export function setAside(context: RecoveryContext, found: InspectedSegment): void {
  const { files, quarantine, ledger } = context
  if (found.state === 'foreign') {
    quarantine.keepForeign(found.segment, found.version, found.path)
    return
  }
  try {
    // An unborn segment, or one with a header and no more, is what a crash leaves between two steps: nothing was damaged.
    if (found.state === 'garbage') {
      ledger.note(found.segment, 0, found.bytes, 0)
      const file = files.openSync(found.path, 'read')
      quarantine.keep(found.segment, file, 0, found.bytes)
      closeFileSync(files, file)
    }
    files.unlinkSync(found.path)
  } catch (error) {
    // It can't be removed now: it is not read, and the next start tries again.
    if (errnoCode(error) === undefined) throw error
  }
}

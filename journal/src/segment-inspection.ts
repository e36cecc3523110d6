import { errnoCode } from './errors.ts'
import type { FileLayer } from './file-layer.ts'
import { closeFileSync, scanSync } from './file-io.ts'
import type { RecoveryContext } from './recovery-context.ts'
import { readSegmentHeader } from './segment-listing.ts'
import { SEGMENT_HEADER_BYTES } from './segment-header.ts'
import type { SegmentHeader } from './segment-header.ts'
import { SegmentScanner } from './segment-scanner.ts'

/** What a look at a segment file's head tells. */
export interface InspectedSegment {
  /**
   * - `readable`: its header is intact, or a record was found behind a damaged one
   * - `foreign`: an intact header of another format version
   * - `unborn`: shorter than a header: what a crash leaves of a segment that was being started
   * - `garbage`: no intact header and no record
   */
  readonly state: 'readable' | 'foreign' | 'unborn' | 'garbage'
  /** By the file's name; frames are bound to the header's number where there is one. */
  readonly segment: number
  readonly path: string
  /** Size of the file. */
  readonly bytes: number
  readonly version: number
  readonly header: SegmentHeader | undefined
  /** Number of the first record, modulo 2^32. */
  readonly firstNumber: number
}

/** Looks at an open segment file: 64 bytes of it when its header is intact, else as far as the first record. */
export function inspectSegment(
  files: FileLayer,
  segment: number,
  path: string,
  file: number,
): InspectedSegment {
  const bytes = files.sizeSync(file)
  const found = { segment, path, bytes, version: 0, header: undefined, firstNumber: 0 }
  const parsed = readSegmentHeader(files, file)
  if (parsed.kind === 'known') {
    const { header } = parsed
    return { ...found, state: 'readable', header, firstNumber: header.firstNumber }
  }
  if (parsed.kind === 'foreign') return { ...found, state: 'foreign', version: parsed.version }
  if (bytes < SEGMENT_HEADER_BYTES) return { ...found, state: 'unborn' }
  const firstNumber = findFirstNumber(files, file, segment, bytes)
  if (firstNumber === undefined) return { ...found, state: 'garbage' }
  return { ...found, state: 'readable', firstNumber }
}

/** Number of the first record that can be placed in a segment whose header is damaged. */
function findFirstNumber(
  files: FileLayer,
  file: number,
  segment: number,
  end: number,
): number | undefined {
  const scanner = new SegmentScanner({
    segment,
    from: SEGMENT_HEADER_BYTES,
    end,
    expected: undefined,
  })
  for (const item of scanSync(files, file, scanner)) {
    if (item.kind === 'record') break
  }
  return scanner.first
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

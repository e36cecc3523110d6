import { basename, join } from 'node:path'
import { errnoCode, toJournalError } from './errors.ts'
import { systemFiles } from './file-layer.ts'
import type { FileLayer } from './file-layer.ts'
import { closeFile, closeFileSync, scan } from './file-io.ts'
import { formatSegmentFileName } from './segment-file-name.ts'
import { FORMAT_VERSION } from './segment-header.ts'
import { inspectSegment } from './segment-inspection.ts'
import type { InspectedSegment } from './segment-inspection.ts'
import { listSegmentFiles } from './segment-listing.ts'
import type { SegmentFile } from './segment-listing.ts'
import { isLoss, scannerOf } from './segment-reading.ts'

/** Bytes that hold no readable record, and the records that are known to be lost in them. Offsets are bytes into the file. */
export interface DamagedRange {
  readonly start: number
  readonly end: number
  readonly records: number
}

/**
 * - `ok`: every record that was written can be read
 * - `damaged`: some can't; see `damaged` and `isHeaderDamaged`
 * - `misnamed`: its header names another segment than its file's name
 * - `foreign`: of another format version
 * - `unborn`: shorter than a header, left by a crash while it was being started
 * - `garbage`: nothing readable in it
 * - `unreadable`: the system refuses to read it
 */
export type SegmentState =
  | 'ok'
  | 'damaged'
  | 'misnamed'
  | 'foreign'
  | 'unborn'
  | 'garbage'
  | 'unreadable'

export interface SegmentReport {
  readonly segment: number
  readonly file: string
  readonly state: SegmentState
  readonly bytes: number
  /** Format version, where it can be told. */
  readonly version: number | undefined
  /** Wall clock when it was started, epoch ms. */
  readonly createdAtMs: number | undefined
  readonly records: number
  readonly isHeaderDamaged: boolean
  readonly damaged: readonly DamagedRange[]
  /** Records that an earlier repair accounted for as lost. */
  readonly repairedRecords: number
  /** Bytes after the last record that a write left which never became durable: no loss. */
  readonly tornBytes: number
}

export interface JournalReport {
  readonly directory: string
  readonly isOk: boolean
  readonly segments: readonly SegmentReport[]
  readonly records: number
  readonly lostRecords: number
  readonly damagedBytes: number
  /** Entries of the directory that are no segments; they are never touched. */
  readonly strayFiles: number
  readonly quarantinedFiles: number
}

/**
 * Reads a whole journal and tells its state; changes nothing. Beside a journal that is being written, what is just being appended shows as `tornBytes`.
 * @throws JournalError when the directory can't be listed
 */
export async function verifyJournal(
  directory: string,
  options: { readonly files?: FileLayer } = {},
): Promise<JournalReport> {
  const files = options.files ?? systemFiles
  const names = listNames(files, directory)
  const segments: SegmentReport[] = []
  const inspected = listSegmentFiles(files, directory).map((file) => inspect(files, file))
  for (const [at, found] of inspected.entries()) {
    const next = inspected.slice(at + 1).find(({ state }) => state === 'readable')
    segments.push(await reportSegment(files, found, next))
  }
  const damaged = segments.flatMap((segment) => segment.damaged)
  return {
    directory,
    isOk: segments.every(({ state }) => state === 'ok'),
    segments,
    records: sum(segments.map(({ records }) => records)),
    lostRecords: sum(damaged.map(({ records }) => records)),
    damagedBytes: sum(damaged.map(({ start, end }) => end - start)),
    strayFiles: names.filter((name) => name !== 'quarantine').length - segments.length,
    quarantinedFiles: listNames(files, join(directory, 'quarantine')).length,
  }
}

type Found = Omit<InspectedSegment, 'state'> & {
  readonly state: InspectedSegment['state'] | 'unreadable'
}

function inspect(files: FileLayer, found: SegmentFile): Found {
  try {
    const file = files.openSync(found.path, 'read')
    try {
      return inspectSegment(files, found, file)
    } finally {
      closeFileSync(files, file)
    }
  } catch (error) {
    if (errnoCode(error) === undefined) throw error
    return { ...found, bytes: 0, version: 0, header: undefined, state: 'unreadable' }
  }
}

async function reportSegment(
  files: FileLayer,
  found: Found,
  next: Found | undefined,
): Promise<SegmentReport> {
  const isGarbage = found.state === 'garbage'
  const nothing: SegmentReport = {
    segment: found.segment,
    file: basename(found.path),
    state: 'ok',
    bytes: found.bytes,
    version: found.state === 'foreign' ? found.version : undefined,
    createdAtMs: undefined,
    records: 0,
    isHeaderDamaged: isGarbage,
    damaged: isGarbage ? [{ start: 0, end: found.bytes, records: 0 }] : [],
    repairedRecords: 0,
    tornBytes: 0,
  }
  if (found.state !== 'readable') return { ...nothing, state: found.state }
  const read = { ...nothing, ...(await readWhole(files, found, next)) }
  return { ...read, state: stateOf(read, found) }
}

function stateOf(read: SegmentReport, { header }: Found): SegmentState {
  if (header !== undefined && formatSegmentFileName(header) !== read.file) return 'misnamed'
  return read.isHeaderDamaged || read.damaged.length > 0 ? 'damaged' : 'ok'
}

async function readWhole(
  files: FileLayer,
  { segment, path, bytes, header, firstNumber }: Found,
  next: Found | undefined,
): Promise<Partial<SegmentReport>> {
  const found = { records: 0, repairedRecords: 0, tornBytes: 0 }
  const damaged: DamagedRange[] = []
  const file = await files.open(path, 'read')
  try {
    const scanner = scannerOf({
      segment: header?.segment ?? segment,
      path,
      firstNumber,
      end: bytes,
      stopNumber: next?.firstNumber,
    })
    for await (const item of scan(files, file, scanner)) {
      const { start, end } = item
      if (item.kind === 'record') found.records++
      else if (item.kind === 'void') found.repairedRecords += item.records
      else if (isLoss(item)) damaged.push({ start, end, records: item.records })
      else found.tornBytes += end - start
    }
  } finally {
    await closeFile(files, file)
  }
  const isHeaderDamaged = header === undefined
  return {
    ...found,
    damaged,
    isHeaderDamaged,
    version: FORMAT_VERSION,
    createdAtMs: header?.createdAtMs,
  }
}

function listNames(files: FileLayer, directory: string): string[] {
  try {
    return files.listSync(directory)
  } catch (error) {
    if (errnoCode(error) === 'ENOENT') return []
    throw toJournalError(error, 'list', directory)
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

import { join } from 'node:path'
import { errnoCode } from './errors.ts'
import type { FileLayer } from './file-layer.ts'
import { readRangeSync } from './file-io.ts'
import { parseSegmentFileName, parseSegmentHeader, SEGMENT_HEADER_BYTES } from './segment-header.ts'
import type { ParsedSegmentHeader } from './segment-header.ts'

export interface SegmentFile {
  /** By its name. */
  readonly segment: number
  readonly path: string
}

/** The segment files of a directory by rising number; other files are ignored. A directory that doesn't exist has none. */
export function listSegmentFiles(files: FileLayer, directory: string): SegmentFile[] {
  const found: SegmentFile[] = []
  for (const name of listIfThere(files, directory)) {
    const segment = parseSegmentFileName(name)
    if (segment !== undefined) found.push({ segment, path: join(directory, name) })
  }
  return found.sort((a, b) => a.segment - b.segment)
}

function listIfThere(files: FileLayer, directory: string): string[] {
  try {
    return files.listSync(directory)
  } catch (error) {
    if (errnoCode(error) === 'ENOENT') return []
    throw error
  }
}

/** Opens a file for reading; undefined when it is gone. */
export function openIfThere(files: FileLayer, path: string): number | undefined {
  try {
    return files.openSync(path, 'read')
  } catch (error) {
    if (errnoCode(error) === 'ENOENT') return undefined
    throw error
  }
}

export function readSegmentHeader(files: FileLayer, file: number): ParsedSegmentHeader {
  return parseSegmentHeader(readRangeSync(files, file, 0, SEGMENT_HEADER_BYTES))
}

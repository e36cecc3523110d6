import { join } from 'node:path'
import { errnoCode } from './errors.ts'
import type { FileLayer } from './file-layer.ts'
import { readRangeSync } from './file-io.ts'
import { parseSegmentFileName } from './segment-file-name.ts'
import type { SegmentName } from './segment-file-name.ts'
import { parseSegmentHeader, SEGMENT_HEADER_BYTES } from './segment-header.ts'
import type { ParsedSegmentHeader } from './segment-header.ts'

/** A segment file by what its name says. */
export interface SegmentFile extends SegmentName {
  readonly path: string
}

/** The segment files of a directory by rising number; other files are ignored. A directory that doesn't exist has none. */
export function listSegmentFiles(files: FileLayer, directory: string): SegmentFile[] {
  const found: SegmentFile[] = []
  for (const name of listIfThere(files, directory)) {
    const parsed = parseSegmentFileName(name)
    if (parsed !== undefined) found.push({ ...parsed, path: join(directory, name) })
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

import { join } from 'node:path'
import { errnoCode } from './errors.ts'
import type { FileLayer } from './file-layer.ts'
import { closeFileSync, readRangeSync, writeAllSync } from './file-io.ts'

/** All damaged bytes that are kept. */
export const QUARANTINE_BYTES = 8 * 1024 * 1024
/** What a file takes at least: bounds their number too. */
const BLOCK_BYTES = 4096
const COPY_BYTES = 64 * 1024

/**
 * The directory `quarantine/` beside the segments, for a person to look into: damaged bytes as `<segment>-<offset>.damaged`, at most 8 MB in all
 * (what comes later is counted, not kept), and whole segments of an unknown format version as `<segment>.v<version>.seg`, which are moved
 * here and never deleted. Nothing here may stop the journal: what can't be kept is given up.
 */
export class Quarantine {
  readonly #files: FileLayer
  readonly #directory: string
  #names: Set<string> | undefined
  #damagedBytes = 0
  #foreignBytes = 0

  constructor(files: FileLayer, journalDirectory: string) {
    this.#files = files
    this.#directory = join(journalDirectory, 'quarantine')
  }

  /** Bytes in the directory, foreign segments included. */
  get bytes(): number {
    this.#load()
    return this.#damagedBytes + this.#foreignBytes
  }

  /** Highest number of a segment that is kept here: the journal's next must be above it, so that it can be put back. */
  get highestSegment(): number {
    let highest = 0
    for (const name of this.#load()) {
      if (name.endsWith('.seg')) highest = Math.max(highest, Number.parseInt(name.slice(0, 16), 16))
    }
    return Number.isSafeInteger(highest) ? highest : 0
  }

  /** Copies `[start, end)` of an open segment file, once per place, as far as there is room. */
  keep(segment: number, file: number, start: number, end: number): void {
    const name = `${hexNumber(segment)}-${hexNumber(start)}.damaged`
    const room = QUARANTINE_BYTES - this.#damagedBytes
    if (end <= start || room < BLOCK_BYTES || this.#load().has(name)) return
    try {
      this.#files.makeDirectorySync(this.#directory)
      this.#copy(name, file, start, Math.min(end, start + room))
      this.#files.reached?.('quarantine.copied')
    } catch (error) {
      // A full or read-only disk: the damage is counted in any case, only its bytes are not kept.
      if (errnoCode(error) === undefined) throw error
    }
  }

  /** Moves a segment of an unknown format version here; false when the file system refuses. */
  keepForeign(segment: number, version: number, path: string): boolean {
    try {
      const bytes = this.#sizeOf(path)
      this.#files.makeDirectorySync(this.#directory)
      const name = this.#freeName(`${hexNumber(segment)}.v${version}`)
      this.#files.renameSync(path, join(this.#directory, name))
      this.#files.syncDirectorySync(this.#directory)
      this.#load().add(name)
      this.#foreignBytes += bytes
      return true
    } catch (error) {
      if (errnoCode(error) === undefined) throw error
      return false
    }
  }

  #copy(name: string, file: number, start: number, end: number): void {
    const path = join(this.#directory, name)
    const copy = this.#files.openSync(path, 'create')
    this.#load().add(name)
    try {
      for (let at = start; at < end; at += COPY_BYTES) {
        const bytes = readRangeSync(this.#files, file, at, Math.min(COPY_BYTES, end - at))
        writeAllSync(this.#files, copy, bytes, at - start)
      }
    } finally {
      this.#damagedBytes += Math.max(BLOCK_BYTES, this.#files.sizeSync(copy))
      closeFileSync(this.#files, copy)
    }
  }

  #freeName(stem: string): string {
    const names = this.#load()
    let name = `${stem}.seg`
    for (let copy = 2; names.has(name); copy++) name = `${stem}.${copy}.seg`
    return name
  }

  #load(): Set<string> {
    if (this.#names !== undefined) return this.#names
    const names = (this.#names = new Set<string>())
    for (const name of this.#listed()) {
      names.add(name)
      const bytes = this.#sizeOf(join(this.#directory, name))
      if (name.endsWith('.seg')) this.#foreignBytes += bytes
      else this.#damagedBytes += Math.max(BLOCK_BYTES, bytes)
    }
    return names
  }

  #listed(): string[] {
    try {
      return this.#files.listSync(this.#directory)
    } catch (error) {
      // Mostly ENOENT: nothing was ever damaged. If it can't be read for another reason, nothing is known to be kept.
      if (errnoCode(error) === undefined) throw error
      return []
    }
  }

  #sizeOf(path: string): number {
    try {
      const file = this.#files.openSync(path, 'read')
      try {
        return this.#files.sizeSync(file)
      } finally {
        closeFileSync(this.#files, file)
      }
    } catch (error) {
      // A file that can't be opened counts as a block, so that the bound on their number holds.
      if (errnoCode(error) === undefined) throw error
      return BLOCK_BYTES
    }
  }
}

function hexNumber(value: number): string {
  return value.toString(16).padStart(16, '0')
}

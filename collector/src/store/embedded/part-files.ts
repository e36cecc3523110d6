import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { FileKind } from './file-kind.ts'
import type { Registry } from './file-names.ts'
import type { PartCache } from './part-cache.ts'
import { MERGED_USE, PartFile } from './part-file.ts'
import type { PartTransaction } from './part-file.ts'
import { StoreFileError } from './sqlite-file.ts'

/** Open files of one kind: a chart over a month reads 31 of them, one after the other and again for each host. */
const MAX_OPEN = 34
/** SQLite's own files first: a database without its journal is worse than a journal without its database. */
const SUFFIXES = ['-journal', '']

/** What keeps others from knowing: files that were set aside or left alone. */
export interface FileTroubles {
  /** Files renamed to `*.damaged-N` since the start. */
  damaged: number
  /** What is wrong now, by file. */
  readonly reasons: Map<string, string>
}

/** The merged files of one kind in the store's directory; opened when needed, the ones not used for longest are closed. */
export class PartFiles {
  readonly kind: FileKind
  readonly #directory: string
  readonly #registry: Registry
  readonly #troubles: FileTroubles
  readonly #cache: PartCache
  /** Open files by their start; the one used last is the last. */
  readonly #open = new Map<number, PartFile>()
  readonly #starts: Set<number>

  constructor(
    kind: FileKind,
    directory: string,
    registry: Registry,
    troubles: FileTroubles,
    cache: PartCache,
  ) {
    this.kind = kind
    this.#directory = directory
    this.#registry = registry
    this.#troubles = troubles
    this.#cache = cache
    this.#starts = new Set(
      readdirSync(directory).flatMap((fileName) => kind.parseName(fileName) ?? []),
    )
  }

  /** Starts of the files that there are, rising. */
  starts(): number[] {
    return [...this.#starts].toSorted((a, b) => a - b)
  }

  has(timeMs: number): boolean {
    return this.#starts.has(this.kind.startOf(timeMs))
  }

  /** Reads the file that a time belongs to; `none` if there is no file, or it can't be read (said in `troubles`). */
  read<T>(timeMs: number, none: T, read: (file: PartFile) => T): T {
    const startMs = this.kind.startOf(timeMs)
    if (!this.#starts.has(startMs)) return none
    try {
      return read(this.#file(startMs))
    } catch (error) {
      this.#note(startMs, error)
      return none
    }
  }

  /** As `read`, for who will change the file: only a damaged file counts as none. @throws StoreFileError */
  readForChange<T>(timeMs: number, none: T, read: (file: PartFile) => T): T {
    const startMs = this.kind.startOf(timeMs)
    if (!this.#starts.has(startMs)) return none
    try {
      return read(this.#file(startMs))
    } catch (error) {
      this.#note(startMs, error)
      if (this.#starts.has(startMs)) throw error
      return none
    }
  }

  /** Changes the file that a time belongs to, or makes it. @throws StoreFileError */
  write(timeMs: number, change: (transaction: PartTransaction) => void): void {
    const startMs = this.kind.startOf(timeMs)
    try {
      this.#file(startMs).write(change)
      this.#starts.add(startMs)
      this.#troubles.reasons.delete(this.#path(startMs))
    } catch (error) {
      this.#note(startMs, error)
      throw error
    }
  }

  /** Deletes the file of this start. */
  remove(startMs: number): void {
    this.#close(startMs)
    for (const suffix of SUFFIXES) rmSync(this.#path(startMs) + suffix, { force: true })
    this.#starts.delete(startMs)
    this.#troubles.reasons.delete(this.#path(startMs))
  }

  close(): void {
    for (const startMs of this.#open.keys()) this.#close(startMs)
  }

  #file(startMs: number): PartFile {
    const known = this.#open.get(startMs)
    const file = known ?? new PartFile(this.#path(startMs), this.#registry, this.#cache, MERGED_USE)
    this.#open.delete(startMs)
    this.#open.set(startMs, file)
    const [oldest] = this.#open.keys()
    if (this.#open.size > MAX_OPEN && oldest !== undefined) this.#close(oldest)
    return file
  }

  #note(startMs: number, error: unknown): void {
    if (!(error instanceof StoreFileError)) throw error
    const path = this.#path(startMs)
    this.#troubles.reasons.set(path, error.message)
    if (error.trouble !== 'damaged') return
    this.#close(startMs)
    setAside(path)
    this.#starts.delete(startMs)
    this.#troubles.damaged++
  }

  #close(startMs: number): void {
    const file = this.#open.get(startMs)
    this.#open.delete(startMs)
    file?.close()
  }

  #path(startMs: number): string {
    return join(this.#directory, this.kind.fileName(startMs))
  }
}

/** Renames a file and SQLite's files beside it to the first free `*.damaged-N`. */
export function setAside(path: string): void {
  let number = 1
  while (existsSync(`${path}.damaged-${number}`)) number++
  for (const suffix of SUFFIXES) {
    if (existsSync(path + suffix)) renameSync(path + suffix, `${path}.damaged-${number}${suffix}`)
  }
}

import { dirname, basename } from 'node:path'
import type { FileLayer } from '../file-layer.ts'

const SECTOR_BYTES = 512

/** A change of a file's content that is not known to be on the disk. */
type Unsynced =
  | { readonly kind: 'write'; readonly position: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly bytes: number }

class MemoryFile {
  /** What survives a power loss for certain. */
  synced = new Uint8Array(0)
  /** What a program sees. */
  content = new Uint8Array(0)
  unsynced: Unsynced[] = []

  apply(change: Unsynced): void {
    this.content = applied(this.content, change)
    this.unsynced.push(change)
  }

  sync(): void {
    this.synced = this.content
    this.unsynced = []
  }
}

function applied(content: Uint8Array, change: Unsynced): Uint8Array<ArrayBuffer> {
  if (change.kind === 'truncate') return resized(content, change.bytes)
  const end = change.position + change.bytes.length
  const longer = resized(content, Math.max(content.length, end))
  longer.set(change.bytes, change.position)
  return longer
}

function resized(content: Uint8Array, bytes: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes)
  copy.set(content.subarray(0, bytes))
  return copy
}

/**
 * A file system in memory that knows what is on the disk and what only in the page cache: names by their directory's last sync, content by the file's. After a power loss each name that
 * was added or removed since, and each sector written since, is there or not as chance has it.
 */
export class MemoryDisk {
  readonly #syncedNames = new Map<string, MemoryFile>()
  readonly #names = new Map<string, MemoryFile>()
  readonly #open = new Map<number, MemoryFile>()
  #nextFile = 100

  /** What a process that was killed leaves: everything it wrote. */
  afterKill(): MemoryDisk {
    const disk = new MemoryDisk()
    for (const [path, file] of this.#syncedNames) disk.#syncedNames.set(path, file)
    for (const [path, file] of this.#names) disk.#names.set(path, file)
    return disk
  }

  /** What a power loss leaves. */
  afterPowerLoss(random: () => number): MemoryDisk {
    const disk = new MemoryDisk()
    const paths = new Set([...this.#syncedNames.keys(), ...this.#names.keys()])
    for (const path of paths) {
      const before = this.#syncedNames.get(path)
      const after = this.#names.get(path)
      const kept = random() < 0.5 ? before : after
      if (kept === undefined) continue
      const file = new MemoryFile()
      file.content = survivingContent(kept, random)
      file.sync()
      disk.#names.set(path, file)
      disk.#syncedNames.set(path, file)
    }
    return disk
  }

  paths(): string[] {
    return [...this.#names.keys()]
  }

  /** What a failing disk does to a file: bytes from `start` on are changed, none stays as it was. */
  damage(path: string, start: number, bytes: number): void {
    const file = this.#names.get(path)
    if (file === undefined) return
    for (const content of new Set([file.content, file.synced])) {
      const end = Math.min(content.length, start + bytes)
      for (let at = start; at < end; at++) content[at]! ^= 0x55
    }
  }

  files(): FileLayer {
    const disk = this.#calls()
    return {
      makeDirectory: async () => undefined,
      open: async (path, how) => disk.open(path, how),
      read: async (file, target, position) => disk.read(file, target, position),
      write: async (file, bytes, position) => disk.write(file, bytes, position),
      sync: async (file) => this.#opened(file).sync(),
      truncate: async (file, bytes) => disk.truncate(file, bytes),
      close: async (file) => void this.#open.delete(file),
      unlink: async (path) => disk.unlink(path),
      syncDirectory: async (path) => disk.syncDirectory(path),
      statfs: async () => ({ totalBytes: 1e12, availableBytes: 1e12 }),
      listSync: (path) => disk.list(path),
      makeDirectorySync: () => {},
      openSync: (path, how) => disk.open(path, how),
      sizeSync: (file) => this.#opened(file).content.length,
      readSync: (file, target, position) => disk.read(file, target, position),
      writeSync: (file, bytes, position) => disk.write(file, bytes, position),
      truncateSync: (file, bytes) => disk.truncate(file, bytes),
      syncSync: (file) => this.#opened(file).sync(),
      closeSync: (file) => void this.#open.delete(file),
      renameSync: (from, to) => disk.rename(from, to),
      unlinkSync: (path) => disk.unlink(path),
      syncDirectorySync: (path) => disk.syncDirectory(path),
    }
  }

  #calls() {
    return {
      open: (path: string, how: 'read' | 'write' | 'create'): number => {
        let found = this.#names.get(path)
        if (how === 'create') {
          if (found !== undefined) throw systemError('EEXIST', path)
          this.#names.set(path, (found = new MemoryFile()))
        }
        if (found === undefined) throw systemError('ENOENT', path)
        this.#open.set(++this.#nextFile, found)
        return this.#nextFile
      },
      read: (file: number, target: Uint8Array, position: number): number => {
        const part = this.#opened(file).content.subarray(position, position + target.length)
        target.set(part)
        return part.length
      },
      write: (file: number, bytes: Uint8Array, position: number): number => {
        this.#opened(file).apply({ kind: 'write', position, bytes: bytes.slice() })
        return bytes.length
      },
      truncate: (file: number, bytes: number): void => {
        this.#opened(file).apply({ kind: 'truncate', bytes })
      },
      unlink: (path: string): void => {
        if (!this.#names.delete(path)) throw systemError('ENOENT', path)
      },
      rename: (from: string, to: string): void => {
        const file = this.#names.get(from)
        if (file === undefined) throw systemError('ENOENT', from)
        this.#names.delete(from)
        this.#names.set(to, file)
      },
      list: (path: string): string[] =>
        [...this.#names.keys()]
          .filter((name) => dirname(name) === path)
          .map((name) => basename(name)),
      syncDirectory: (path: string): void => {
        for (const name of new Set([...this.#syncedNames.keys(), ...this.#names.keys()])) {
          if (dirname(name) !== path) continue
          const file = this.#names.get(name)
          if (file === undefined) this.#syncedNames.delete(name)
          else this.#syncedNames.set(name, file)
        }
      },
    }
  }

  #opened(file: number): MemoryFile {
    const found = this.#open.get(file)
    if (found === undefined) throw systemError('EBADF', String(file))
    return found
  }
}

/** The synced content, and of what was written since a part: sectors at random, the length with them or without. */
function survivingContent(file: MemoryFile, random: () => number): Uint8Array<ArrayBuffer> {
  let content = resized(file.synced, file.synced.length)
  for (const change of file.unsynced) {
    const fate = random()
    if (fate < 0.25) continue
    if (fate < 0.5 || change.kind === 'truncate') {
      content = applied(content, change)
      continue
    }
    const end = change.position + change.bytes.length
    if (random() < 0.5) content = resized(content, Math.max(content.length, end))
    for (let start = change.position; start < end;) {
      const next = Math.min(end, start - (start % SECTOR_BYTES) + SECTOR_BYTES)
      const bytes = change.bytes.subarray(start - change.position, next - change.position)
      if (random() < 0.5) content = applied(content, { kind: 'write', position: start, bytes })
      start = next
    }
  }
  return content
}

function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code })
}

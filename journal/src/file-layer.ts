import * as fs from 'node:fs'
import { promisify } from 'node:util'

/** Named places in the code where a test may end the process or the file layer: between two steps that can't be one. */
export const FAIL_POINTS = [
  'segment.created',
  'segment.written',
  'segment.synced',
  'segment.listed',
  'delete.before',
  'delete.unlinked',
  'delete.listed',
  'quarantine.copied',
  'recovery.cut',
] as const

export type FailPoint = (typeof FAIL_POINTS)[number]

/**
 * All that a journal asks of the file system, so that a test can put faults in between. Files are numbers (descriptors). What a running journal
 * writes goes through the asynchronous half (libuv's threads); recovery at open and readers in worker threads use the synchronous half.
 */
export interface FileLayer {
  /** Makes the directory and those above it; resolves with the first one that it made, if any. */
  makeDirectory(path: string): Promise<string | undefined>
  /** `create`: write and read, fails when the file exists, mode 0600. */
  open(path: string, how: 'read' | 'create'): Promise<number>
  read(file: number, target: Uint8Array, position: number): Promise<number>
  /** May write fewer bytes than given. */
  write(file: number, bytes: Uint8Array, position: number): Promise<number>
  /** fdatasync. */
  sync(file: number): Promise<void>
  truncate(file: number, bytes: number): Promise<void>
  close(file: number): Promise<void>
  unlink(path: string): Promise<void>
  /** fsync of a directory: makes names that were added and removed durable. */
  syncDirectory(path: string): Promise<void>
  statfs(path: string): Promise<{ readonly totalBytes: number; readonly availableBytes: number }>

  listSync(path: string): string[]
  makeDirectorySync(path: string): void
  /** `create` truncates nothing and fails when the file exists, `write` opens what is there. */
  openSync(path: string, how: 'read' | 'write' | 'create'): number
  sizeSync(file: number): number
  readSync(file: number, target: Uint8Array, position: number): number
  writeSync(file: number, bytes: Uint8Array, position: number): number
  truncateSync(file: number, bytes: number): void
  syncSync(file: number): void
  closeSync(file: number): void
  renameSync(from: string, to: string): void
  unlinkSync(path: string): void
  syncDirectorySync(path: string): void

  /** Told at each fail-point. Absent in the release: only tests inject it. */
  reached?(point: FailPoint): void
}

const FLAGS = { read: 'r', write: 'r+', create: 'wx+' } as const
const FILE_MODE = 0o600
const DIRECTORY_MODE = 0o700

const open = promisify(fs.open)
const close = promisify(fs.close)
const fsync = promisify(fs.fsync)
const fdatasync = promisify(fs.fdatasync)
const ftruncate = promisify(fs.ftruncate)
const read = promisify(fs.read)
const write = promisify(fs.write)

/** Windows syncs no directories; NTFS journals names by itself. */
const SYNCS_DIRECTORIES = process.platform !== 'win32'

async function syncDirectory(path: string): Promise<void> {
  if (!SYNCS_DIRECTORIES) return
  const directory = await open(path, 'r')
  try {
    await fsync(directory)
  } finally {
    await close(directory)
  }
}

function syncDirectorySync(path: string): void {
  if (!SYNCS_DIRECTORIES) return
  const directory = fs.openSync(path, 'r')
  try {
    fs.fsyncSync(directory)
  } finally {
    fs.closeSync(directory)
  }
}

/** The operating system's files. */
export const systemFiles: FileLayer = {
  makeDirectory: (path) => fs.promises.mkdir(path, { recursive: true, mode: DIRECTORY_MODE }),
  open: (path, how) => open(path, FLAGS[how], FILE_MODE),
  read: async (file, target, position) =>
    (await read(file, target, 0, target.length, position)).bytesRead,
  write: async (file, bytes, position) =>
    (await write(file, bytes, 0, bytes.length, position)).bytesWritten,
  sync: (file) => fdatasync(file),
  truncate: (file, bytes) => ftruncate(file, bytes),
  close: (file) => close(file),
  unlink: (path) => fs.promises.unlink(path),
  syncDirectory,
  statfs: async (path) => {
    const { bsize, blocks, bavail } = await fs.promises.statfs(path)
    return { totalBytes: bsize * blocks, availableBytes: bsize * bavail }
  },

  listSync: (path) => fs.readdirSync(path),
  makeDirectorySync: (path) => {
    fs.mkdirSync(path, { recursive: true, mode: DIRECTORY_MODE })
  },
  openSync: (path, how) => fs.openSync(path, FLAGS[how], FILE_MODE),
  sizeSync: (file) => fs.fstatSync(file).size,
  readSync: (file, target, position) => fs.readSync(file, target, 0, target.length, position),
  writeSync: (file, bytes, position) => fs.writeSync(file, bytes, 0, bytes.length, position),
  truncateSync: (file, bytes) => fs.ftruncateSync(file, bytes),
  syncSync: (file) => fs.fdatasyncSync(file),
  closeSync: (file) => fs.closeSync(file),
  renameSync: (from, to) => fs.renameSync(from, to),
  unlinkSync: (path) => fs.unlinkSync(path),
  syncDirectorySync,
}

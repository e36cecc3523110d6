import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  statSync,
  type Stats,
} from 'node:fs'
import { errorCodeOf } from '@wardround/program/error-code'
import { NoDataError, ProbeError } from '../probe.ts'

/** Longest file that is read; /proc/net/tcp of a busy host is the largest by far. */
const MAX_FILE_BYTES = 64 * 1024 * 1024
const FIRST_BUFFER_BYTES = 64 * 1024
/** A buffer that had to grow larger for one file is not kept for the next. */
const KEPT_BUFFER_BYTES = 1024 * 1024

/**
 * Files of /proc and /sys under a root, named from there (`/proc/stat` or `proc/stat`). All reads are
 * synchronous: the kernel makes these files from memory and never waits for a device. Nothing here may
 * be pointed at a disk or a network file system.
 *
 * Every reading throws NoDataError where there is no such file, ProbeError NOT_PERMITTED or UNREADABLE
 * for the rest.
 */
export class HostFiles implements Disposable {
  /** Without a slash at its end: paths begin with theirs. */
  readonly #root: string
  readonly #kept = new Map<string, number>()
  readonly #shared = new Map<string, { timeMs: number; bytes: Buffer }>()
  #buffer = Buffer.allocUnsafeSlow(FIRST_BUFFER_BYTES)

  constructor(root: string) {
    this.#root = root.replace(/\/+$/, '')
  }

  /**
   * A file that exists as long as the system runs: its descriptor stays open.
   * The bytes are a view into the one buffer, valid until the next reading of any file.
   */
  read(path: string): Buffer {
    const descriptor = this.#kept.get(path) ?? this.#keep(path)
    try {
      return this.#readDescriptor(descriptor)
    } catch (error) {
      this.#forget(path, descriptor)
      throw toReadingError(path, error)
    }
  }

  /**
   * A file that several probes of one tick want: read once per `timeMs`, into bytes of its own that stay
   * valid until a later tick.
   */
  readShared(path: string, timeMs: number): Buffer {
    const shared = this.#shared.get(path)
    if (shared?.timeMs === timeMs) return shared.bytes
    const view = this.read(path)
    const room = shared === undefined || shared.bytes.buffer.byteLength < view.length
    const backing = room ? Buffer.allocUnsafeSlow(roomFor(view.length)).buffer : shared.bytes.buffer
    const bytes = Buffer.from(backing, 0, view.length)
    view.copy(bytes)
    this.#shared.set(path, { timeMs, bytes })
    return bytes
  }

  /** A file that comes and goes (a process, a device): opened, read and closed. The view is as in read(). */
  readOnce(path: string): Buffer {
    const descriptor = this.#open(path)
    try {
      return this.#readDescriptor(descriptor)
    } catch (error) {
      throw toReadingError(path, error)
    } finally {
      closeSync(descriptor)
    }
  }

  /** As readOnce, for what fits a page and comes in one piece (/proc/[pid]/stat, files of /sys): one system call less. */
  readSmall(path: string): Buffer {
    const descriptor = this.#open(path)
    try {
      const length = readSync(descriptor, this.#buffer, 0, this.#buffer.length, 0)
      return this.#buffer.subarray(0, length)
    } catch (error) {
      throw toReadingError(path, error)
    } finally {
      closeSync(descriptor)
    }
  }

  /** As read; undefined where the file is absent: a kernel without that feature, a module that is not loaded. */
  readIfThere(path: string): Buffer | undefined {
    if (!this.#kept.has(path) && !this.#exists(path)) return undefined
    return undefinedWithoutData(() => this.read(path))
  }

  /** As readOnce; undefined where the file is absent, or is there but has no answer (EINVAL of a link that is down). */
  readOnceIfThere(path: string): Buffer | undefined {
    if (!this.#exists(path)) return undefined
    return undefinedWithoutData(() => this.readOnce(path))
  }

  /** Names in a directory. */
  list(path: string): string[] {
    try {
      return readdirSync(this.#resolve(path))
    } catch (error) {
      throw toReadingError(path, error)
    }
  }

  /** As list; undefined where there is no such directory. */
  listIfThere(path: string): string[] | undefined {
    if (!this.#exists(path)) return undefined
    return undefinedWithoutData(() => this.list(path))
  }

  /** Names of the directories in a directory. */
  listDirectories(path: string): string[] {
    try {
      return readdirSync(this.#resolve(path), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
    } catch (error) {
      throw toReadingError(path, error)
    }
  }

  /** What stat(2) says of a file or directory. */
  stat(path: string): Stats {
    try {
      return statSync(this.#resolve(path))
    } catch (error) {
      throw toReadingError(path, error)
    }
  }

  /** Target of a symbolic link, as it stands there. */
  readLink(path: string): string {
    try {
      return readlinkSync(this.#resolve(path))
    } catch (error) {
      throw toReadingError(path, error)
    }
  }

  [Symbol.dispose](): void {
    for (const descriptor of this.#kept.values()) closeSync(descriptor)
    this.#kept.clear()
    this.#shared.clear()
  }

  /** Asking first is far cheaper than an error, and on many machines what is asked for is never there. */
  #exists(path: string): boolean {
    return existsSync(this.#resolve(path))
  }

  #resolve(path: string): string {
    return path.startsWith('/') ? this.#root + path : `${this.#root}/${path}`
  }

  #open(path: string): number {
    try {
      return openSync(this.#resolve(path), 'r')
    } catch (error) {
      throw toReadingError(path, error)
    }
  }

  #keep(path: string): number {
    const descriptor = this.#open(path)
    this.#kept.set(path, descriptor)
    return descriptor
  }

  #forget(path: string, descriptor: number): void {
    this.#kept.delete(path)
    closeSync(descriptor)
  }

  /** From offset 0 to the end: files of /proc give a page at a time, and only an empty read is the end. */
  #readDescriptor(descriptor: number): Buffer {
    if (this.#buffer.length > KEPT_BUFFER_BYTES) {
      this.#buffer = Buffer.allocUnsafeSlow(FIRST_BUFFER_BYTES)
    }
    let length = 0
    for (;;) {
      if (length === this.#buffer.length) this.#grow()
      const got = readSync(descriptor, this.#buffer, length, this.#buffer.length - length, length)
      if (got === 0) return this.#buffer.subarray(0, length)
      length += got
    }
  }

  #grow(): void {
    if (this.#buffer.length >= MAX_FILE_BYTES) {
      throw new RangeError(`longer than ${MAX_FILE_BYTES} bytes`)
    }
    const larger = Buffer.allocUnsafeSlow(this.#buffer.length * 2)
    this.#buffer.copy(larger)
    this.#buffer = larger
  }
}

function undefinedWithoutData<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof NoDataError) return undefined
    throw error
  }
}

/** A quarter more than is needed now, so that a file that grows by a line needs no new memory. */
function roomFor(bytes: number): number {
  return Math.ceil((bytes * 1.25) / 1024) * 1024
}

/** Codes by which the kernel says that there is nothing behind this name, or no longer, or not on this machine. */
const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'ENODEV', 'ENXIO', 'ESRCH', 'EOPNOTSUPP', 'EINVAL'])
const NOT_PERMITTED = new Set(['EACCES', 'EPERM'])

function toReadingError(path: string, error: unknown): Error {
  if (error instanceof NoDataError || error instanceof ProbeError) return error
  const code = errorCodeOf(error) ?? ''
  if (ABSENT.has(code))
    return new NoDataError(
      {
        zh: `${path}：本机没有该文件（${code}）`,
        en: `${path}: there is no such file here (${code})`,
      },
      { cause: error },
    )
  if (NOT_PERMITTED.has(code)) {
    return new ProbeError(
      'NOT_PERMITTED',
      {
        zh: `${path}：采集代理的用户无权读取（${code}）`,
        en: `${path}: the agent's user may not read it (${code})`,
      },
      {
        cause: error,
      },
    )
  }
  const reason = error instanceof Error ? error.message : String(error)
  return new ProbeError(
    'UNREADABLE',
    { zh: `${path}：${reason}`, en: `${path}: ${reason}` },
    { cause: error },
  )
}

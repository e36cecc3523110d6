import { systemFiles } from '../file-layer.ts'
import type { FailPoint, FileLayer } from '../file-layer.ts'

export type FileOperation = Exclude<keyof FileLayer, 'reached'>

/** One call of the file layer, as a test sees it before it happens. */
export interface FileCall {
  readonly operation: FileOperation
  /** The path it names, or that of the file it works on. */
  readonly path: string
  /** Whether it makes a file. */
  readonly isCreation: boolean
  /** Calls before this one, of all operations. */
  readonly index: number
}

/**
 * - `error`: the call fails with this system error code, nothing happens
 * - `short`: a write or read handles no more than so many bytes
 * - `crash`: nothing happens any more, now and for ever: asynchronous calls stay unanswered, synchronous ones throw. With `writtenBytes` the call still happens first, a write only so far.
 */
export type FileFault =
  | { readonly kind: 'error'; readonly code: string }
  | { readonly kind: 'short'; readonly bytes: number }
  | { readonly kind: 'crash'; readonly writtenBytes?: number }

/** What a crashed file layer throws. */
class CrashError extends Error {
  override readonly name = 'CrashError'
}

export interface FaultyFilesOptions {
  readonly base?: FileLayer
  /** Asked before each call. */
  readonly decide?: (call: FileCall) => FileFault | undefined
  readonly reached?: (point: FailPoint) => void
}

/** A file layer over real files that fails where a test says so. */
export function faultyFiles(options: FaultyFilesOptions): FileLayer {
  const base = options.base ?? systemFiles
  const gate = new FaultGate(options)
  const { now, later, pathOf } = gate
  return {
    makeDirectory: (path) => later('makeDirectory', path, () => base.makeDirectory(path)),
    open: async (path, how) =>
      gate.remember(path, await later('open', path, () => base.open(path, how), how === 'create')),
    read: (file, target, position) =>
      later('read', pathOf(file), (limit) => base.read(file, target.subarray(0, limit), position)),
    write: (file, bytes, position) =>
      later('write', pathOf(file), (limit) => base.write(file, bytes.subarray(0, limit), position)),
    sync: (file) => later('sync', pathOf(file), () => base.sync(file)),
    truncate: (file, bytes) => later('truncate', pathOf(file), () => base.truncate(file, bytes)),
    close: (file) => later('close', pathOf(file), () => base.close(file)),
    unlink: (path) => later('unlink', path, () => base.unlink(path)),
    syncDirectory: (path) => later('syncDirectory', path, () => base.syncDirectory(path)),
    statfs: (path) => later('statfs', path, () => base.statfs(path)),

    listSync: (path) => now('listSync', path, () => base.listSync(path)),
    makeDirectorySync: (path) => now('makeDirectorySync', path, () => base.makeDirectorySync(path)),
    openSync: (path, how) =>
      gate.remember(
        path,
        now('openSync', path, () => base.openSync(path, how), how === 'create'),
      ),
    sizeSync: (file) => now('sizeSync', pathOf(file), () => base.sizeSync(file)),
    readSync: (file, target, position) =>
      now('readSync', pathOf(file), (limit) =>
        base.readSync(file, target.subarray(0, limit), position),
      ),
    writeSync: (file, bytes, position) =>
      now('writeSync', pathOf(file), (limit) =>
        base.writeSync(file, bytes.subarray(0, limit), position),
      ),
    truncateSync: (file, bytes) =>
      now('truncateSync', pathOf(file), () => base.truncateSync(file, bytes)),
    syncSync: (file) => now('syncSync', pathOf(file), () => base.syncSync(file)),
    closeSync: (file) => now('closeSync', pathOf(file), () => base.closeSync(file)),
    renameSync: (from, to) => now('renameSync', from, () => base.renameSync(from, to)),
    unlinkSync: (path) => now('unlinkSync', path, () => base.unlinkSync(path)),
    syncDirectorySync: (path) => now('syncDirectorySync', path, () => base.syncDirectorySync(path)),
    reached: (point) => {
      if (!gate.hasCrashed) options.reached?.(point)
    },
  }
}

/** Asks the test before each call and does what it says instead. */
class FaultGate {
  readonly #decide: FaultyFilesOptions['decide']
  readonly #paths = new Map<number, string>()
  #calls = 0
  hasCrashed = false

  constructor({ decide }: FaultyFilesOptions) {
    this.#decide = decide
  }

  readonly pathOf = (file: number): string => this.#paths.get(file) ?? ''

  remember(path: string, file: number): number {
    this.#paths.set(file, path)
    return file
  }

  readonly now = <T>(
    operation: FileOperation,
    path: string,
    call: (limit?: number) => T,
    isCreation = false,
  ): T => {
    const fault = this.#faultOf(operation, path, isCreation)
    if (fault?.kind === 'error') throw systemError(fault.code, operation, path)
    if (fault?.kind !== 'crash') return call(fault?.bytes)
    if (fault.writtenBytes !== undefined) call(fault.writtenBytes)
    throw new CrashError('crashed by the test')
  }

  readonly later = async <T>(
    operation: FileOperation,
    path: string,
    call: (limit?: number) => Promise<T>,
    isCreation = false,
  ): Promise<T> => {
    const fault = this.#faultOf(operation, path, isCreation)
    if (fault?.kind === 'error') throw systemError(fault.code, operation, path)
    if (fault?.kind !== 'crash') return await call(fault?.bytes)
    if (fault.writtenBytes !== undefined) await call(fault.writtenBytes)
    return await new Promise<never>(() => {})
  }

  #faultOf(operation: FileOperation, path: string, isCreation: boolean): FileFault | undefined {
    if (this.hasCrashed) return { kind: 'crash' }
    const fault = this.#decide?.({ operation, path, isCreation, index: this.#calls++ })
    this.hasCrashed = fault?.kind === 'crash'
    return fault
  }
}

function systemError(code: string, operation: string, path: string): Error {
  return Object.assign(new Error(`${code}: injected, ${operation} '${path}'`), { code })
}

import { errnoCode, JournalError } from './errors.ts'
import type { FileLayer } from './file-layer.ts'
import type { ScanItem, SegmentScanner } from './segment-scanner.ts'

/** What is lost at once when a disk can't read: smaller reads around it still succeed. */
const BLOCK_BYTES = 4096

function newBuffer(bytes: number): Uint8Array {
  return Buffer.allocUnsafeSlow(bytes)
}

/** Reads a range, shorter only at the end of the file. Blocks that the disk can't read (EIO) come as zeros, which pass no checksum. */
export function readRangeSync(
  files: FileLayer,
  file: number,
  offset: number,
  bytes: number,
): Uint8Array {
  const target = newBuffer(bytes)
  let have = 0
  let step = bytes
  while (have < bytes) {
    const part = target.subarray(have, Math.min(bytes, have + step))
    try {
      const got = files.readSync(file, part, offset + have)
      if (got === 0) break
      have += got
    } catch (error) {
      if (errnoCode(error) !== 'EIO') throw error
      have += skipUnreadable(part, step)
      step = BLOCK_BYTES
    }
  }
  return target.subarray(0, have)
}

/** As readRangeSync, on libuv's threads. */
export async function readRange(
  files: FileLayer,
  file: number,
  offset: number,
  bytes: number,
): Promise<Uint8Array> {
  const target = newBuffer(bytes)
  let have = 0
  let step = bytes
  while (have < bytes) {
    const part = target.subarray(have, Math.min(bytes, have + step))
    try {
      const got = await files.read(file, part, offset + have)
      if (got === 0) break
      have += got
    } catch (error) {
      if (errnoCode(error) !== 'EIO') throw error
      have += skipUnreadable(part, step)
      step = BLOCK_BYTES
    }
  }
  return target.subarray(0, have)
}

/** The first failure makes the steps small; a small step that fails is given up. Returns the bytes given up. */
function skipUnreadable(part: Uint8Array, step: number): number {
  if (step > BLOCK_BYTES) return 0
  part.fill(0)
  return part.length
}

/** Writes all bytes. @throws the file layer's error, or JournalError JOURNAL_IO when the system takes none. */
export async function writeAll(
  files: FileLayer,
  file: number,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  for (let done = 0; done < bytes.length;)
    done += progress(await files.write(file, bytes.subarray(done), position + done))
}

/** As writeAll, at once. */
export function writeAllSync(
  files: FileLayer,
  file: number,
  bytes: Uint8Array,
  position: number,
): void {
  for (let done = 0; done < bytes.length;)
    done += progress(files.writeSync(file, bytes.subarray(done), position + done))
}

/** A write of no bytes must not be repeated for ever. */
function progress(written: number): number {
  if (written > 0) return written
  throw new JournalError('JOURNAL_IO', 'journal: the disk accepts no bytes; check the kernel log')
}

/** Closes a file from which all that counts has been read or synced: the descriptor is gone in any case, so an error says nothing. */
export async function closeFile(files: FileLayer, file: number): Promise<void> {
  try {
    await files.close(file)
  } catch (error) {
    if (errnoCode(error) === undefined) throw error
  }
}

/** As closeFile, at once. */
export function closeFileSync(files: FileLayer, file: number): void {
  try {
    files.closeSync(file)
  } catch (error) {
    if (errnoCode(error) === undefined) throw error
  }
}

/** Runs a scan to its end, reading synchronously. */
export function* scanSync(
  files: FileLayer,
  file: number,
  scanner: SegmentScanner,
): Generator<ScanItem, void> {
  for (;;) {
    const item = scanner.next()
    if (item === undefined) return
    if (item === 'more') {
      const { offset, bytes } = scanner.wanted
      scanner.supply(readRangeSync(files, file, offset, bytes))
    } else {
      yield item
    }
  }
}

/** As scanSync, reading on libuv's threads. */
export async function* scan(
  files: FileLayer,
  file: number,
  scanner: SegmentScanner,
): AsyncGenerator<ScanItem, void> {
  for (;;) {
    const item = scanner.next()
    if (item === undefined) return
    if (item === 'more') {
      const { offset, bytes } = scanner.wanted
      scanner.supply(await readRange(files, file, offset, bytes))
    } else {
      yield item
    }
  }
}

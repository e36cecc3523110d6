import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface ScratchDirectory extends Disposable {
  readonly path: string
}

/** A new directory that goes when it is disposed of. `memory`: on a file system in memory where there is one, for tests that write very often. */
export function makeScratchDirectory(where: 'disk' | 'memory' = 'disk'): ScratchDirectory {
  const parent = where === 'memory' && isWritable('/dev/shm') ? '/dev/shm' : tmpdir()
  const path = mkdtempSync(join(parent, 'wardround-journal-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK)
    return true
  } catch {
    // Absent on macOS and Windows.
    return false
  }
}

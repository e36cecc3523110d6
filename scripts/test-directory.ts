import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Vitest's global setup: a temporary directory of the run's own, so that whatever a test leaves is gone after it. Its name is short: paths of
 * Unix sockets have room for some hundred bytes.
 */
export default function setup(): () => void {
  const directory = mkdtempSync(join(tmpdir(), 'wr-'))
  process.env['TMPDIR'] = directory
  return () => {
    try {
      rmSync(directory, { recursive: true, force: true })
    } catch (error) {
      // A file system that a test has left mounted, say: no reason to fail what passed.
      console.error(`${directory} could not be removed: ${String(error)}`)
    }
  }
}

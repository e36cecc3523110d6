import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const CHILD = new URL('./testing/full-disk.ts', import.meta.url).pathname

/** A tmpfs of 4 MB in a mount namespace of the child's own. */
function runOnSmallDisk(directory: string): string {
  const script = 'mount -t tmpfs -o size=4m tmpfs "$0" && exec "$1" "$2" "$0"'
  const command = ['-rm', 'sh', '-c', script, directory, process.execPath, CHILD]
  return execFileSync('unshare', command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

function canUnshare(): boolean {
  try {
    execFileSync('unshare', ['-rm', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    // Not Linux, or user namespaces are switched off.
    return false
  }
}

describe('a full disk', () => {
  test('stops the store from covering the journal, not from answering, and it goes on by itself', ({
    skip,
  }) => {
    if (!canUnshare()) skip('not on this machine: no mount namespace of our own')
    const directory = mkdtempSync(join(tmpdir(), 'full-disk-'))
    try {
      const { written, records, full, flushed, freed } = JSON.parse(runOnSmallDisk(directory))
      expect(full.status).toMatchObject({
        ok: false,
        reason: expect.stringMatching(/no space left/),
      })
      expect(full.counted).toBe(written)
      expect(full.covered).toBeLessThan(records)
      expect(flushed).toBe(true)
      expect(freed.status.ok).toBe(true)
      expect(freed.counted).toBe(written)
      expect(freed.covered).toBe(records)
    } finally {
      rmSync(directory, { recursive: true })
    }
  })
})

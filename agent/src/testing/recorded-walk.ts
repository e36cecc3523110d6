import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'vitest'

const RECORDINGS = join(import.meta.dirname, '../../../../shared/device-data')

/** A directory of recordings; the test is skipped where it is not. */
export function recordedDirectory({ skip }: TestContext, path: string): string {
  const directory = join(RECORDINGS, path)
  skip(!existsSync(directory), `not on this machine: device-data/${path}`)
  return directory
}

/** What a real device or program answered, recorded by others and kept beside the project; the test is skipped where it is not. */
export function readRecorded({ skip }: TestContext, path: string): string {
  const file = join(RECORDINGS, path)
  if (!existsSync(file)) skip(`not on this machine: device-data/${path}`)
  return readFileSync(file, 'utf8')
}

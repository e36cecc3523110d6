import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The built page: console/dist of a checkout, or beside the bundle in a release. */
export function consoleDirectory(): string {
  const candidates = ['../../../console/dist/', './console/'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  )
  return candidates.find((path) => existsSync(join(path, 'index.html'))) ?? candidates[0] ?? ''
}

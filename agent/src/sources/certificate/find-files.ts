import { opendir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { toWildcard } from '../to-wildcard.ts'

const WILDCARD = /[*?]/
/** Entries of a directory that are looked at, and files that are taken. */
const MOST_ENTRIES = 10_000
const MOST_FILES = 100

/** Files of a path whose last part may have wildcards (`/etc/nginx/ssl/*.crt`), in order of their names. @throws Error of the directory */
export async function findFiles(path: string): Promise<readonly string[]> {
  if (!WILDCARD.test(basename(path))) return [path]
  const directory = dirname(path)
  const matches = toWildcard(basename(path))
  const found: string[] = []
  let looked = 0
  for await (const entry of await opendir(directory)) {
    if (++looked > MOST_ENTRIES) break
    if (!entry.isDirectory() && matches(entry.name)) found.push(join(directory, entry.name))
  }
  return found.sort().slice(0, MOST_FILES)
}

/** Whether a path is one that findFiles() takes: wildcards in its last part alone. */
export function isFilePattern(path: string): boolean {
  return !WILDCARD.test(dirname(path))
}

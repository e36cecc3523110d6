import { lstat, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ifThere } from '../../if-there.ts'
import { toWildcard } from '../to-wildcard.ts'

/** Where files of one copy lie: all below a directory, or those whose path from there fits a pattern. */
export interface Place {
  readonly directory: string
  /** `*` and `?` stand for characters of one name, `**` for directories; undefined takes all. */
  readonly pattern: string | undefined
}

/** A file as it stands in its directory. */
export interface FoundFile {
  /** From the place's directory, with slashes. */
  readonly name: string
  readonly size: number
  readonly mtimeMs: number
  /** Changes with what is in the file, even where mtime was set back. */
  readonly ctimeMs: number
  readonly inode: number
}

export interface Listing {
  /** Tells whether two places are on one file system. */
  readonly device: number
  readonly files: readonly FoundFile[]
}

export const MOST_FILES = 10_000
/** Directories and other entries looked at, whatever they are. */
const MOST_ENTRIES = 100_000
const DEEPEST = 16

/** More files than are compared. */
export class TooManyFilesError extends Error {
  override readonly name = 'TooManyFilesError'
}

/**
 * Regular files of a place; links are not followed. What goes away meanwhile is left out.
 * @throws TooManyFilesError, or the operating system's error where the directory itself can't be read
 */
export async function listPlace(
  { directory, pattern }: Place,
  onProgress: () => void = () => undefined,
): Promise<Listing> {
  const { dev } = await stat(directory)
  const fits = pattern === undefined ? () => true : toMatcher(pattern)
  const files: FoundFile[] = []
  let entries = 0
  const walk = async (below: string, depth: number): Promise<void> => {
    const found = await readdir(join(directory, below), { withFileTypes: true })
    entries += found.length
    if (entries > MOST_ENTRIES) throw new TooManyFilesError(`more than ${MOST_ENTRIES} entries`)
    for (const entry of found) {
      const name = below === '' ? entry.name : `${below}/${entry.name}`
      if (entry.isDirectory() && depth < DEEPEST) await ifThere(() => walk(name, depth + 1))
      if (!entry.isFile() || !fits(name)) continue
      const facts = await ifThere(() => lstat(join(directory, name)))
      onProgress()
      if (facts === undefined) continue
      const { size, mtimeMs, ctimeMs, ino } = facts
      files.push({ name, size, mtimeMs, ctimeMs, inode: ino })
      if (files.length > MOST_FILES) throw new TooManyFilesError(`more than ${MOST_FILES} files`)
    }
  }
  await walk('', 0)
  return { device: dev, files: files.toSorted((a, b) => (a.name < b.name ? -1 : 1)) }
}

/** `/backup/hcdb1/*.dmp`: its directory, and what files below it must look like. */
export function toPlace(files: string): Place {
  const parts = files.split('/')
  const first = parts.findIndex((part) => /[*?]/.test(part))
  const fixed = first < 0 ? parts.length - 1 : first
  return {
    directory: parts.slice(0, fixed).join('/') || '/',
    pattern: parts.slice(fixed).join('/'),
  }
}

/** Compares part by part: `**`, or what a name must be like. */
function toMatcher(pattern: string): (name: string) => boolean {
  const wanted = pattern.split('/').map((part) => (part === '**' ? part : toWildcard(part)))
  return (name) => fitsParts(wanted, name.split('/'))
}

type Part = '**' | ((name: string) => boolean)

function fitsParts(wanted: readonly Part[], parts: readonly string[]): boolean {
  const [first, ...rest] = wanted
  if (first === undefined) return parts.length === 0
  if (first === '**')
    return parts.some((_, at) => fitsParts(rest, parts.slice(at))) || fitsParts(rest, [])
  const [part, ...others] = parts
  return part !== undefined && first(part) && fitsParts(rest, others)
}

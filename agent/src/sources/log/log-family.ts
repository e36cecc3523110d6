import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { toLogError } from './log-error.ts'
import { settledList } from './settled-list.ts'

/** A file as a directory shows it. */
export interface LogCandidate {
  readonly path: string
  readonly name: string
  /** Device and inode. */
  readonly identity: string
  readonly size: number
  readonly mtimeNs: bigint
}

/** A log and what its rotation makes of it: all files in which its lines stand, gzipped ones among them where their text stands nowhere else. */
export interface LogFamily {
  /** Names it in the tag `file`: the path, a date in it as `*`. */
  readonly label: string
  /** The file that is written now; undefined where there is none. @throws ProbeError */
  current(): Promise<LogCandidate | undefined>
  /** All of them, oldest first; undefined where they are renamed so fast that one could be missed: a later look will see them. @throws ProbeError */
  list(): Promise<LogCandidate[] | undefined>
  /** Whether it holds lines that were written after those of `last`. */
  follows(
    candidate: LogCandidate,
    last: { readonly name: string; readonly mtimeNs: bigint },
  ): boolean
}

const COMPRESSED = /\.(?:gz|bz2|xz|zst|lz4|zip|Z|swp|tmp)$/
const GZIPPED = /\.gz$/
/** What keeps a file's time, as programs that gzip do: to the second or the microsecond. */
const CLOCK_STEPS_NS = [1_000_000_000n, 1_000n]

export function isGzipped(name: string): boolean {
  return GZIPPED.test(name)
}

/** A log under one name, whose old files get another: `catalina.out`, then `catalina.out.1` or `catalina.out-20261122`. */
export function plainFamily(path: string): LogFamily {
  const directory = dirname(path)
  const base = basename(path)
  const isMember = (name: string) => name === base || isRotated(base, name)
  return {
    label: path,
    current: () => examine(directory, base),
    async list() {
      const files = await listDirectory(directory, isMember)
      return files?.sort((a, b) => order(a, b, base))
    },
    follows: ({ name, mtimeNs }, last) =>
      name === base || mtimeNs >= last.mtimeNs || (isGzipped(name) && isCut(mtimeNs, last.mtimeNs)),
  }
}

/** A log that begins a new file each day: prefix, date, suffix, as in `localhost.2026-11-22.log`. */
export function datedFamily(directory: string, prefix: string, suffix: string): LogFamily {
  const isMember = (name: string) =>
    name.startsWith(prefix) &&
    name.endsWith(suffix) &&
    /^\d{4}-\d{2}-\d{2}(?:[-_.T]\d+)*$/.test(name.slice(prefix.length, name.length - suffix.length))
  return {
    label: join(directory, `${prefix}*${suffix}`),
    async current() {
      const names = await readNames(directory)
      const newest = names.filter(isMember).sort().at(-1)
      return newest === undefined ? undefined : examine(directory, newest)
    },
    async list() {
      const files = await listDirectory(directory, isMember)
      return files?.sort((a, b) => (a.name < b.name ? -1 : 1))
    },
    follows: ({ name }, last) => name >= last.name,
  }
}

/** `catalina.out.1`, `catalina.out-20261122`, and `alert_HCDB-20261122.log` of alert_HCDB.log. */
function isRotated(base: string, name: string): boolean {
  if (COMPRESSED.test(name)) return false
  if (name.startsWith(base)) return /^[-._]/.test(name.slice(base.length))
  const extension = extname(base)
  const stem = base.slice(0, base.length - extension.length)
  if (extension === '' || !name.startsWith(stem) || !name.endsWith(extension)) return false
  return /^[-._]?\d[-._\d]*$/.test(name.slice(stem.length, name.length - extension.length))
}

/** By the time of the last line; what is written now comes last. */
function order(a: LogCandidate, b: LogCandidate, base: string): number {
  if (a.name === base) return 1
  if (b.name === base) return -1
  if (a.mtimeNs !== b.mtimeNs) return a.mtimeNs < b.mtimeNs ? -1 : 1
  return b.name.localeCompare(a.name, 'en', { numeric: true }) // catalina.out.10 is older than catalina.out.9
}

/** Whether a time can be that of a later line, less precise. */
function isCut(timeNs: bigint, lastNs: bigint): boolean {
  return CLOCK_STEPS_NS.some((step) => timeNs === lastNs - (lastNs % step))
}

/** A file that is renamed or gzipped between the names and the look at them would be missed. */
function listDirectory(
  directory: string,
  isMember: (name: string) => boolean,
): Promise<LogCandidate[] | undefined> {
  return settledList(
    () => listOnce(directory, isMember),
    ({ name, identity }) => `${name} ${identity}`,
  )
}

/** Undefined where a file was renamed, gzipped or removed meanwhile. */
async function listOnce(
  directory: string,
  isMember: (name: string) => boolean,
): Promise<LogCandidate[] | undefined> {
  const files: LogCandidate[] = []
  const names = new Set(await readNames(directory))
  const isWanted = (name: string) => {
    const unpacked = name.replace(GZIPPED, '')
    return isMember(unpacked) && (unpacked === name || !names.has(unpacked))
  }
  for (const name of [...names].filter(isWanted)) {
    const file = await examine(directory, name)
    if (file !== undefined) files.push(file)
    else if (!(await readNames(directory)).includes(name)) return undefined
  }
  return files
}

async function readNames(directory: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    const failure = toLogError(error, directory)
    if (failure === undefined) return []
    throw failure
  }
}

/** Undefined where it is not there, or no file: a log that is a pipe or /dev/stdout has no offset to go on from. */
async function examine(directory: string, name: string): Promise<LogCandidate | undefined> {
  const path = join(directory, name)
  try {
    const found = await stat(path, { bigint: true })
    if (!found.isFile()) return undefined
    const identity = `${found.dev}:${found.ino}`
    return { path, name, identity, size: Number(found.size), mtimeNs: found.mtimeNs }
  } catch (error) {
    const failure = toLogError(error, path)
    if (failure === undefined) return undefined
    throw failure
  }
}

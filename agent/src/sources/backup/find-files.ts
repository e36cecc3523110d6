import { opendir, stat } from 'node:fs/promises'
import { join, parse } from 'node:path'
import { errorCodeOf } from '@wardround/program/error-code'
import { ProbeError } from '../../probe.ts'
import { toWildcard } from '../to-wildcard.ts'

/** A file that a pattern found. */
export interface FoundFile {
  readonly path: string
  readonly bytes: number
  readonly modifiedMs: number
  /** When it was made, where the file system keeps that. */
  readonly createdMs: number | undefined
}

/** Directory entries that are looked at for all patterns of one job. */
const MOST_ENTRIES = 10_000

/**
 * Files that match absolute patterns of `*`, `?` and `[…]`, none of which goes past a `/`; oldest first. A directory that is not there
 * has none.
 * @throws ProbeError FLOOD past 10,000 entries, NOT_PERMITTED where a directory may not be read
 */
export async function findFiles(
  patterns: readonly string[],
  signal?: AbortSignal,
): Promise<readonly FoundFile[]> {
  const search = new Search(signal)
  const found = new Map<string, FoundFile>()
  for (const pattern of patterns)
    for (const file of await search.files(pattern)) found.set(file.path, file)
  return [...found.values()].toSorted(
    (a, b) => a.modifiedMs - b.modifiedMs || (a.path < b.path ? -1 : 1),
  )
}

class Search {
  #entries = 0
  readonly #signal: AbortSignal | undefined

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal
  }

  async files(pattern: string): Promise<readonly FoundFile[]> {
    const { root } = parse(pattern)
    const parts = pattern.slice(root.length).split(process.platform === 'win32' ? /[/\\]/ : '/')
    let places = [root]
    for (const part of parts.filter((name) => name !== '')) {
      const next: string[] = []
      for (const place of places) next.push(...(await this.#below(place, part)))
      places = next
    }
    const files: FoundFile[] = []
    for (const place of places) files.push(...(await this.#file(place)))
    return files
  }

  async #below(place: string, part: string): Promise<readonly string[]> {
    if (!/[*?[]/.test(part)) return [join(place, part)]
    const matches = toShellPattern(part)
    const entries = await this.#list(place)
    return entries.filter(matches).map((name) => join(place, name))
  }

  async #list(place: string): Promise<readonly string[]> {
    try {
      const names: string[] = []
      for await (const { name } of await opendir(place)) {
        this.#count()
        names.push(name)
      }
      return names
    } catch (error) {
      return noneWhereAbsent(error, place)
    }
  }

  async #file(path: string): Promise<readonly FoundFile[]> {
    this.#signal?.throwIfAborted()
    try {
      const found = await stat(path)
      if (!found.isFile()) return []
      const { size, mtimeMs, birthtimeMs } = found
      const createdMs = birthtimeMs > 0 && birthtimeMs <= mtimeMs ? birthtimeMs : undefined
      return [{ path, bytes: size, modifiedMs: Math.floor(mtimeMs), createdMs }]
    } catch (error) {
      return noneWhereAbsent(error, path)
    }
  }

  #count(): void {
    this.#signal?.throwIfAborted()
    if (++this.#entries <= MOST_ENTRIES) return
    throw new ProbeError('FLOOD', {
      zh: `通配符要查看的目录项超过 ${MOST_ENTRIES} 个，请缩小范围`,
      en: `more than ${MOST_ENTRIES} directory entries to look at; narrow the pattern`,
    })
  }
}

/** A shell's pattern of one name; a name that begins with a dot is matched by a dot alone. */
function toShellPattern(part: string): (name: string) => boolean {
  const matches = toWildcard(part, true)
  return (name) => (part.startsWith('.') || !name.startsWith('.')) && matches(name)
}

/** @throws ProbeError but where there is just nothing */
export function noneWhereAbsent(error: unknown, path: string): readonly [] {
  const code = errorCodeOf(error)
  if (code === 'ENOENT' || code === 'ENOTDIR') return []
  if (code === 'EACCES' || code === 'EPERM')
    throw new ProbeError(
      'NOT_PERMITTED',
      { zh: `采集代理无权读取 ${path}`, en: `the agent may not read ${path}` },
      { cause: error },
    )
  if (error instanceof ProbeError || code === undefined) throw error
  throw new ProbeError(
    'UNREADABLE',
    { zh: `无法读取 ${path}：${code}`, en: `${path} can't be read: ${code}` },
    { cause: error },
  )
}

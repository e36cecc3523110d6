import { ProbeError } from '../../probe.ts'
import type { CompareVersions } from './compare-versions.ts'
import type { PendingUpdate } from './pending-updates.ts'

interface ListedPackage {
  readonly name: string
  readonly version: string
  readonly isSecurity: boolean
}

const MAX_LISTED = 200_000

/**
 * Parses a package list that a site brought in: `NAME VERSION [security]`, one a line, `#` begins a comment.
 * @throws ProbeError UNPARSABLE naming the line, FLOOD
 */
export function parsePackageList(text: string, file: string): ListedPackage[] {
  const listed: ListedPackage[] = []
  for (const [at, line] of text.split('\n').entries()) {
    const words = line.replace(/#.*/, '').trim().split(/\s+/).filter(Boolean)
    if (words.length === 0) continue
    const [name = '', version = '', kind] = words
    if (words.length < 2 || words.length > 3 || (kind !== undefined && kind !== 'security'))
      throw new ProbeError('UNPARSABLE', {
        zh: `${file} 第 ${at + 1} 行应为“包名 版本 [security]”`,
        en: `${file}:${at + 1}: expected NAME VERSION [security]`,
      })
    listed.push({ name, version, isSecurity: kind === 'security' })
    if (listed.length > MAX_LISTED)
      throw new ProbeError('FLOOD', {
        zh: `${file} 超过 ${MAX_LISTED} 行`,
        en: `${file} has more than ${MAX_LISTED} lines`,
      })
  }
  return listed
}

/** What of the list is newer than what is installed; a package that is not installed needs no update. */
export function compareWithList(
  installed: ReadonlyMap<string, readonly string[]>,
  listed: readonly ListedPackage[],
  compare: CompareVersions,
): PendingUpdate[] {
  const pending = new Map<string, PendingUpdate>()
  for (const { name, version, isSecurity } of listed) {
    const newest = newestOf(installed.get(name) ?? [], compare)
    if (newest === undefined || compare(version, newest) <= 0) continue
    const known = pending.get(name)
    const isNewer = known === undefined || compare(version, known.available) > 0
    pending.set(name, {
      name,
      installed: newest,
      available: isNewer ? version : known.available,
      isSecurity: isSecurity || known?.isSecurity === true,
    })
  }
  return [...pending.values()]
}

/** The highest of several versions that are installed beside each other. */
export function newestOf(
  versions: readonly string[],
  compare: CompareVersions,
): string | undefined {
  return versions.reduce<string | undefined>(
    (newest, version) => (newest === undefined || compare(version, newest) > 0 ? version : newest),
    undefined,
  )
}

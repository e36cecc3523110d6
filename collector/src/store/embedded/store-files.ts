import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { COARSE_FILES, FINE_FILES, RAW_FILES } from './file-kind.ts'
import type { FileKind } from './file-kind.ts'
import type { Registry } from './file-names.ts'
import { PartCache } from './part-cache.ts'
import { PartFiles, setAside } from './part-files.ts'
import type { FileTroubles } from './part-files.ts'
import { RECENT_FILE, RecentParts } from './recent-parts.ts'
import { StoreFileError } from './sqlite-file.ts'

/** All files of the store. */
export interface StoreFiles {
  readonly directory: string
  readonly recent: RecentParts
  readonly raw: PartFiles
  /** 5-minute windows. */
  readonly fine: PartFiles
  /** 1-hour windows. */
  readonly coarse: PartFiles
  readonly cache: PartCache
  readonly troubles: FileTroubles
}

/**
 * Opens the store's directory, or makes it. A damaged `recent.db` is set aside.
 * @throws StoreFileError where the directory can't be used, or `recent.db` has a format that this version doesn't write
 */
export function openStoreFiles(directory: string, registry: Registry, nowMs: number): StoreFiles {
  mkdirSync(directory, { recursive: true })
  const troubles: FileTroubles = { damaged: 0, reasons: new Map() }
  const cache = new PartCache()
  const openKind = (kind: FileKind) => new PartFiles(kind, directory, registry, troubles, cache)
  return {
    directory,
    cache,
    troubles,
    recent: openRecent(
      directory,
      troubles,
      () => new RecentParts(directory, registry, cache, nowMs),
    ),
    raw: openKind(RAW_FILES),
    fine: openKind(FINE_FILES),
    coarse: openKind(COARSE_FILES),
  }
}

function openRecent(
  directory: string,
  troubles: FileTroubles,
  open: () => RecentParts,
): RecentParts {
  try {
    return open()
  } catch (error) {
    if (!(error instanceof StoreFileError) || error.trouble !== 'damaged') throw error
    const path = join(directory, RECENT_FILE)
    setAside(path)
    troubles.damaged++
    troubles.reasons.set(path, error.message)
    return open()
  }
}

export function closeStoreFiles({ recent, raw, fine, coarse }: StoreFiles): void {
  for (const files of [raw, fine, coarse, recent]) files.close()
}

/** Bytes of all files in the directory, also of those set aside. */
export function bytesOnDisk(directory: string): number {
  let bytes = 0
  for (const name of readdirSync(directory)) {
    bytes += statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0
  }
  return bytes
}

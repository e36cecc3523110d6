import { existsSync, renameSync, rmSync } from 'node:fs'
import { DatabaseSync, backup } from 'node:sqlite'
import { MIGRATIONS } from './migrations/migrations.ts'
import { migrate } from './migrate.ts'

/** What opening had to do to get a usable database. */
export interface OpenedDatabase {
  readonly database: DatabaseSync
  /** Where a damaged database was put aside, when there was one. */
  readonly setAside: string | undefined
  /** What took its place: the daily copy, or an empty database. */
  readonly replacedBy: 'copy' | 'empty' | undefined
}

const NOT_A_DATABASE = 26
const CORRUPT = 11

/**
 * Opens the state database and brings it to the newest format. A damaged one is put aside and replaced by the last daily copy, or
 * by an empty one: the collector starts in any case.
 * @throws StateTooNewError, and the system's error where the file can't be opened or written at all
 */
export async function openDatabase(
  file: string,
  nowMs: () => number,
  migrations: readonly string[] = MIGRATIONS,
): Promise<OpenedDatabase> {
  try {
    const database = await openSound(file, migrations)
    return { database, setAside: undefined, replacedBy: undefined }
  } catch (error) {
    if (!isDamage(error)) throw error
    const setAside = putAside(file, nowMs())
    const copy = dailyCopyOf(file)
    if (existsSync(copy)) {
      try {
        renameSync(copy, file)
        return { database: await openSound(file, migrations), setAside, replacedBy: 'copy' }
      } catch (copyError) {
        if (!isDamage(copyError)) throw copyError
        putAside(file, nowMs() + 1)
      }
    }
    return { database: await openSound(file, migrations), setAside, replacedBy: 'empty' }
  }
}

/** Copies the whole database while it is in use; the copy replaces the one of the day before. */
export async function copyDaily(database: DatabaseSync, file: string): Promise<void> {
  const copy = dailyCopyOf(file)
  await backup(database, `${copy}.new`)
  renameSync(`${copy}.new`, copy)
}

function dailyCopyOf(file: string): string {
  return `${file}.daily`
}

async function openSound(file: string, migrations: readonly string[]): Promise<DatabaseSync> {
  const database = new DatabaseSync(file, { timeout: 5000 })
  try {
    // FULL: consumers' cursors are in here, and what lies before them is deleted from the journal.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;')
    const check = database.prepare('PRAGMA quick_check(1)').get()
    if (check?.['quick_check'] !== 'ok') throw new DamagedError(String(check?.['quick_check']))
    await migrate(database, file, migrations)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

class DamagedError extends Error {
  override readonly name = 'DamagedError'
  readonly errcode = CORRUPT
}

function isDamage(error: unknown): boolean {
  return (
    error instanceof Error &&
    'errcode' in error &&
    (error.errcode === NOT_A_DATABASE || error.errcode === CORRUPT)
  )
}

function putAside(file: string, atMs: number): string {
  const name = `${file}.damaged-${atMs}`
  renameSync(file, name)
  for (const suffix of ['-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true })
  return name
}

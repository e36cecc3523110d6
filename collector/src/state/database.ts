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
const ALL_PAGES = 2_147_483_647

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

/**
 * Copies the whole database while it is in use; the copy replaces the one of the day before. By a connection of its own and in one step, on a thread
 * of Node's: a step of a backup fails while a transaction is open on the same connection, and begins anew when others write in between.
 * @throws DailyCopyError
 */
export async function copyDaily(file: string): Promise<void> {
  const copy = dailyCopyOf(file)
  const fresh = `${copy}.new`
  try {
    rmSync(fresh, { force: true }) // what a killed process left: not a thing to write into
    const source = new DatabaseSync(file, { readOnly: true, timeout: 5000 })
    try {
      await backup(source, fresh, { rate: ALL_PAGES })
    } finally {
      source.close()
    }
    renameSync(fresh, copy)
  } catch (error) {
    throw new DailyCopyError(file, fresh, error)
  }
}

/** The daily copy could not be made; the one of the day before stays. */
class DailyCopyError extends Error {
  override readonly name = 'DailyCopyError'
  readonly code = 'DAILY_COPY'
  readonly retryable = true

  constructor(file: string, copy: string, cause: unknown) {
    super(
      `${file} could not be copied to ${copy}: ${reasonOf(cause)}; the copy of the day before stays. There must be room for a second state.db in its directory`,
      { cause },
    )
  }
}

/** A busy database makes Node say "not an error". */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return 'errcode' in cause && cause.errcode === 0 ? 'the database is busy' : cause.message
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

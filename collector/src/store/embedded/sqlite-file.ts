import { DatabaseSync } from 'node:sqlite'

/** What stops a file from being used, and what follows from it. */
export type FileTrouble =
  | 'damaged' // set aside
  | 'unknown-format' // left alone
  | 'full' // no space: try again later
  | 'failing' // read-only, I/O error, no permission: try again later

export class StoreFileError extends Error {
  override readonly name = 'StoreFileError'
  readonly code = 'STORE_FILE'
  readonly trouble: FileTrouble
  readonly retryable: boolean

  constructor(trouble: FileTrouble, message: string, cause?: unknown) {
    super(message, { cause })
    this.trouble = trouble
    this.retryable = trouble === 'full' || trouble === 'failing'
  }
}

/** SQLite's primary result codes, https://sqlite.org/rescode.html */
const CORRUPT = 11
const FULL = 13
const NOT_A_DATABASE = 26

/** Puts what went wrong with a file into words and decides what follows. */
export function toStoreFileError(path: string, error: unknown): StoreFileError {
  if (error instanceof StoreFileError) return error
  const detail = error instanceof Error ? error.message : String(error)
  const result = resultCode(error)
  if (result === FULL) {
    const message = `${path} can't grow: no space left on its file system; free some space`
    return new StoreFileError('full', message, error)
  }
  // What isn't SQLite's own trouble is content that our readers refuse.
  if (result === undefined || result === CORRUPT || result === NOT_A_DATABASE) {
    return new StoreFileError('damaged', `${path} is damaged: ${detail}`, error)
  }
  return new StoreFileError('failing', `${path} can't be used: ${detail}`, error)
}

/** SQLite's primary result code, if it is SQLite's error. */
function resultCode(error: unknown): number | undefined {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'errcode') : undefined
  return typeof code === 'number' ? code & 0xff : undefined
}

export interface FileFormat {
  readonly format: number
  readonly schema: string
  readonly pageBytes: number
}

/**
 * One connection at a time has the file, so a rollback journal does: it writes each page once where a WAL writes it twice, and the exclusive lock spares
 * each read its system calls. Every commit is synced before it returns. The lock dies with the process.
 */
const SETTINGS = `
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA journal_mode = TRUNCATE;
PRAGMA synchronous = FULL;
PRAGMA cache_size = -512;
`

/**
 * Opens a SQLite file of ours, or makes it.
 * @throws StoreFileError
 */
export function openSqliteFile(
  path: string,
  { format, schema, pageBytes }: FileFormat,
): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { timeout: 1000 })
    database.exec(SETTINGS)
    const found = readFormat(database)
    if (found === undefined) createTables(database, format, schema, pageBytes)
    else if (found !== format) {
      const message = `${path} has format ${found}; this version writes format ${format}. It is left as it is: use the version that wrote it`
      throw new StoreFileError('unknown-format', message)
    }
    return database
  } catch (error) {
    database?.close()
    throw toStoreFileError(path, error)
  }
}

function readFormat(database: DatabaseSync): number | undefined {
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
  if (tables.length === 0) return undefined
  if (!tables.some((table) => table['name'] === 'meta')) return -1
  const row = database.prepare("SELECT value FROM meta WHERE key = 'format'").get()
  return Number(row?.['value'] ?? -1)
}

function createTables(
  database: DatabaseSync,
  format: number,
  schema: string,
  pageBytes: number,
): void {
  database.exec(`PRAGMA page_size = ${pageBytes}; PRAGMA auto_vacuum = INCREMENTAL`)
  database.exec('BEGIN IMMEDIATE')
  database.exec('CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID')
  database.exec(schema)
  database.prepare("INSERT INTO meta VALUES ('format', ?)").run(format)
  database.exec('COMMIT')
}

/** Runs `write` in one transaction. @throws StoreFileError; nothing of it is in the file then */
export function inTransaction(path: string, database: DatabaseSync, write: () => void): void {
  try {
    database.exec('BEGIN IMMEDIATE')
    write()
    database.exec('COMMIT')
  } catch (error) {
    // A failed COMMIT may or may not have ended the transaction.
    if (database.isTransaction) database.exec('ROLLBACK')
    throw toStoreFileError(path, error)
  }
}

import type { DatabaseSync } from 'node:sqlite'
import { FileNames, NAMES_SCHEMA } from './file-names.ts'
import type { Registry } from './file-names.ts'
import type { Part } from './part.ts'
import type { PartCache } from './part-cache.ts'
import { inTransaction, openSqliteFile, toStoreFileError } from './sqlite-file.ts'
import { bytesOf, integerOf } from './sqlite-row.ts'
import type { Row } from './sqlite-row.ts'

/** Raised with every change that an older version can't read or must not write. */
const PART_FILE_FORMAT = 1

const SCHEMA = `${NAMES_SCHEMA}
CREATE TABLE parts (
  id INTEGER PRIMARY KEY,
  subject INTEGER NOT NULL,
  start INTEGER NOT NULL, -- epoch ms
  span INTEGER NOT NULL,  -- ms
  shape_set INTEGER NOT NULL,
  data BLOB NOT NULL
);
CREATE INDEX parts_by_series ON parts (subject, shape_set, start, span);
`

/** Samples (or windows) of a set of series of one subject in one span of time, coded. */
export interface PlacedPart {
  /** Number of the SeriesTable. */
  readonly subject: number
  /** Number of the SetTable. */
  readonly set: number
  readonly startMs: number
  readonly spanMs: number
  readonly data: Uint8Array
}

/** A part, opened. */
export interface OpenPart {
  readonly startMs: number
  readonly spanMs: number
  readonly part: Part
}

interface PartPlace extends OpenPart {
  readonly id: number
}

export interface PartCount {
  readonly subject: number
  readonly startMs: number
  readonly spanMs: number
}

/** What may be changed in one transaction of a file. */
export interface PartTransaction {
  insert(part: PlacedPart): void
  remove(id: number): void
  removeSpan(subject: number, startMs: number, spanMs: number): void
  setMeta(key: string, value: string | number): void
}

/** What a file is made for. */
export interface PartFileUse {
  readonly pageBytes: number
  /** Whether its parts are worth a place in the cache. */
  readonly keepsParts: boolean
}

/** Small pages: a part leaves half of its last one empty. */
export const MERGED_USE: PartFileUse = { pageBytes: 2048, keepsParts: true }
/** Large pages are written faster, and what is written here does not stay. */
export const RECENT_USE: PartFileUse = { pageBytes: 8192, keepsParts: false }

/** Parts in one SQLite file. Every method throws StoreFileError. */
export class PartFile {
  readonly path: string
  readonly #database: DatabaseSync
  readonly #names: FileNames
  readonly #cache: PartCache
  readonly #keepsParts: boolean
  #serial: number
  readonly #statements: ReturnType<typeof prepareStatements>

  /** Opens or makes the file. */
  constructor(
    path: string,
    registry: Registry,
    cache: PartCache,
    { pageBytes, keepsParts }: PartFileUse,
  ) {
    this.path = path
    this.#cache = cache
    this.#keepsParts = keepsParts
    this.#serial = cache.newSerial()
    this.#database = openSqliteFile(path, { format: PART_FILE_FORMAT, schema: SCHEMA, pageBytes })
    try {
      this.#statements = prepareStatements(this.#database)
      this.#names = new FileNames(this.#database, registry)
    } catch (error) {
      this.#database.close()
      throw toStoreFileError(path, error)
    }
  }

  /** The subjects that have had parts here, each with its sets. */
  get members(): ReadonlyMap<number, ReadonlySet<number>> {
    return this.#names.members
  }

  setsOf(subject: number): ReadonlySet<number> {
    return this.#names.setsOf(subject)
  }

  /** Parts of a subject that begin in [fromMs, toMs), by their start and then in the order of their writing; damaged ones are left out. */
  parts(
    subject: number,
    fromMs: number,
    toMs: number,
    sets: ReadonlySet<number> = this.setsOf(subject),
  ): OpenPart[] {
    return this.#guard(() => {
      const subjectId = this.#names.findSubject(subject)
      if (subjectId === undefined) return []
      const found: PartPlace[] = []
      for (const set of sets) this.#find(subjectId, set, fromMs, toMs, found)
      found.sort((a, b) => a.startMs - b.startMs || a.id - b.id)
      return found
    })
  }

  /** The places at which there are parts. */
  places(): PartCount[] {
    return this.#guard(() =>
      this.#statements.places.all().map((row) => ({
        subject: this.#names.subjectAt(integerOf(row, 'subject')),
        startMs: integerOf(row, 'start'),
        spanMs: integerOf(row, 'span'),
      })),
    )
  }

  /** The subjects that have parts of this span. */
  subjectsWithSpan(spanMs: number): number[] {
    return this.#guard(() =>
      this.#statements.subjectsWithSpan
        .all(spanMs)
        .map((row) => this.#names.subjectAt(integerOf(row, 'subject'))),
    )
  }

  /** One transaction, on the disk when this returns; nothing of it if it throws. */
  write(change: (transaction: PartTransaction) => void): void {
    this.#serial = this.#cache.newSerial()
    try {
      inTransaction(this.path, this.#database, () => change(this.#transaction()))
    } catch (error) {
      this.#guard(() => this.#names.reload())
      throw error
    }
  }

  meta(key: string): string | number | undefined {
    const value = this.#guard(() => this.#statements.meta.get(key)?.['value'])
    return typeof value === 'string' || typeof value === 'number' ? value : undefined
  }

  /** Gives free pages back to the file system. */
  shrink(): void {
    this.#guard(() => this.#database.exec('PRAGMA incremental_vacuum'))
  }

  close(): void {
    this.#database.close()
  }

  /** Adds the parts of one set. Their bytes are read with one call for all, and only if one of them isn't in the cache. */
  #find(subjectId: number, set: number, fromMs: number, toMs: number, found: PartPlace[]): void {
    const setId = this.#names.findSet(set)
    if (setId === undefined) return
    const rows = this.#statements.list.all(subjectId, setId, fromMs, toMs)
    let read: Row[] | undefined
    for (const [index, row] of rows.entries()) {
      const id = integerOf(row, 'id')
      let part = this.#cache.find(this.#serial, id)
      if (part === undefined) {
        read ??= this.#statements.read.all(subjectId, setId, fromMs, toMs)
        part = this.#open(id, set, bytesOf(read[index] ?? {}, 'data'))
      }
      if (part === undefined) continue
      found.push({ id, startMs: integerOf(row, 'start'), spanMs: integerOf(row, 'span'), part })
    }
  }

  #open(id: number, set: number, data: Uint8Array): Part | undefined {
    const part = this.#cache.open(set, data)
    if (part !== undefined && this.#keepsParts) this.#cache.add(this.#serial, id, part)
    return part
  }

  #transaction(): PartTransaction {
    const { insert, remove, removeSpan, setMeta } = this.#statements
    const names = this.#names
    return {
      insert({ subject, set, startMs, spanMs, data }) {
        names.writeMember(subject, set)
        insert.run(names.writeSubject(subject), startMs, spanMs, names.writeSet(set), data)
      },
      remove(id) {
        remove.run(id)
      },
      removeSpan(subject, startMs, spanMs) {
        const subjectId = names.findSubject(subject)
        if (subjectId !== undefined) removeSpan.run(subjectId, startMs, spanMs)
      },
      setMeta(key, value) {
        setMeta.run(key, value)
      },
    }
  }

  #guard<T>(read: () => T): T {
    try {
      return read()
    } catch (error) {
      throw toStoreFileError(this.path, error)
    }
  }
}

const OF_SERIES =
  'FROM parts WHERE subject = ? AND shape_set = ? AND start >= ? AND start < ? ORDER BY start, span, id'

function prepareStatements(database: DatabaseSync) {
  return {
    // The index holds all that this reads.
    list: database.prepare(`SELECT id, start, span ${OF_SERIES}`),
    read: database.prepare(`SELECT data ${OF_SERIES}`),
    places: database.prepare('SELECT DISTINCT subject, start, span FROM parts'),
    subjectsWithSpan: database.prepare('SELECT DISTINCT subject FROM parts WHERE span = ?'),
    insert: database.prepare(
      'INSERT INTO parts (subject, start, span, shape_set, data) VALUES (?, ?, ?, ?, ?)',
    ),
    remove: database.prepare('DELETE FROM parts WHERE id = ?'),
    removeSpan: database.prepare('DELETE FROM parts WHERE subject = ? AND start = ? AND span = ?'),
    meta: database.prepare('SELECT value FROM meta WHERE key = ?'),
    setMeta: database.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)'),
  }
}

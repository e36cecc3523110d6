import type { SeriesTable, Shape } from '@wardround/protocol'
import type { DatabaseSync } from 'node:sqlite'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import type { SetTable } from './set-table.ts'
import { bytesOf, integerOf, RowError, textOf } from './sqlite-row.ts'

/** The tables that number subjects, shapes and sets for the life of the process. */
export interface Registry {
  readonly series: SeriesTable
  readonly sets: SetTable
}

export const NAMES_SCHEMA = `
CREATE TABLE subjects (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE shapes (
  id INTEGER PRIMARY KEY,
  measurement TEXT NOT NULL,
  field TEXT NOT NULL,
  kind TEXT NOT NULL,
  tags TEXT NOT NULL -- JSON: [[key, value], …]
);
CREATE TABLE sets (id INTEGER PRIMARY KEY, shapes BLOB NOT NULL); -- varints: shape ids in the order of the columns
CREATE TABLE members (subject INTEGER, shape_set INTEGER, PRIMARY KEY (subject, shape_set)) WITHOUT ROWID;
`

const NONE: ReadonlySet<number> = new Set()

/**
 * The subjects, shapes and sets that one file names, and which subject has which sets. Callers use the numbers of the
 * process; the file has its own.
 */
export class FileNames {
  readonly #database: DatabaseSync
  readonly #registry: Registry
  readonly #subjects = new Numbering()
  readonly #shapes = new Numbering()
  readonly #sets = new Numbering()
  readonly #members = new Map<number, Set<number>>()

  constructor(database: DatabaseSync, registry: Registry) {
    this.#database = database
    this.#registry = registry
    this.reload()
  }

  /** The subjects named here, each with its sets. */
  get members(): ReadonlyMap<number, ReadonlySet<number>> {
    return this.#members
  }

  setsOf(subject: number): ReadonlySet<number> {
    return this.#members.get(subject) ?? NONE
  }

  /** The file's number of a subject, if it names it. */
  findSubject(subject: number): number | undefined {
    return this.#subjects.toFile(subject)
  }

  findSet(set: number): number | undefined {
    return this.#sets.toFile(set)
  }

  subjectAt(id: number): number {
    return this.#subjects.fromFile(id, 'subject')
  }

  setAt(id: number): number {
    return this.#sets.fromFile(id, 'set')
  }

  /** The file's number of a subject; to be called in a transaction, as the next two. */
  writeSubject(subject: number): number {
    const known = this.#subjects.toFile(subject)
    if (known !== undefined) return known
    const name = this.#registry.series.subject(subject)
    return this.#subjects.add(subject, this.#insert('INSERT INTO subjects (name) VALUES (?)', name))
  }

  writeSet(set: number): number {
    const known = this.#sets.toFile(set)
    if (known !== undefined) return known
    const writer = new ByteWriter()
    for (const shape of this.#registry.sets.shapes(set)) writer.varint(this.#writeShape(shape))
    return this.#sets.add(set, this.#insert('INSERT INTO sets (shapes) VALUES (?)', writer.copy()))
  }

  writeMember(subject: number, set: number): void {
    const sets = this.#members.get(subject) ?? new Set()
    if (sets.has(set)) return
    this.#members.set(subject, sets.add(set))
    const ids = [this.writeSubject(subject), this.writeSet(set)]
    this.#insert('INSERT INTO members (subject, shape_set) VALUES (?, ?)', ...ids)
  }

  /** Reads all names again: after opening, and where a transaction that named something has failed. */
  reload(): void {
    for (const numbering of [this.#subjects, this.#shapes, this.#sets]) numbering.clear()
    this.#members.clear()
    const { series, sets } = this.#registry
    for (const row of this.#database.prepare('SELECT * FROM subjects').iterate()) {
      this.#subjects.add(series.internSubject(textOf(row, 'name')), integerOf(row, 'id'))
    }
    for (const row of this.#database.prepare('SELECT * FROM shapes').iterate()) {
      this.#shapes.add(series.internShape(toShape(row)), integerOf(row, 'id'))
    }
    for (const row of this.#database.prepare('SELECT * FROM sets').iterate()) {
      this.#sets.add(sets.intern(this.#toSet(bytesOf(row, 'shapes'))), integerOf(row, 'id'))
    }
    for (const row of this.#database.prepare('SELECT * FROM members').iterate()) {
      const subject = this.subjectAt(integerOf(row, 'subject'))
      const known = this.#members.get(subject) ?? new Set()
      this.#members.set(subject, known.add(this.setAt(integerOf(row, 'shape_set'))))
    }
  }

  #writeShape(shape: number): number {
    const known = this.#shapes.toFile(shape)
    if (known !== undefined) return known
    const { measurement, field, kind, tags } = this.#registry.series.shape(shape)
    const sql = 'INSERT INTO shapes (measurement, field, kind, tags) VALUES (?, ?, ?, ?)'
    return this.#shapes.add(
      shape,
      this.#insert(sql, measurement, field, kind, JSON.stringify(tags)),
    )
  }

  #insert(sql: string, ...values: (string | number | Uint8Array)[]): number {
    return Number(this.#database.prepare(sql).run(...values).lastInsertRowid)
  }

  #toSet(bytes: Uint8Array): Uint32Array {
    const reader = new ByteReader(bytes)
    const shapes: number[] = []
    while (reader.at < bytes.length) shapes.push(this.#shapes.fromFile(reader.varint(), 'shape'))
    return Uint32Array.from(shapes)
  }
}

function toShape(row: Record<string, unknown>): Shape {
  const shape: unknown = {
    measurement: textOf(row, 'measurement'),
    field: textOf(row, 'field'),
    kind: textOf(row, 'kind'),
    tags: JSON.parse(textOf(row, 'tags')),
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- internShape checks every part of a shape, whoever wrote it
  return shape as Shape
}

/** Numbers of the process and numbers of the file, one to one. */
class Numbering {
  readonly #toFile = new Map<number, number>()
  readonly #fromFile = new Map<number, number>()

  add(number: number, id: number): number {
    this.#toFile.set(number, id)
    this.#fromFile.set(id, number)
    return id
  }

  clear(): void {
    this.#toFile.clear()
    this.#fromFile.clear()
  }

  toFile(number: number): number | undefined {
    return this.#toFile.get(number)
  }

  fromFile(id: number, what: string): number {
    const number = this.#fromFile.get(id)
    if (number === undefined) throw new RowError(`${what} ${id} is referred to and not there`)
    return number
  }
}

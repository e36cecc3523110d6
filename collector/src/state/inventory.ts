import type { DatabaseSync } from 'node:sqlite'

/** A document to keep: inventory with its history, a snapshot only while it is the newest. */
export interface DocumentRow {
  readonly subject: string
  readonly name: string
  readonly keep: 'history' | 'newest'
  readonly atMs: number
  /** JSON text. */
  readonly body: string
}

/** One state of a document: unchanged from `atMs` to at least `seenAtMs`. */
export interface DocumentVersion {
  readonly name: string
  readonly atMs: number
  readonly seenAtMs: number
  /** JSON text. */
  readonly body: string
}

export interface InventoryTable {
  /** Storing a document again, or one older than what is known and equal to it, changes nothing. */
  store(document: DocumentRow): void
  /** The newest version of each document of a subject, at or before a time. */
  newest(subject: string, atMs: number): DocumentVersion[]
  /** All versions of one document, newest first. */
  history(subject: string, name: string, limit: number): DocumentVersion[]
  snapshots(subject: string): DocumentVersion[]
  purge(beforeMs: number): void
}

export function openInventoryTable(database: DatabaseSync): InventoryTable {
  const before = database.prepare(
    'SELECT at_ms, body FROM inventory WHERE subject = ? AND name = ? AND at_ms <= ? ORDER BY at_ms DESC LIMIT 1',
  )
  const insert = database.prepare(
    'INSERT OR IGNORE INTO inventory (subject, name, at_ms, seen_at_ms, body) VALUES (?, ?, ?, ?, ?)',
  )
  const extend = database.prepare(
    'UPDATE inventory SET seen_at_ms = max(seen_at_ms, ?) WHERE subject = ? AND name = ? AND at_ms = ?',
  )
  const replace = database.prepare(`
    INSERT INTO snapshots (subject, name, at_ms, body) VALUES (:subject, :name, :atMs, :body)
    ON CONFLICT (subject, name) DO UPDATE SET at_ms = :atMs, body = :body WHERE at_ms < :atMs`)
  const newest = database.prepare(`
    SELECT name, max(at_ms) AS at_ms, seen_at_ms, body FROM inventory
    WHERE subject = ? AND at_ms <= ? GROUP BY name ORDER BY name`)
  const history = database.prepare(
    'SELECT name, at_ms, seen_at_ms, body FROM inventory WHERE subject = ? AND name = ? ORDER BY at_ms DESC LIMIT ?',
  )
  const snapshots = database.prepare(
    'SELECT name, at_ms, at_ms AS seen_at_ms, body FROM snapshots WHERE subject = ? ORDER BY name',
  )
  // What was still true after the limit stays, however old it is.
  const purge = database.prepare('DELETE FROM inventory WHERE seen_at_ms < ?')

  return {
    store({ subject, name, keep, atMs, body }) {
      if (keep === 'newest') {
        replace.run({ subject, name, atMs, body })
        return
      }
      const known = before.get(subject, name, atMs)
      if (known?.['body'] === body) extend.run(atMs, subject, name, Number(known['at_ms']))
      else insert.run(subject, name, atMs, atMs, body)
    },
    newest: (subject, atMs) => newest.all(subject, atMs).map(toVersion),
    history: (subject, name, limit) => history.all(subject, name, limit).map(toVersion),
    snapshots: (subject) => snapshots.all(subject).map(toVersion),
    purge: (beforeMs) => void purge.run(beforeMs),
  }
}

function toVersion(row: Record<string, unknown>): DocumentVersion {
  return {
    name: String(row['name']),
    atMs: Number(row['at_ms']),
    seenAtMs: Number(row['seen_at_ms']),
    body: String(row['body']),
  }
}

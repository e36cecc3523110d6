import type { DatabaseSync } from 'node:sqlite'

/** A write token as it is kept: its SHA-256 in hex, never itself. */
export interface WriteTokenRow {
  readonly hash: string
  /** A label; no two tokens have the same. */
  readonly name: string
  readonly project: string
  readonly role: string | null
  /** Names of hosts, or patterns with `*`; at least one. */
  readonly hosts: readonly string[]
  readonly createdAtMs: number
}

export interface WriteTokenTable {
  /** The oldest first. */
  list(): WriteTokenRow[]
  add(token: WriteTokenRow): void
  /** By its name. */
  remove(name: string): void
}

export const WRITE_TOKEN_TABLES = `
CREATE TABLE write_tokens (
  hash TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  project TEXT NOT NULL,
  role TEXT,
  hosts TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`

export function openWriteTokenTable(database: DatabaseSync): WriteTokenTable {
  const list = database.prepare('SELECT * FROM write_tokens ORDER BY created_at_ms, name')
  const add = database.prepare(`
    INSERT INTO write_tokens (hash, name, project, role, hosts, created_at_ms)
    VALUES (:hash, :name, :project, :role, :hosts, :createdAtMs)`)
  const remove = database.prepare('DELETE FROM write_tokens WHERE name = ?')
  return {
    list: () =>
      list.all().map((row) => ({
        hash: String(row['hash']),
        name: String(row['name']),
        project: String(row['project']),
        role: row['role'] === null ? null : String(row['role']),
        hosts: toNames(String(row['hosts'])),
        createdAtMs: Number(row['created_at_ms']),
      })),
    add: ({ hash, name, project, role, hosts, createdAtMs }) =>
      void add.run({ hash, name, project, role, hosts: JSON.stringify(hosts), createdAtMs }),
    remove: (name) => void remove.run(name),
  }
}

function toNames(json: string): string[] {
  const hosts: unknown = JSON.parse(json)
  return Array.isArray(hosts) ? hosts.map(String) : []
}

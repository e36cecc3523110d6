import type { DatabaseSync } from 'node:sqlite'

/** A device or remote host that an agent polls, and which agent speaks for it. */
export interface SubjectRow {
  readonly name: string
  /** Host name of the agent's identity. */
  readonly agent: string
  readonly sinceMs: number
}

export interface SubjectTable {
  list(): SubjectRow[]
  /** Adds one, or gives it to another agent. */
  put(subject: SubjectRow): void
  remove(name: string): void
}

export const SUBJECT_TABLES = `
CREATE TABLE subjects (
  name TEXT PRIMARY KEY,
  agent TEXT NOT NULL,
  since_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`

export function openSubjectTable(database: DatabaseSync): SubjectTable {
  const list = database.prepare('SELECT name, agent, since_ms FROM subjects ORDER BY name')
  const put = database.prepare(`
    INSERT INTO subjects (name, agent, since_ms) VALUES (:name, :agent, :sinceMs)
    ON CONFLICT (name) DO UPDATE SET agent = :agent, since_ms = :sinceMs`)
  const remove = database.prepare('DELETE FROM subjects WHERE name = ?')
  return {
    list: () =>
      list.all().map((row) => ({
        name: String(row['name']),
        agent: String(row['agent']),
        sinceMs: Number(row['since_ms']),
      })),
    put: ({ name, agent, sinceMs }) => void put.run({ name, agent, sinceMs }),
    remove: (name) => void remove.run(name),
  }
}

import type { DatabaseSync } from 'node:sqlite'
import type { Incident } from '../projects/incident.ts'
import type { ProjectRecord } from '../projects/project-record.ts'
import { inTransaction } from './transaction.ts'

export const PROJECT_TABLES = `
CREATE TABLE project_records (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  project TEXT NOT NULL,
  kind TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  recorded_at_ms INTEGER NOT NULL,
  who TEXT NOT NULL,
  what TEXT NOT NULL,
  incident TEXT,
  cancels INTEGER
) STRICT;
CREATE TABLE incidents (
  id TEXT PRIMARY KEY,
  project TEXT NOT NULL,
  start_ms INTEGER NOT NULL,
  is_open INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX incidents_by_project ON incidents (project, start_ms);
`

export interface StoredIncidents {
  readonly incidents: readonly Incident[]
  readonly damaged: readonly string[]
}

export interface ProjectTable {
  /** All records, oldest first. */
  records(): ProjectRecord[]
  /** Adds one; nothing is ever changed. Returns its id. */
  append(record: Omit<ProjectRecord, 'id'>): number
  /** Those that were not over when they were written last; `damaged`: ids of those that cannot be read, which stay as they are. */
  openIncidents(): StoredIncidents
  /** One, over or not; undefined where there is none that can be read. */
  incident(id: string): Incident | undefined
  /** Adds or replaces, all of them or none; `isOpen` of each. */
  putIncidents(rows: readonly { readonly incident: Incident; readonly isOpen: boolean }[]): void
  /** Drops incidents that are over and records, of before a time. */
  purge(beforeMs: number): void
}

export function openProjectTable(database: DatabaseSync): ProjectTable {
  const records = database.prepare('SELECT * FROM project_records ORDER BY at_ms, id')
  const append = database.prepare(`
    INSERT INTO project_records (project, kind, at_ms, recorded_at_ms, who, what, incident, cancels)
    VALUES (:project, :kind, :atMs, :recordedAtMs, :who, :what, :incident, :cancels)`)
  const open = database.prepare('SELECT id, body FROM incidents WHERE is_open = 1')
  const one = database.prepare('SELECT id, body FROM incidents WHERE id = ?')
  const put = database.prepare(`
    INSERT INTO incidents (id, project, start_ms, is_open, body) VALUES (:id, :project, :startMs, :isOpen, :body)
    ON CONFLICT (id) DO UPDATE SET project = :project, start_ms = :startMs, is_open = :isOpen, body = :body`)
  const purgeRecords = database.prepare('DELETE FROM project_records WHERE at_ms < ?')
  const purgeIncidents = database.prepare(
    'DELETE FROM incidents WHERE is_open = 0 AND start_ms < ?',
  )
  return {
    records: () => records.all().map(toRecord),
    append: ({ incident, cancels, ...record }) =>
      Number(
        append.run({ ...record, incident: incident ?? null, cancels: cancels ?? null })
          .lastInsertRowid,
      ),
    openIncidents: () => readIncidents(open.all()),
    incident: (id) => readIncidents(one.all(id)).incidents[0],
    putIncidents(rows) {
      inTransaction(database, () => {
        for (const { incident, isOpen } of rows) {
          const { id, project, startMs } = incident
          const body = JSON.stringify(incident)
          put.run({ id, project, startMs, isOpen: isOpen ? 1 : 0, body })
        }
      })
    },
    purge(beforeMs) {
      purgeRecords.run(beforeMs)
      purgeIncidents.run(beforeMs)
    },
  }
}

function readIncidents(rows: readonly Readonly<Record<string, unknown>>[]): StoredIncidents {
  const incidents: Incident[] = []
  const damaged: string[] = []
  for (const { id, body } of rows) {
    try {
      incidents.push(toIncident(String(body)))
    } catch {
      damaged.push(String(id))
    }
  }
  return { incidents, damaged }
}

/** Older ones are without their alerts, when an incident was of one alone, and without what their facts follow from. */
function toIncident(body: string): Incident {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by putIncidents alone
  const stored = JSON.parse(body) as Omit<Incident, 'alerts' | 'alertCount' | 'parts'> &
    Partial<Incident>
  const { ruleId, key, resolvedMs, parts } = stored
  const alerts = resolvedMs === undefined ? [{ ruleId, key }] : []
  const facts =
    parts === undefined
      ? { parts: [], endedMs: resolvedMs, claimedByAlert: stored.claim }
      : { parts }
  return {
    ...stored,
    ...facts,
    alerts: stored.alerts ?? alerts,
    alertCount: stored.alertCount ?? 1,
  }
}

function toRecord(row: Readonly<Record<string, unknown>>): ProjectRecord {
  const { incident, cancels } = row
  return {
    id: Number(row['id']),
    project: String(row['project']),
    kind: String(row['kind']),
    atMs: Number(row['at_ms']),
    recordedAtMs: Number(row['recorded_at_ms']),
    who: String(row['who']),
    what: String(row['what']),
    incident: typeof incident === 'string' ? incident : undefined,
    cancels: typeof cancels === 'number' ? cancels : undefined,
  }
}

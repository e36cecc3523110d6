import type { DatabaseSync } from 'node:sqlite'
import type { Decision } from '../dispatch/decision.ts'
import type { DispatchChanges, DispatchRow } from '../dispatch/dispatch-rows.ts'

/** Kept beside the code that reads it; run by the state's migrations. A decision's json holds what has no column of its own. */
export const DISPATCH_TABLES = `
CREATE TABLE dispatch_state (
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  json TEXT NOT NULL,
  PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE alert_decisions (
  number INTEGER PRIMARY KEY,
  rule_id TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  code TEXT NOT NULL,
  json TEXT NOT NULL
) STRICT;
CREATE INDEX alert_decisions_alert ON alert_decisions (rule_id, key, number);
CREATE INDEX alert_decisions_fingerprint ON alert_decisions (fingerprint);
CREATE INDEX alert_decisions_at ON alert_decisions (at_ms);
`

/** Decisions that are kept, the newest. */
const MAX_DECISIONS = 1_000_000

/** What the dispatcher remembers, and what it decided, over node:sqlite, for the state worker's thread. */
export function openDispatchTable(database: DatabaseSync) {
  const put = database.prepare(`
    INSERT INTO dispatch_state (kind, key, json) VALUES (:kind, :key, :json)
    ON CONFLICT (kind, key) DO UPDATE SET json = :json`)
  const remove = database.prepare('DELETE FROM dispatch_state WHERE kind = :kind AND key = :key')
  const rows = database.prepare('SELECT kind, key, json FROM dispatch_state')
  const record = database.prepare(`
    INSERT INTO alert_decisions (rule_id, key, fingerprint, at_ms, code, json)
    VALUES (:ruleId, :key, :fingerprint, :atMs, :code, :json)`)
  const bound = database.prepare(
    'DELETE FROM alert_decisions WHERE number <= (SELECT max(number) FROM alert_decisions) - ?',
  )
  const ofAlert = database.prepare(`
    SELECT rule_id, key, fingerprint, at_ms, code, json FROM alert_decisions
    WHERE (rule_id, key) = (SELECT rule_id, key FROM alert_decisions WHERE fingerprint = :fingerprint LIMIT 1)
    ORDER BY number DESC LIMIT :limit`)
  const prune = database.prepare('DELETE FROM alert_decisions WHERE at_ms < ?')
  const recordAll = (decisions: readonly Decision[]): void => {
    for (const { ruleId, key, fingerprint, atMs, code, ...more } of decisions) {
      const json = JSON.stringify(more)
      record.run({ ruleId, key, fingerprint, atMs: Math.round(atMs), code, json })
    }
    if (decisions.length > 0) bound.run(MAX_DECISIONS)
  }
  return {
    rows: (): DispatchRow[] => rows.all().map(toRow),
    /** Legal inside a transaction of the caller's. */
    record: recordAll,
    /** Legal inside a transaction of the caller's. */
    write(changes: DispatchChanges, decisions: readonly Decision[]): void {
      for (const { kind, key } of changes.remove) remove.run({ kind, key })
      for (const { kind, key, json } of changes.put) put.run({ kind, key, json })
      recordAll(decisions)
    },
    /** About the alert that had this fingerprint, under whatever severity, the newest first. */
    decisions: (fingerprint: string, limit: number): Decision[] =>
      ofAlert.all({ fingerprint, limit }).map(toDecision),
    /** Forgets decisions that are older. */
    purge: (beforeMs: number): void => void prune.run(beforeMs),
  }
}

type Row = Record<string, unknown>

function toRow(row: Row): DispatchRow {
  return { kind: String(row['kind']), key: String(row['key']), json: String(row['json']) }
}

function toDecision(row: Row): Decision {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written from a Decision alone
  const more = JSON.parse(String(row['json'])) as Decision
  return {
    ...more,
    ruleId: String(row['rule_id']),
    key: String(row['key']),
    fingerprint: String(row['fingerprint']),
    atMs: Number(row['at_ms']),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written from a Decision alone
    code: String(row['code']) as Decision['code'],
  }
}

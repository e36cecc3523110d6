import type { Position } from '@wardround/journal'
import type { DatabaseSync } from 'node:sqlite'
import type { RuleStateRow } from '../../rules/alert.ts'
import type { Decision } from '../dispatch/decision.ts'
import type { DispatchChanges, DispatchRow } from '../dispatch/dispatch-rows.ts'
import { inTransaction } from '../../state/transaction.ts'
import type { NewDelivery } from '../outbox/outbox-store.ts'
import type { AlertCommit, TransitionRecord } from './alert-state-store.ts'

/** Kept beside the code that reads it; run by the state's migrations. */
export const ALERT_STATE_TABLES = `
CREATE TABLE rule_state (
  rule_id TEXT NOT NULL,
  key TEXT NOT NULL,
  json TEXT NOT NULL,
  PRIMARY KEY (rule_id, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE alert_history (
  number INTEGER PRIMARY KEY,
  rule_id TEXT NOT NULL,
  key TEXT NOT NULL,
  kind TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  json TEXT NOT NULL
) STRICT;
CREATE INDEX alert_history_at ON alert_history (at_ms);
`

/** Where the consumers' journal positions are kept. */
interface Cursors {
  load(consumer: string): Position | undefined
  save(consumer: string, position: Position): void
}

/** What the dispatcher remembers, and what it decided. */
interface DispatchTable {
  rows(): DispatchRow[]
  write(changes: DispatchChanges, decisions: readonly Decision[]): void
}

/** The consumer's name in the cursors. */
const CONSUMER = 'rules'

/** The rules' state and the alert history over node:sqlite, for the state worker's thread; load and commit are AlertStateStore's, synchronous. */
export function openAlertStateTable(
  database: DatabaseSync,
  cursors: Cursors,
  outbox: { enqueue(deliveries: readonly NewDelivery[]): void },
  dispatch: DispatchTable,
) {
  const put = database.prepare(`
    INSERT INTO rule_state (rule_id, key, json) VALUES (:ruleId, :key, :json)
    ON CONFLICT (rule_id, key) DO UPDATE SET json = :json`)
  const remove = database.prepare('DELETE FROM rule_state WHERE rule_id = :ruleId AND key = :key')
  const record = database.prepare(`
    INSERT INTO alert_history (rule_id, key, kind, fingerprint, at_ms, json)
    VALUES (:ruleId, :key, :kind, :fingerprint, :atMs, :json)`)
  const rows = database.prepare('SELECT rule_id, key, json FROM rule_state')
  const history = database.prepare(`
    SELECT rule_id, key, kind, fingerprint, at_ms, json FROM alert_history
    WHERE at_ms >= ? AND at_ms < ? ORDER BY number LIMIT ?`)
  const prune = database.prepare('DELETE FROM alert_history WHERE at_ms < ?')

  const write = (commit: AlertCommit): void => {
    for (const { ruleId, key } of commit.remove) remove.run({ ruleId, key })
    for (const { ruleId, key, json } of commit.put) put.run({ ruleId, key, json })
    for (const { ruleId, key, kind, fingerprint, atMs, json } of commit.transitions)
      record.run({ ruleId, key, kind, fingerprint, atMs, json })
    outbox.enqueue(commit.deliveries)
    dispatch.write(commit.dispatch, commit.decisions)
    if (commit.cursor !== undefined) cursors.save(CONSUMER, commit.cursor)
  }

  return {
    load: () => ({
      cursor: cursors.load(CONSUMER),
      rows: rows.all().map(toStateRow),
      dispatchRows: dispatch.rows(),
    }),
    /** All of it or nothing, in a transaction of its own. */
    commit(commit: AlertCommit): void {
      inTransaction(database, () => write(commit))
    },
    /** Transitions in [fromMs, toMs), in the order in which they were made. */
    history: (fromMs: number, toMs: number, limit: number): TransitionRecord[] =>
      history.all(fromMs, toMs, limit).map(toRecord),
    /** Forgets history that is older. */
    purge: (beforeMs: number): void => void prune.run(beforeMs),
  }
}

type Row = Record<string, unknown>

function toStateRow(row: Row): RuleStateRow {
  return { ruleId: String(row['rule_id']), key: String(row['key']), json: String(row['json']) }
}

function toRecord(row: Row): TransitionRecord {
  return {
    ruleId: String(row['rule_id']),
    key: String(row['key']),
    kind: String(row['kind']),
    fingerprint: String(row['fingerprint']),
    atMs: Number(row['at_ms']),
    json: String(row['json']),
  }
}

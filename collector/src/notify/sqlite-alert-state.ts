import type { Position } from '@wardround/journal'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { RuleStateRow } from '../rules/alert.ts'
import type { AlertCommit, TransitionRecord } from './outbox-store.ts'
import type { SqliteOutbox } from './sqlite-outbox.ts'

/**
 * The rules' state, journal cursor and alert history over node:sqlite. Synchronous: it runs in the state worker, in tables made by
 * ALERT_TABLES, on a connection of its own use (commit() opens and ends a transaction).
 */
export class SqliteAlertState {
  readonly #database: DatabaseSync
  readonly #outbox: SqliteOutbox
  readonly #put: StatementSync
  readonly #remove: StatementSync
  readonly #cursor: StatementSync
  readonly #record: StatementSync
  readonly #history: StatementSync
  readonly #prune: StatementSync

  constructor(database: DatabaseSync, outbox: SqliteOutbox) {
    this.#database = database
    this.#outbox = outbox
    this.#put = database.prepare(
      `INSERT INTO rule_state (rule_id, key, json) VALUES (?, ?, ?) ON CONFLICT (rule_id, key) DO UPDATE SET json = excluded.json`,
    )
    this.#remove = database.prepare(`DELETE FROM rule_state WHERE rule_id = ? AND key = ?`)
    this.#cursor = database.prepare(
      `INSERT INTO rule_cursor (id, segment, offset) VALUES (1, ?, ?)
       ON CONFLICT (id) DO UPDATE SET segment = excluded.segment, offset = excluded.offset`,
    )
    this.#record = database.prepare(
      `INSERT INTO alert_history (rule_id, key, kind, fingerprint, at_ms, json) VALUES (?, ?, ?, ?, ?, ?)`,
    )
    this.#history = database.prepare(
      `SELECT rule_id, key, kind, fingerprint, at_ms, json FROM alert_history WHERE at_ms >= ? AND at_ms < ? ORDER BY number LIMIT ?`,
    )
    this.#prune = database.prepare(`DELETE FROM alert_history WHERE at_ms < ?`)
  }

  load(): { cursor: Position | undefined; rows: RuleStateRow[] } {
    const cursor = this.#database.prepare(`SELECT segment, offset FROM rule_cursor`).get()
    const rows = this.#database.prepare(`SELECT rule_id, key, json FROM rule_state`).all()
    return {
      cursor:
        cursor === undefined
          ? undefined
          : { segment: Number(cursor['segment']), offset: Number(cursor['offset']) },
      rows: rows.map((row) => ({
        ruleId: String(row['rule_id']),
        key: String(row['key']),
        json: String(row['json']),
      })),
    }
  }

  /** All of it or nothing. */
  commit(commit: AlertCommit): void {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      for (const { ruleId, key } of commit.remove) this.#remove.run(ruleId, key)
      for (const { ruleId, key, json } of commit.put) this.#put.run(ruleId, key, json)
      for (const { ruleId, key, kind, fingerprint, atMs, json } of commit.transitions)
        this.#record.run(ruleId, key, kind, fingerprint, atMs, json)
      this.#outbox.enqueue(commit.deliveries)
      if (commit.cursor !== undefined) this.#cursor.run(commit.cursor.segment, commit.cursor.offset)
      this.#database.exec('COMMIT')
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
  }

  /** Transitions in [fromMs, toMs), in the order in which they were made. */
  history(fromMs: number, toMs: number, limit: number): TransitionRecord[] {
    return this.#history.all(fromMs, toMs, limit).map((row) => ({
      ruleId: String(row['rule_id']),
      key: String(row['key']),
      kind: String(row['kind']),
      fingerprint: String(row['fingerprint']),
      atMs: Number(row['at_ms']),
      json: String(row['json']),
    }))
  }

  /** Forgets history that is older. */
  prune(beforeMs: number): void {
    this.#prune.run(beforeMs)
  }
}

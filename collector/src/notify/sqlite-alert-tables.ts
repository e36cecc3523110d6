/**
 * The tables of alerts and notices in state.db. `number` keeps the order of enqueue; state is 0 queued, 1 sent, 2 given up.
 * Written so that running it again changes nothing.
 */
export const ALERT_TABLES = `
CREATE TABLE IF NOT EXISTS rule_state (
  rule_id TEXT NOT NULL,
  key TEXT NOT NULL,
  json TEXT NOT NULL,
  PRIMARY KEY (rule_id, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS rule_cursor (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  segment INTEGER NOT NULL,
  offset INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS alert_history (
  number INTEGER PRIMARY KEY,
  rule_id TEXT NOT NULL,
  key TEXT NOT NULL,
  kind TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  json TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS alert_history_at ON alert_history (at_ms);
CREATE TABLE IF NOT EXISTS notification_outbox (
  number INTEGER PRIMARY KEY,
  delivery_id TEXT NOT NULL UNIQUE,
  webhook TEXT NOT NULL,
  group_key TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  body TEXT NOT NULL,
  state INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_attempt_at_ms INTEGER NOT NULL DEFAULT 0,
  at_ms INTEGER,
  reason TEXT,
  detail TEXT
);
CREATE INDEX IF NOT EXISTS notification_outbox_queued
  ON notification_outbox (webhook, group_key, number) WHERE state = 0;
CREATE INDEX IF NOT EXISTS notification_outbox_given_up ON notification_outbox (at_ms) WHERE state = 2;
CREATE INDEX IF NOT EXISTS notification_outbox_done ON notification_outbox (created_at_ms) WHERE state > 0;
`

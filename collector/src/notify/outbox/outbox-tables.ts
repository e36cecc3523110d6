/**
 * Kept beside the code that reads it; run by the state's migrations. state: 0 queued, 1 sent, 2 given up. `number` keeps the order of enqueue. The body
 * goes once nobody needs it.
 */
export const NOTIFICATION_TABLES = `
CREATE TABLE notification_outbox (
  number INTEGER PRIMARY KEY,
  delivery_id TEXT NOT NULL UNIQUE,
  webhook TEXT NOT NULL,
  group_key TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  body TEXT NOT NULL,
  state INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_attempt_at_ms INTEGER NOT NULL DEFAULT 0,
  at_ms INTEGER NOT NULL DEFAULT 0,
  reason TEXT NOT NULL DEFAULT '',
  detail TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX notification_outbox_queued ON notification_outbox (webhook, group_key, number) WHERE state = 0;
CREATE INDEX notification_outbox_given_up ON notification_outbox (at_ms) WHERE state = 2;
CREATE INDEX notification_outbox_age ON notification_outbox (created_at_ms);
CREATE INDEX notification_outbox_state ON notification_outbox (webhook, state);
`

/** A later migration. What waits from before had a body ready to be sent, which no channel could read: it is given up, visibly. */
export const NOTICES_IN_OUTBOX = `
ALTER TABLE notification_outbox RENAME COLUMN webhook TO channel;
ALTER TABLE notification_outbox RENAME COLUMN body TO notice;
UPDATE notification_outbox SET state = 2, notice = '', at_ms = created_at_ms, reason = 'unreadable', detail = 'written by an older version'
  WHERE state = 0;
CREATE INDEX notification_outbox_attempted ON notification_outbox (channel, at_ms);
`

/** A later migration. `urgency`: 0 is the most urgent; `only_to`: JSON list of who is still to get it, empty for all. The index answers alone which group is next. */
export const URGENCY_AND_PAUSES = `
ALTER TABLE notification_outbox ADD COLUMN urgency INTEGER NOT NULL DEFAULT 1;
ALTER TABLE notification_outbox ADD COLUMN only_to TEXT NOT NULL DEFAULT '';
DROP INDEX notification_outbox_queued;
CREATE INDEX notification_outbox_queued ON notification_outbox (channel, group_key, number, urgency, next_attempt_at_ms) WHERE state = 0;
CREATE TABLE notification_pauses (
  service TEXT PRIMARY KEY,
  until_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`

/**
 * Times are epoch milliseconds, UTC. Bodies are JSON text. `host` is an identity's name; a document's `subject` is a host or a device.
 */
export const sql = `
CREATE TABLE agents (
  host TEXT PRIMARY KEY,
  first_seen_ms INTEGER NOT NULL,
  last_seen_ms INTEGER NOT NULL,
  version TEXT NOT NULL,
  platform TEXT NOT NULL,
  epoch TEXT NOT NULL,
  last_sequence INTEGER NOT NULL,
  address TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE agent_intervals (
  host TEXT NOT NULL,
  up_at_ms INTEGER NOT NULL,
  down_at_ms INTEGER,
  reason TEXT,
  PRIMARY KEY (host, up_at_ms)
) STRICT, WITHOUT ROWID;
CREATE INDEX agent_intervals_by_end ON agent_intervals (down_at_ms);

CREATE TABLE tokens (
  hash TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('agent', 'api')),
  name TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE inventory (
  subject TEXT NOT NULL,
  name TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  seen_at_ms INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (subject, name, at_ms)
) STRICT, WITHOUT ROWID;

CREATE TABLE snapshots (
  subject TEXT NOT NULL,
  name TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (subject, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE cursors (
  consumer TEXT PRIMARY KEY,
  segment INTEGER NOT NULL,
  "offset" INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE collector_life (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  alive_at_ms INTEGER NOT NULL
) STRICT;
`

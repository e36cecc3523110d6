import type { Statement } from '../../statement.ts'

/** What the role `pg_monitor` lets the account read. */
export const GRANT_MONITOR = 'GRANT pg_monitor TO wardround'

/**
 * The session's first statement: what server this is. Plans of our statements are too small for JIT (from version 11) to be worth its
 * while, and it is switched off for this session; from 14 a statement ends within two seconds of our line being cut (servers on Linux
 * alone can watch a line while they work), before that at its deadline. Our own parameters change nothing elsewhere.
 */
export const FACTS: Statement = {
  id: 'postgresql.session.facts',
  text: `SELECT current_setting('server_version') AS server_version,
  current_setting('server_version_num') AS version_num,
  pg_backend_pid() AS backend_pid,
  CASE WHEN current_setting('jit', true) IS NOT NULL THEN set_config('jit', 'off', false) END AS jit,
  CASE WHEN current_setting('client_connection_check_interval', true) IS NOT NULL AND version() LIKE '%linux%'
    THEN set_config('client_connection_check_interval', '2s', false) END AS checks_line`,
  reads: [],
  grants: [],
  cost: 'cheap',
  isNeeded: true,
}

/**
 * Sets the server's own deadline, sent only when the next statement has another one than the last. It is listed, counted and told by
 * itself, and what it takes is a part of what that statement takes, too.
 */
export const SET_DEADLINE: Statement = {
  id: 'postgresql.session.deadline',
  text: "SELECT set_config('statement_timeout', $1, false) AS deadline",
  reads: [],
  grants: [],
  cost: 'cheap',
  isNeeded: true,
}

/** What the session itself sends. */
export const SESSION_STATEMENTS: readonly Statement[] = [FACTS, SET_DEADLINE]

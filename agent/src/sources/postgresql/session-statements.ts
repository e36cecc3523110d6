import type { Statement } from '../../statement.ts'

/** What the role `pg_monitor` lets the account read. */
export const GRANT_MONITOR = 'GRANT pg_monitor TO wardround'

/**
 * The session's first statement: what server this is. Plans of our statements are too small for JIT (from version 11) to be worth its
 * while, and it is switched off for this session; our own parameters are no user's business and change nothing elsewhere.
 */
export const FACTS: Statement = {
  id: 'postgresql.session.facts',
  text: `SELECT current_setting('server_version') AS server_version,
  current_setting('server_version_num') AS version_num,
  pg_backend_pid() AS backend_pid,
  CASE WHEN current_setting('server_version_num')::integer >= 110000
    THEN set_config('jit', 'off', false) END AS jit`,
  reads: [],
  grants: [],
  cost: 'cheap',
}

/** Sets the server's own deadline, sent only when the next statement has another one than the last. */
export const SET_DEADLINE: Statement = {
  id: 'postgresql.session.deadline',
  text: "SELECT set_config('statement_timeout', $1, false) AS deadline",
  reads: [],
  grants: [],
  cost: 'cheap',
}

/** What the session itself sends. */
export const SESSION_STATEMENTS: readonly Statement[] = [FACTS, SET_DEADLINE]

import type { Statement } from '../../statement.ts'

/** What the session itself sends, beside what its probes declare. */

/** Which server it is: the first thing that is sent. */
export const SERVER: Statement = {
  id: 'mysql.session.server',
  text: 'SELECT VERSION() AS version, @@version_comment AS version_comment, @@performance_schema AS performance_schema',
  reads: [],
  grants: [],
  cost: 'cheap',
  isNeeded: true,
}

/** From here on the server refuses every change that this session might ask for. */
export const READ_ONLY: Statement = {
  id: 'mysql.session.read-only',
  text: 'SET SESSION TRANSACTION READ ONLY',
  reads: [],
  grants: [],
  cost: 'cheap',
  isNeeded: true,
}

/**
 * Locks are not waited for, the session of an agent that has vanished goes away, and the site's own settings can't change what the
 * statements mean: times are those of the server's system clock, as information_schema.INNODB_TRX gives them.
 */
export const LIMITS: Statement = {
  id: 'mysql.session.limits',
  text: "SET SESSION lock_wait_timeout = 2, innodb_lock_wait_timeout = 2, wait_timeout = 600, sql_mode = '', time_zone = 'SYSTEM'",
  reads: [],
  grants: [],
  cost: 'cheap',
  isNeeded: true,
}

/**
 * The server itself cancels what takes longer, also once our line is cut, of which it learns nothing while it works. MariaDB (s) cancels
 * whatever it is, SHOW too; MySQL (ms) SELECT alone. Its SHOW statements that we send read counters, the list of binary logs and the state of
 * replication: what they wait for is a lock, for lock_wait_timeout at most, or a mutex, and the client cuts the line a second after the
 * deadline. Sent before a statement whose deadline is another than the last one's; listed, counted and told by itself, and what it takes is
 * a part of what that statement takes, too.
 */
export const STATEMENT_LIMIT: readonly Statement[] = [
  {
    id: 'mysql.session.statement-limit',
    text: 'SET SESSION max_statement_time = ?',
    where: { flavour: ['mariadb'] },
    reads: [],
    grants: [],
    cost: 'cheap',
    isNeeded: true,
  },
  {
    id: 'mysql.session.statement-limit',
    text: 'SET SESSION max_execution_time = ?',
    where: { flavour: ['mysql'] },
    reads: [],
    grants: [],
    cost: 'cheap',
    isNeeded: true,
  },
]

/**
 * Processor time of our own session. MariaDB counts it where userstat is ON, MySQL where the consumer events_statements_cpu is; else both
 * say 0.
 */
export const OWN_CPU: readonly Statement[] = [
  {
    id: 'mysql.session.cpu',
    text: "SHOW SESSION STATUS LIKE 'Cpu_time'",
    where: { flavour: ['mariadb'] },
    reads: [],
    grants: [],
    cost: 'cheap',
  },
  {
    id: 'mysql.session.cpu',
    text: 'SELECT SUM(SUM_CPU_TIME) AS cpu_picoseconds FROM performance_schema.events_statements_summary_by_thread_by_event_name WHERE THREAD_ID = PS_CURRENT_THREAD_ID()',
    since: [8, 0, 28],
    where: { flavour: ['mysql'], performance_schema: ['on'] },
    reads: ['performance_schema.events_statements_summary_by_thread_by_event_name'],
    grants: [
      'GRANT SELECT ON performance_schema.events_statements_summary_by_thread_by_event_name TO wardround',
    ],
    cost: 'cheap',
  },
]

export const SESSION_STATEMENTS: readonly Statement[] = [
  SERVER,
  READ_ONLY,
  LIMITS,
  ...STATEMENT_LIMIT,
  ...OWN_CPU,
]

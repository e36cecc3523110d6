import { gauge } from '../../field.ts'
import { defineProbe } from '../../probe.ts'
import { numberOf, percentOf, type Row } from '../../row.ts'
import { postgresql } from '../../sources/postgresql.ts'
import { GRANT_MONITOR } from '../../sources/postgresql/session-statements.ts'
import { Parts } from '../../sources/server/parts.ts'
import type { Statement } from '../../statement.ts'
import { hiddenRows } from './hidden-rows.ts'

/** pg_blocking_pids() locks the lock table for each session that is asked for: no more of them at a time. */
const MOST_LOOKED_AT = 50

const CONNECTIONS: Statement = {
  id: 'postgresql.connections',
  since: [12],
  text: activityOf("a.backend_type = 'client backend'"),
  reads: ['pg_stat_activity'],
  grants: [GRANT_MONITOR],
  cost: 'cheap',
}

/** Senders of WAL are taken from max_connections too. */
const CONNECTIONS_BEFORE_12: Statement = {
  id: 'postgresql.connections',
  before: [12],
  text: activityOf("a.backend_type IN ('client backend', 'walsender')"),
  reads: ['pg_stat_activity'],
  grants: [GRANT_MONITOR],
  cost: 'cheap',
}

const BLOCKED: Statement = {
  id: 'postgresql.connections.blocked',
  text: `WITH waiting AS (
  SELECT a.pid, pg_blocking_pids(a.pid) AS by_whom
  FROM pg_stat_activity AS a
  WHERE a.wait_event_type = 'Lock'
  LIMIT ${MOST_LOOKED_AT}
)
SELECT (SELECT count(*) FROM pg_stat_activity AS a WHERE a.wait_event_type = 'Lock') AS waiting,
  (SELECT count(*) FROM waiting AS w WHERE cardinality(w.by_whom) > 0) AS blocked,
  (SELECT count(DISTINCT b.pid) FROM waiting AS w CROSS JOIN unnest(w.by_whom) AS b (pid)
    WHERE b.pid NOT IN (SELECT o.pid FROM waiting AS o)) AS blockers`,
  reads: ['pg_stat_activity'],
  grants: [GRANT_MONITOR],
  cost: 'moderate',
}

function activityOf(isClient: string): string {
  return `SELECT s.total, s.hidden, s.active, s.idle, s.idle_in_tx, s.idle_in_tx_aborted, s.waiting, s.lock_waiting,
  s.oldest_tx_seconds, s.oldest_query_seconds, s.oldest_idle_in_tx_seconds,
  current_setting('max_connections') AS max,
  current_setting('superuser_reserved_connections')::integer
    + coalesce(current_setting('reserved_connections', true), '0')::integer AS reserved
FROM (
  SELECT count(*) AS total,
    count(*) FILTER (WHERE a.backend_type IS NULL) AS hidden,
    count(*) FILTER (WHERE a.state IN ('active', 'fastpath function call') AND NOT a.is_ours) AS active,
    count(*) FILTER (WHERE a.state = 'idle') AS idle,
    count(*) FILTER (WHERE a.state = 'idle in transaction') AS idle_in_tx,
    count(*) FILTER (WHERE a.state = 'idle in transaction (aborted)') AS idle_in_tx_aborted,
    count(*) FILTER (WHERE a.state = 'active' AND a.wait_event_type IN ('Lock', 'LWLock', 'BufferPin', 'IO', 'IPC')) AS waiting,
    count(*) FILTER (WHERE a.wait_event_type = 'Lock') AS lock_waiting,
    extract(epoch FROM max(clock_timestamp() - a.xact_start) FILTER (WHERE NOT a.is_ours)) AS oldest_tx_seconds,
    extract(epoch FROM max(clock_timestamp() - a.query_start) FILTER (WHERE a.state = 'active' AND NOT a.is_ours)) AS oldest_query_seconds,
    extract(epoch FROM max(clock_timestamp() - a.state_change) FILTER (WHERE a.state LIKE 'idle in transaction%')) AS oldest_idle_in_tx_seconds
  FROM (
    SELECT a.backend_type, a.state, a.wait_event_type, a.xact_start, a.query_start, a.state_change, a.pid = pg_backend_pid() AS is_ours
    FROM pg_stat_activity AS a
    WHERE ${isClient} OR (a.backend_type IS NULL AND a.datid IS NOT NULL)
  ) AS a
) AS s`
}

/**
 * Sessions by state, and who waits for whom. Reads: pg_stat_activity, never its column query. Needs: pg_monitor. Since: 10. Cost: 1 ms;
 * pg_blocking_pids() is only asked while something waits for a lock.
 */
export default defineProbe({
  name: 'postgresql.connections',
  source: postgresql,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 30,
  cost: 'cheap',
  reads: 'pg_stat_activity, pg_blocking_pids()',
  needs: 'pg_monitor',
  help: { zh: 'PostgreSQL 会话与阻塞', en: 'Sessions of PostgreSQL, and which are blocked' },
  measurements: {
    pg_connections: {
      identifyingTags: ['instance'],
      fields: {
        active: gauge(
          'count',
          '活动会话数（不含本代理）',
          'Sessions that run a statement, but ours',
        ),
        idle: gauge('count', '空闲会话数', 'Sessions that are idle'),
        idle_in_tx: gauge(
          'count',
          '事务空闲（idle in transaction）的会话数',
          'Sessions idle in a transaction',
        ),
        idle_in_tx_aborted: gauge(
          'count',
          '已失败事务中的空闲会话数（idle in transaction (aborted)）',
          'Sessions idle in a transaction that has failed',
        ),
        waiting: gauge(
          'count',
          '正在等待（锁、I/O、缓冲区等）的活动会话数',
          'Active sessions that wait for a lock, I/O or another process',
        ),
        total: gauge('count', '会话总数（含本代理）', 'All sessions, ours included'),
        max: gauge('count', '最大连接数', 'max_connections'),
        reserved: gauge(
          'count',
          '为超级用户等保留的连接数',
          'Connections that are kept for superusers and pg_use_reserved_connections',
        ),
        used_percent: gauge(
          'percent',
          '连接使用率（最大连接数减去保留数为 100%；超级用户占用保留连接时超过 100）',
          'Connections used, of those that are not reserved; above 100 when superusers use reserved ones',
          0.01,
        ),
        oldest_tx_seconds: gauge('seconds', '最长事务时长', 'Age of the oldest transaction', 0.1),
        oldest_query_seconds: gauge(
          'seconds',
          '最长语句执行时长',
          'Age of the oldest running statement',
          0.1,
        ),
        oldest_idle_in_tx_seconds: gauge(
          'seconds',
          '事务空闲（idle in transaction）的最长时长',
          'Longest time that a session has been idle in a transaction',
          0.1,
        ),
        blocked: gauge('count', '被其他会话阻塞的会话数', 'Sessions that others block'),
        blockers: gauge(
          'count',
          `阻塞源头会话数；等待锁的会话多于 ${MOST_LOOKED_AT} 个时缺失`,
          `Sessions that block others and wait for nobody; missing while more than ${MOST_LOOKED_AT} wait for a lock`,
        ),
      },
    },
  },
  statements: [CONNECTIONS, CONNECTIONS_BEFORE_12, BLOCKED],
  async sample({ session, emit, remark, signal }) {
    const tags = { instance: session.instance }
    const parts = new Parts(remark)
    const variants = [CONNECTIONS, CONNECTIONS_BEFORE_12]
    const [row] = (await parts.ask(session.rows(variants, signal))) ?? []
    if (row === undefined) return parts.settle()
    const max = numberOf(row, 'max')
    const reserved = numberOf(row, 'reserved')
    if ((numberOf(row, 'hidden') ?? 0) > 0) {
      emit('pg_connections', tags, { max, reserved })
      throw hiddenRows(CONNECTIONS)
    }
    const total = numberOf(row, 'total')
    emit('pg_connections', tags, {
      total,
      max,
      reserved,
      used_percent: percentOf(total, (max ?? 0) - (reserved ?? 0)),
      active: numberOf(row, 'active'),
      idle: numberOf(row, 'idle'),
      idle_in_tx: numberOf(row, 'idle_in_tx'),
      idle_in_tx_aborted: numberOf(row, 'idle_in_tx_aborted'),
      waiting: numberOf(row, 'waiting'),
      oldest_tx_seconds: numberOf(row, 'oldest_tx_seconds') ?? 0,
      oldest_query_seconds: numberOf(row, 'oldest_query_seconds') ?? 0,
      oldest_idle_in_tx_seconds: numberOf(row, 'oldest_idle_in_tx_seconds') ?? 0,
    })
    if ((numberOf(row, 'lock_waiting') ?? 0) === 0) {
      emit('pg_connections', tags, { blocked: 0, blockers: 0 })
      return
    }
    const [blocked] = (await parts.ask(session.rows([BLOCKED], signal))) ?? []
    if (blocked !== undefined) emit('pg_connections', tags, toBlocked(blocked))
    parts.settle()
  },
})

/** Where not all that wait were looked at, each of them counts as blocked, and who is at their head is not known. */
function toBlocked(row: Row) {
  const waiting = numberOf(row, 'waiting') ?? 0
  if (waiting > MOST_LOOKED_AT) return { blocked: waiting }
  return { blocked: numberOf(row, 'blocked'), blockers: numberOf(row, 'blockers') }
}

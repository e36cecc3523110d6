import { gauge } from '../../field.ts'
import { defineProbe } from '../../probe.ts'
import { numberOf, percentOf, textOf, type Row } from '../../row.ts'
import { reading } from '../../sources/oracle/grant.ts'
import { oracle } from '../../sources/oracle.ts'
import type { Statement } from '../../statement.ts'

/** Always reported, so that a series does not end where there is no such session for a while. */
const USER_STATUSES = ['ACTIVE', 'INACTIVE', 'KILLED', 'SNIPED']

/**
 * One pass over the sessions. A blocker is known for waits on a background process too, which end by themselves: those of class
 * Commit (for the log writer) are not counted as blocked. A session that waits idly within a call (a queue, a sleep) is not
 * working, however long its call is.
 */
const SESSIONS: Statement = {
  id: 'oracle.session',
  cost: 'cheap',
  ...reading('V$SESSION'),
  text: `SELECT s.status, s.type, COUNT(*) AS sessions,
  COUNT(CASE WHEN s.blocking_session_status = 'VALID' AND s.state = 'WAITING' AND s.wait_class NOT IN ('Idle', 'Commit')
    THEN 1 END) AS blocked,
  COUNT(CASE WHEN s.blocking_session_status = 'VALID' AND s.state = 'WAITING' AND s.wait_class NOT IN ('Idle', 'Commit')
    AND s.wait_time_micro > 600000000 THEN 1 END) AS blocked_over_600s,
  MAX(CASE WHEN s.status = 'ACTIVE' AND s.username NOT IN ('SYS', 'PUBLIC')
    AND NOT (s.state = 'WAITING' AND s.wait_class = 'Idle') THEN s.last_call_et END) AS oldest_active_seconds
FROM v$session s
GROUP BY s.status, s.type`,
}

/**
 * Sessions of this instance: how many, and how many wait for another session. Source: V$SESSION (in CDB$ROOT those of all
 * containers, in a PDB its own), from STARTED on. Needs: SELECT on V_$SESSION. Since 11.2.
 */
export default defineProbe({
  name: 'oracle.session',
  source: oracle,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 30,
  cost: 'cheap',
  reads: 'V$SESSION',
  needs: 'SELECT on V_$SESSION',
  help: {
    zh: '会话数、被阻塞的会话、执行最久的活动会话',
    en: 'Sessions, those that are blocked, and the call that runs longest',
  },
  measurements: {
    oracle_session: {
      identifyingTags: ['database', 'instance', 'status', 'type'],
      fields: { count: gauge('count', '会话数', 'Sessions') },
    },
    oracle_sessions: {
      identifyingTags: ['database', 'instance'],
      fields: {
        total: gauge(
          'count',
          '会话总数，含后台进程',
          'All sessions, background processes included',
        ),
        blocked: gauge('count', '被其他会话阻塞的会话数', 'Sessions that wait for another one'),
        blocked_over_600s: gauge(
          'count',
          '被阻塞超过 10 分钟的会话数',
          'Sessions that have waited for another one for more than 10 minutes',
        ),
        blocked_percent: gauge(
          'percent',
          '被阻塞会话占用户会话',
          'Blocked ones, of all user sessions',
          0.01,
        ),
        oldest_active_seconds: gauge(
          'seconds',
          '当前执行最久的用户调用；没有时缺失',
          'Longest running call of a user; missing where there is none',
        ),
      },
    },
  },
  statements: [SESSIONS],
  async sample({ session, emit, signal }) {
    const tags = await session.instanceTags(signal)
    const rows = await session.rows([SESSIONS], signal)
    for (const [key, count] of countByKind(rows)) {
      const [status = '', type = ''] = key.split(' ')
      emit('oracle_session', { ...tags, status, type }, { count })
    }
    const users = rows.filter((row) => textOf(row, 'TYPE') === 'USER')
    const blocked = sumOf(users, 'BLOCKED')
    emit('oracle_sessions', tags, {
      total: sumOf(rows, 'SESSIONS'),
      blocked,
      blocked_over_600s: sumOf(users, 'BLOCKED_OVER_600S'),
      blocked_percent: percentOf(blocked, sumOf(users, 'SESSIONS')),
      oldest_active_seconds: oldestOf(users),
    })
  },
})

function countByKind(rows: readonly Row[]): ReadonlyMap<string, number> {
  const counts = new Map(USER_STATUSES.map((status) => [`${status} USER`, 0]))
  for (const row of rows) {
    const key = `${textOf(row, 'STATUS') ?? ''} ${textOf(row, 'TYPE') ?? ''}`
    counts.set(key, numberOf(row, 'SESSIONS') ?? 0)
  }
  return counts
}

function sumOf(rows: readonly Row[], column: string): number {
  return rows.reduce((sum, row) => sum + (numberOf(row, column) ?? 0), 0)
}

function oldestOf(rows: readonly Row[]): number | undefined {
  const ages = rows.flatMap((row) => numberOf(row, 'OLDEST_ACTIVE_SECONDS') ?? [])
  return ages.length === 0 ? undefined : Math.max(...ages)
}

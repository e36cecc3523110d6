import { gauge } from '../../field.ts'
import { defineProbe } from '../../probe.ts'
import { numberOf, textOf } from '../../row.ts'
import { postgresql } from '../../sources/postgresql.ts'
import type { Statement } from '../../statement.ts'

/** All modes that PostgreSQL knows: each has its series from the start, at 0. */
const MODES = [
  'AccessShareLock',
  'RowShareLock',
  'RowExclusiveLock',
  'ShareUpdateExclusiveLock',
  'ShareLock',
  'ShareRowExclusiveLock',
  'ExclusiveLock',
  'AccessExclusiveLock',
  'SIReadLock',
] as const

function locksWith(longestWait: string): string {
  return `SELECT l.mode, count(*) AS count, count(*) FILTER (WHERE NOT l.granted) AS waiting,
  ${longestWait} AS longest_wait_seconds
FROM pg_locks AS l
WHERE l.pid IS DISTINCT FROM pg_backend_pid()
GROUP BY l.mode`
}

const LOCKS: Statement = {
  id: 'postgresql.locks',
  since: [14],
  text: locksWith('extract(epoch FROM max(clock_timestamp() - l.waitstart))'),
  reads: ['pg_locks'],
  grants: [],
  cost: 'moderate',
}

const LOCKS_BEFORE_14: Statement = {
  id: 'postgresql.locks',
  before: [14],
  text: locksWith('NULL'),
  reads: ['pg_locks'],
  grants: [],
  cost: 'moderate',
}

/** Locks by mode, ours left out. Reads: pg_locks, which holds the lock table still while it is copied. Needs: nothing. Since: 10; longest_wait_seconds 14. Cost: 1 ms for 1,000 locks. */
export default defineProbe({
  name: 'postgresql.locks',
  source: postgresql,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 60,
  cost: 'moderate',
  reads: 'pg_locks',
  needs: 'none',
  help: { zh: 'PostgreSQL 锁', en: 'Locks of PostgreSQL' },
  measurements: {
    pg_locks: {
      identifyingTags: ['instance', 'mode'],
      fields: {
        count: gauge('count', '锁数（含等待的）', 'Locks, those that are waited for included'),
        waiting: gauge('count', '等待的锁数', 'Locks that are waited for'),
        longest_wait_seconds: gauge(
          'seconds',
          '最长等待时间（14 起）；无等待时为 0',
          'Longest wait (14); 0 where none waits',
          0.1,
        ),
      },
    },
  },
  statements: [LOCKS, LOCKS_BEFORE_14],
  async sample({ session, emit, signal }) {
    const { instance } = session
    const rows = await session.rows([LOCKS, LOCKS_BEFORE_14], signal)
    const byMode = new Map(rows.map((row) => [textOf(row, 'mode') ?? '', row]))
    const { version } = await session.facts(signal)
    const calm = (version[0] ?? 0) >= 14 ? 0 : undefined
    for (const mode of new Set([...MODES, ...byMode.keys()])) {
      const row = byMode.get(mode)
      emit(
        'pg_locks',
        { instance, mode },
        {
          count: row === undefined ? 0 : numberOf(row, 'count'),
          waiting: row === undefined ? 0 : numberOf(row, 'waiting'),
          longest_wait_seconds: (row && numberOf(row, 'longest_wait_seconds')) ?? calm,
        },
      )
    }
  },
})

import { gauge, percent } from '../../field.ts'
import { defineProbe } from '../../probe.ts'
import { numberOf, percentOf, type Row } from '../../row.ts'
import { postgresql } from '../../sources/postgresql.ts'
import { GRANT_MONITOR } from '../../sources/postgresql/session-statements.ts'
import { Parts } from '../../sources/server/parts.ts'
import type { Statement } from '../../statement.ts'

/** Ids are compared in a circle of 2^32: half of it is the past. */
const IDS = 2 ** 31

const AGES: Statement = {
  id: 'postgresql.wraparound',
  text: `SELECT max(age(d.datfrozenxid)) AS xid_age, max(mxid_age(d.datminmxid)) AS mxid_age,
  current_setting('autovacuum_freeze_max_age') AS freeze_max_age
FROM pg_database AS d`,
  reads: ['pg_database'],
  grants: [],
  cost: 'cheap',
}

/** Each of these keeps VACUUM from removing and freezing rows. */
const HOLDERS: Statement = {
  id: 'postgresql.wraparound.holders',
  text: `SELECT (SELECT max(age(a.backend_xmin)) FROM pg_stat_activity AS a WHERE a.pid <> pg_backend_pid()) AS backend_xmin_age,
  (SELECT max(greatest(age(s.xmin), age(s.catalog_xmin))) FROM pg_replication_slots AS s) AS slot_xmin_age,
  p.prepared, p.prepared_xid_age, p.oldest_prepared_seconds
FROM (
  SELECT count(*) AS prepared, max(age(x.transaction)) AS prepared_xid_age,
    extract(epoch FROM max(clock_timestamp() - x.prepared)) AS oldest_prepared_seconds
  FROM pg_prepared_xacts AS x
) AS p`,
  reads: ['pg_stat_activity', 'pg_replication_slots', 'pg_prepared_xacts'],
  grants: [GRANT_MONITOR],
  cost: 'cheap',
}

/** How near the server is to running out of transaction ids, and what holds VACUUM back. Reads: pg_database, pg_stat_activity, pg_replication_slots, pg_prepared_xacts. Needs: pg_monitor. Since: 10. Cost: 1 ms. */
export default defineProbe({
  name: 'postgresql.wraparound',
  source: postgresql,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 600,
  cost: 'cheap',
  reads: 'pg_database, pg_stat_activity, pg_replication_slots, pg_prepared_xacts',
  needs: 'pg_monitor',
  help: {
    zh: 'PostgreSQL 事务号回卷风险，以及是什么阻碍了清理',
    en: 'How near PostgreSQL is to a wraparound of transaction ids, and what holds VACUUM back',
  },
  measurements: {
    pg_wraparound: {
      identifyingTags: ['instance'],
      fields: {
        xid_age: gauge(
          'count',
          '最老未冻结事务号的年龄',
          'Age of the oldest id that is not frozen',
        ),
        mxid_age: gauge('count', '最老 MultiXact ID 的年龄', 'Age of the oldest multixact id'),
        xid_used_percent: percent(
          '事务号使用率；接近 100% 时数据库将拒绝写入',
          'Transaction ids used; the server takes no more writes near 100',
        ),
        mxid_used_percent: percent('MultiXact ID 使用率', 'Multixact ids used'),
        freeze_max_age: gauge(
          'count',
          '强制防回卷清理的年龄（autovacuum_freeze_max_age）',
          'Age from which autovacuum is forced (autovacuum_freeze_max_age)',
        ),
        backend_xmin_age: gauge(
          'count',
          '会话持有的最老快照的年龄；没有时缺失',
          'Age of the oldest snapshot that a session holds; missing where none does',
        ),
        slot_xmin_age: gauge(
          'count',
          '复制槽持有的最老事务号的年龄；没有时缺失',
          'Age of the oldest id that a replication slot holds; missing where none does',
        ),
        prepared: gauge(
          'count',
          '未决的两阶段事务数',
          'Prepared transactions that are not finished',
        ),
        prepared_xid_age: gauge(
          'count',
          '最老两阶段事务的事务号年龄；没有时缺失',
          'Age of the oldest prepared transaction’s id; missing where there is none',
        ),
        oldest_prepared_seconds: gauge(
          'seconds',
          '最老两阶段事务的时长；没有时为 0',
          'Time since the oldest prepared transaction; 0 where there is none',
        ),
      },
    },
  },
  statements: [AGES, HOLDERS],
  async sample({ session, emit, remark, signal }) {
    const tags = { instance: session.instance }
    const parts = new Parts(remark)
    const [ages] = (await parts.ask(session.rows([AGES], signal))) ?? []
    if (ages !== undefined) emit('pg_wraparound', tags, toAges(ages))
    const [held] = (await parts.ask(session.rows([HOLDERS], signal))) ?? []
    if (held !== undefined) emit('pg_wraparound', tags, toHolders(held))
    parts.settle()
  },
})

function toAges(row: Row) {
  const xidAge = numberOf(row, 'xid_age')
  const mxidAge = numberOf(row, 'mxid_age')
  return {
    xid_age: xidAge,
    mxid_age: mxidAge,
    xid_used_percent: percentOf(xidAge, IDS),
    mxid_used_percent: percentOf(mxidAge, IDS),
    freeze_max_age: numberOf(row, 'freeze_max_age'),
  }
}

function toHolders(held: Row) {
  return {
    backend_xmin_age: numberOf(held, 'backend_xmin_age'),
    slot_xmin_age: numberOf(held, 'slot_xmin_age'),
    prepared: numberOf(held, 'prepared'),
    prepared_xid_age: numberOf(held, 'prepared_xid_age'),
    oldest_prepared_seconds: numberOf(held, 'oldest_prepared_seconds') ?? 0,
  }
}

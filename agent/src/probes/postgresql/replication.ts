import { gauge, state } from '../../field.ts'
import { defineProbe, NoDataError } from '../../probe.ts'
import { booleanOf, flagOf, numberOf, placeOf, textOf, type Row } from '../../row.ts'
import { postgresql } from '../../sources/postgresql.ts'
import { GRANT_MONITOR } from '../../sources/postgresql/session-statements.ts'
import type { Statement } from '../../statement.ts'
import { hiddenRows } from './hidden-rows.ts'

const STATES = ['startup', 'catchup', 'streaming', 'backup', 'stopping'] as const
const SYNC_STATES = ['async', 'potential', 'sync', 'quorum'] as const

/** Senders under one name and address count as one, by the worst of them. */
const SENDERS: Statement = {
  id: 'postgresql.replication.senders',
  text: `SELECT s.app, s.addr, count(*) AS senders, bool_or(s.state IS NULL) AS hidden,
  (array_agg(s.state ORDER BY s.replay_lsn NULLS FIRST))[1] AS state,
  (array_agg(s.sync_state ORDER BY s.replay_lsn NULLS FIRST))[1] AS sync_state,
  max(pg_wal_lsn_diff(s.here, s.sent_lsn)) AS sent_lag_bytes,
  max(pg_wal_lsn_diff(s.here, s.write_lsn)) AS write_lag_bytes,
  max(pg_wal_lsn_diff(s.here, s.flush_lsn)) AS flush_lag_bytes,
  max(pg_wal_lsn_diff(s.here, s.replay_lsn)) AS replay_lag_bytes,
  extract(epoch FROM max(s.write_lag)) AS write_lag_seconds,
  extract(epoch FROM max(s.flush_lag)) AS flush_lag_seconds,
  extract(epoch FROM max(s.replay_lag)) AS replay_lag_seconds
FROM (
  SELECT coalesce(r.application_name, '') AS app, coalesce(host(r.client_addr), 'local') AS addr, r.state, r.sync_state,
    r.sent_lsn, r.write_lsn, r.flush_lsn, r.replay_lsn, r.write_lag, r.flush_lag, r.replay_lag,
    CASE WHEN pg_is_in_recovery() THEN coalesce(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
      ELSE pg_current_wal_lsn() END AS here
  FROM pg_stat_replication AS r
) AS s
GROUP BY s.app, s.addr
ORDER BY s.app, s.addr
LIMIT 200`,
  reads: ['pg_stat_replication'],
  grants: [GRANT_MONITOR],
  cost: 'cheap',
}

/** All functions of recovery are asked for on a standby alone: on a primary some of them raise an error. */
const STANDBY: Statement = {
  id: 'postgresql.replication.standby',
  text: `SELECT s.in_recovery, s.paused, s.receivers, w.status,
  pg_wal_lsn_diff(s.received, s.replayed) AS replay_lag_bytes,
  pg_wal_lsn_diff(w.latest_end_lsn, s.received) AS receive_lag_bytes,
  CASE WHEN w.status = 'streaming' AND s.received <= s.replayed THEN 0
    ELSE extract(epoch FROM clock_timestamp() - s.replayed_at) END AS replay_lag_seconds,
  extract(epoch FROM clock_timestamp() - w.last_msg_receipt_time) AS last_message_age_seconds
FROM (
  SELECT pg_is_in_recovery() AS in_recovery,
    CASE WHEN pg_is_in_recovery() THEN pg_is_wal_replay_paused() END AS paused,
    pg_last_wal_receive_lsn() AS received, pg_last_wal_replay_lsn() AS replayed,
    pg_last_xact_replay_timestamp() AS replayed_at,
    (SELECT count(*) FROM pg_stat_wal_receiver AS r) AS receivers
) AS s
LEFT JOIN pg_stat_wal_receiver AS w ON true`,
  reads: ['pg_stat_wal_receiver'],
  grants: [GRANT_MONITOR],
  cost: 'cheap',
}

/**
 * Replication: each standby as its primary sees it, and this server's own lag where it is a standby. Reads: pg_stat_replication,
 * pg_stat_wal_receiver. Needs: pg_monitor. Since: 10. Cost: 1 ms. The lag in seconds of a standby counts only while something is
 * left to replay: a quiet primary is no lag.
 */
export default defineProbe({
  name: 'postgresql.replication',
  source: postgresql,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 30,
  cost: 'cheap',
  reads:
    'pg_stat_replication, pg_stat_wal_receiver, pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()',
  needs: 'pg_monitor',
  help: {
    zh: 'PostgreSQL 流复制：主库看到的各备库，以及备库自身的延迟',
    en: 'Streaming replication: each standby as its primary sees it, and the lag of a standby',
  },
  measurements: {
    pg_replication: {
      identifyingTags: ['instance', 'app', 'addr'],
      fields: {
        state: state('复制状态；0 为其他', 'State of the sender; 0: another one', {
          0: { zh: '其他', en: 'another' },
          1: { zh: '启动', en: 'startup' },
          2: { zh: '追赶', en: 'catchup' },
          3: { zh: '流复制', en: 'streaming' },
          4: { zh: '备份', en: 'backup' },
          5: { zh: '停止中', en: 'stopping' },
        }),
        sync_state: state('同步方式；0 为其他', 'How synchronous it is; 0: another one', {
          0: { zh: '其他', en: 'another' },
          1: { zh: '异步', en: 'async' },
          2: { zh: '候选同步', en: 'potential' },
          3: { zh: '同步', en: 'sync' },
          4: { zh: '法定数同步（quorum）', en: 'quorum' },
        }),
        senders: gauge('count', '同名同地址的发送进程数', 'Senders under this name and address'),
        sent_lag_bytes: gauge('bytes', '尚未发送的 WAL', 'WAL not sent yet'),
        write_lag_bytes: gauge(
          'bytes',
          '备库尚未写入的 WAL',
          'WAL that the standby has not written yet',
        ),
        flush_lag_bytes: gauge(
          'bytes',
          '备库尚未落盘的 WAL',
          'WAL that the standby has not flushed yet',
        ),
        replay_lag_bytes: gauge(
          'bytes',
          '备库尚未回放的 WAL',
          'WAL that the standby has not replayed yet',
        ),
        write_lag_seconds: gauge('seconds', '写入延迟', 'Lag of writing', 0.001),
        flush_lag_seconds: gauge('seconds', '落盘延迟', 'Lag of flushing', 0.001),
        replay_lag_seconds: gauge('seconds', '回放延迟', 'Lag of replaying', 0.001),
      },
    },
    pg_replica: {
      identifyingTags: ['instance'],
      fields: {
        receiving: gauge(
          'boolean',
          '正在接收 WAL：1 是，0 否（从归档恢复的备库为 0）',
          '1: WAL is streaming in, 0: it is not (a standby that is fed from an archive)',
        ),
        replay_paused: gauge('boolean', '回放已暂停', '1: replay is paused'),
        replay_lag_bytes: gauge('bytes', '已接收未回放的 WAL', 'WAL received and not replayed yet'),
        receive_lag_bytes: gauge(
          'bytes',
          '主库已产生未接收的 WAL',
          'WAL that the sender has and this standby has not',
        ),
        replay_lag_seconds: gauge(
          'seconds',
          '回放延迟；全部回放完毕时为 0',
          'Age of the last transaction replayed while something is left to replay, else 0',
          0.1,
        ),
        last_message_age_seconds: gauge(
          'seconds',
          '距上次收到主库消息的时间',
          'Time since the sender was last heard of',
          0.1,
        ),
      },
    },
  },
  statements: [SENDERS, STANDBY],
  async sample({ session, emit, signal }) {
    const { instance } = session
    const [standby = {}] = await session.rows([STANDBY], signal)
    const isStandby = booleanOf(standby, 'in_recovery') === true
    if (isStandby) emit('pg_replica', { instance }, toReplica(standby))
    const senders = await session.rows([SENDERS], signal)
    if (senders.some((row) => booleanOf(row, 'hidden') === true)) throw hiddenRows(SENDERS)
    for (const row of senders) {
      const tags = { instance, app: textOf(row, 'app') ?? '', addr: textOf(row, 'addr') ?? '' }
      emit('pg_replication', tags, toSender(row))
    }
    if (isStandby && isHidden(standby)) throw hiddenRows(STANDBY)
    if (!isStandby && senders.length === 0)
      throw new NoDataError({ zh: '没有备库连接', en: 'no standby is connected' })
  },
})

function toSender(row: Row) {
  const bytes = numberOf(row, 'replay_lag_bytes')
  // PostgreSQL forgets the lag of a standby that has caught up and hears nothing new.
  const caughtUp = bytes !== undefined && bytes <= 0 ? 0 : undefined
  return {
    state: placeOf(STATES, textOf(row, 'state')),
    sync_state: placeOf(SYNC_STATES, textOf(row, 'sync_state')),
    senders: numberOf(row, 'senders'),
    sent_lag_bytes: numberOf(row, 'sent_lag_bytes'),
    write_lag_bytes: numberOf(row, 'write_lag_bytes'),
    flush_lag_bytes: numberOf(row, 'flush_lag_bytes'),
    replay_lag_bytes: bytes,
    write_lag_seconds: numberOf(row, 'write_lag_seconds') ?? caughtUp,
    flush_lag_seconds: numberOf(row, 'flush_lag_seconds') ?? caughtUp,
    replay_lag_seconds: numberOf(row, 'replay_lag_seconds') ?? caughtUp,
  }
}

function toReplica(row: Row) {
  if (isHidden(row))
    return {
      replay_paused: flagOf(row, 'paused'),
      replay_lag_bytes: numberOf(row, 'replay_lag_bytes'),
    }
  return {
    receiving: Number(textOf(row, 'status') === 'streaming'),
    replay_paused: flagOf(row, 'paused'),
    replay_lag_bytes: numberOf(row, 'replay_lag_bytes'),
    receive_lag_bytes: numberOf(row, 'receive_lag_bytes'),
    replay_lag_seconds: numberOf(row, 'replay_lag_seconds'),
    last_message_age_seconds: numberOf(row, 'last_message_age_seconds'),
  }
}

/** There is a receiver, and what it does is not shown to us. */
function isHidden(row: Row): boolean {
  return (numberOf(row, 'receivers') ?? 0) > 0 && textOf(row, 'status') === undefined
}

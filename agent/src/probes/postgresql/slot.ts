import { gauge, state } from '../../field.ts'
import { defineProbe, NoDataError } from '../../probe.ts'
import { flagOf, numberOf, placeOf, textOf } from '../../row.ts'
import { postgresql } from '../../sources/postgresql.ts'
import type { Statement } from '../../statement.ts'

const WAL_STATES = ['reserved', 'extended', 'unreserved', 'lost'] as const

const HERE =
  'CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END'

function slotsWith(columns: string): string {
  return `SELECT s.slot_name AS slot, s.slot_type, s.active, ${columns},
  pg_wal_lsn_diff(${HERE}, s.restart_lsn) AS retained_bytes,
  pg_wal_lsn_diff(${HERE}, s.confirmed_flush_lsn) AS confirmed_lag_bytes
FROM pg_replication_slots AS s
ORDER BY s.slot_name
LIMIT 200`
}

const SINCE_13 = 's.wal_status, s.safe_wal_size'

const SLOTS: Statement = {
  id: 'postgresql.slot',
  since: [17],
  text: slotsWith(
    `${SINCE_13}, extract(epoch FROM clock_timestamp() - s.inactive_since) AS inactive_seconds`,
  ),
  reads: ['pg_replication_slots'],
  grants: [],
  cost: 'cheap',
}

const SLOTS_BEFORE_17: Statement = {
  id: 'postgresql.slot',
  since: [13],
  before: [17],
  text: slotsWith(`${SINCE_13}, NULL AS inactive_seconds`),
  reads: ['pg_replication_slots'],
  grants: [],
  cost: 'cheap',
}

const SLOTS_BEFORE_13: Statement = {
  id: 'postgresql.slot',
  before: [13],
  text: slotsWith('NULL AS wal_status, NULL AS safe_wal_size, NULL AS inactive_seconds'),
  reads: ['pg_replication_slots'],
  grants: [],
  cost: 'cheap',
}

/** Replication slots: one that was left behind keeps WAL until the disk is full. Reads: pg_replication_slots. Needs: nothing. Since: 10; wal_status 13, inactive_seconds 17. Cost: 1 ms. */
export default defineProbe({
  name: 'postgresql.slot',
  source: postgresql,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 30,
  cost: 'cheap',
  reads: 'pg_replication_slots',
  needs: 'none',
  help: { zh: 'PostgreSQL 复制槽', en: 'Replication slots of PostgreSQL' },
  measurements: {
    pg_slot: {
      identifyingTags: ['instance', 'slot'],
      descriptiveTags: ['slot_type'],
      fields: {
        active: gauge('boolean', '正在使用：1 是，0 否', '1: somebody reads from it, 0: nobody'),
        retained_bytes: gauge('bytes', '为该槽保留的 WAL', 'WAL that is kept for it'),
        confirmed_lag_bytes: gauge(
          'bytes',
          '消费者尚未确认的 WAL（逻辑槽）',
          'WAL that its reader has not confirmed (logical slots)',
        ),
        wal_status: state(
          '所需 WAL 的状态；0 为其他',
          'Whether its WAL is still there; 0: another state',
          {
            0: { zh: '其他', en: 'another' },
            1: { zh: '已保留', en: 'reserved' },
            2: { zh: '超出 max_wal_size', en: 'extended' },
            3: { zh: '即将被清除', en: 'unreserved' },
            4: { zh: '已丢失', en: 'lost' },
          },
        ),
        safe_wal_bytes: gauge(
          'bytes',
          '还可写入多少 WAL 而不致丢失该槽；未设上限时缺失',
          'WAL that can be written until it is lost; missing where there is no limit',
        ),
        inactive_seconds: gauge(
          'seconds',
          '已闲置时长（17 起）',
          'Time since it was last in use (17)',
        ),
      },
    },
  },
  statements: [SLOTS, SLOTS_BEFORE_17, SLOTS_BEFORE_13],
  async sample({ session, emit, signal }) {
    const rows = await session.rows([SLOTS, SLOTS_BEFORE_17, SLOTS_BEFORE_13], signal)
    if (rows.length === 0)
      throw new NoDataError({ zh: '没有复制槽', en: 'there is no replication slot' })
    for (const row of rows) {
      emit(
        'pg_slot',
        {
          instance: session.instance,
          slot: textOf(row, 'slot') ?? '',
          slot_type: textOf(row, 'slot_type'),
        },
        {
          active: flagOf(row, 'active'),
          retained_bytes: numberOf(row, 'retained_bytes'),
          confirmed_lag_bytes: numberOf(row, 'confirmed_lag_bytes'),
          wal_status: placeOf(WAL_STATES, textOf(row, 'wal_status')),
          safe_wal_bytes: numberOf(row, 'safe_wal_size'),
          inactive_seconds: numberOf(row, 'inactive_seconds'),
        },
      )
    }
  },
})

import { drift, random, seedOf } from '../noise.ts'
import { part, type Part } from '../part.ts'
import { counterOf, GIB, MIB } from './host-life.ts'
import type { HostPlan } from './host-plan.ts'

export function postgresqlParts(
  host: HostPlan,
  instance: string,
  databases: readonly string[],
): Part[] {
  const seed = seedOf(`pg ${instance}`)
  const level = (timeMs: number) => host.rhythm.level(timeMs)
  return [
    part('postgresql.up', 'pg_up', { instance }, (timeMs) => ({
      up: 1,
      connect_ms: 3 + 3 * random(seed, Math.floor(timeMs / 30_000)),
      error_code: 0,
    })),
    part('postgresql.instance', 'pg_instance', { instance }, (timeMs) => ({
      uptime_seconds: (timeMs - host.bootMs(timeMs)) / 1000 - 90,
      in_recovery: 0,
      timeline: 1,
    })),
    part('postgresql.connections', 'pg_connections', { instance }, (timeMs) => {
      const active = Math.round(1 + 16 * level(timeMs) * (1 + 0.4 * drift(seed, timeMs)))
      const idle = Math.round(12 + 60 * level(timeMs))
      return {
        active,
        idle,
        idle_in_tx: random(seed, Math.floor(timeMs / 30_000)) < 0.2 ? 1 : 0,
        idle_in_tx_aborted: 0,
        waiting: 0,
        total: active + idle,
        max: 200,
        reserved: 3,
        used_percent: ((active + idle) / 197) * 100,
        oldest_tx_seconds: 1 + 200 * random(seed ^ 1, Math.floor(timeMs / 30_000)) ** 6,
        oldest_query_seconds: 1 + 60 * random(seed ^ 2, Math.floor(timeMs / 30_000)) ** 6,
        oldest_idle_in_tx_seconds: 0,
        blocked: 0,
        blockers: 0,
      }
    }),
    ...databases.flatMap((db, at) => databaseParts(host, instance, db, 1 / (at + 1))),
    ...walParts(host, instance),
    part('postgresql.account', 'pg_account', { instance, user: 'wardround' }, () => ({
      days_to_expiry: 210,
      superuser: 0,
    })),
    part('postgresql.account', 'pg_user', { instance, user: 'demo_app' }, () => ({
      days_to_expiry: 121,
      expired: 0,
    })),
    part('postgresql.settings', 'pg_settings', { instance }, () => ({
      pending_restart: 0,
      changed: 0,
    })),
    part('postgresql.wraparound', 'pg_wraparound', { instance }, (timeMs) => {
      const age = 90_000_000 + 60_000_000 * ((timeMs / 86_400_000 / 11) % 1)
      return {
        xid_age: age,
        mxid_age: 2_400_000,
        xid_used_percent: (age / 2_146_483_647) * 100,
        mxid_used_percent: 0.11,
        freeze_max_age: 200_000_000,
        backend_xmin_age: 40,
        prepared: 0,
      }
    }),
  ]
}

function databaseParts(host: HostPlan, instance: string, db: string, share: number): Part[] {
  const tags = { instance, db }
  const commits = counterOf(host, `${db} commits`, 90 * share)
  const reads = counterOf(host, `${db} blocks`, 300 * share)
  const level = (timeMs: number) => host.rhythm.level(timeMs)
  return [
    part('postgresql.database', 'pg_database', tags, (timeMs) => {
      const done = commits(timeMs)
      return {
        backends: Math.round(10 + 50 * level(timeMs) * share),
        xact_commit_total: done,
        xact_rollback_total: Math.floor(done / 900),
        blks_read_total: reads(timeMs),
        blks_hit_total: reads(timeMs) * 84,
        tup_returned_total: done * 410,
        tup_fetched_total: done * 96,
        tup_inserted_total: done * 2,
        tup_updated_total: done * 3,
        tup_deleted_total: Math.floor(done / 5),
        temp_files_total: Math.floor(done / 60_000),
        temp_bytes_total: Math.floor(done / 60_000) * 8 * MIB,
        deadlocks_total: 0,
        conflicts_total: 0,
        checksum_failures_total: 0,
        xid_age: 100_000_000,
        mxid_age: 2_400_000,
      }
    }),
    part('postgresql.database-size', 'pg_database', tags, (timeMs) => ({
      size_bytes: (120 + (timeMs % (400 * 86_400_000)) / 86_400_000 / 6) * GIB * share,
    })),
    ...['reports', 'report_items'].map((table, at) =>
      part('postgresql.table', 'pg_table', { ...tags, schema: 'public', table }, (timeMs) => {
        const since = (timeMs / 3_600_000 + at * 3) % 9
        const live = 21_000_000 / (at + 1)
        const dead = live * 0.012 * (since / 9)
        return {
          dead_tup: dead,
          live_tup: live,
          dead_percent: (dead / (live + dead)) * 100,
          last_autovacuum_age_seconds: since * 3_600,
          n_mod_since_analyze: dead * 1.4,
          seq_scan_total: Math.floor(commits(timeMs) / 5_000),
        }
      }),
    ),
  ]
}

function walParts(host: HostPlan, instance: string): Part[] {
  const written = counterOf(host, 'wal', 900_000)
  const seed = seedOf(`wal ${instance}`)
  return [
    part('postgresql.wal', 'pg_wal', { instance }, (timeMs) => ({
      wal_bytes: 1.1 * GIB + 0.3 * GIB * host.rhythm.level(timeMs),
      wal_files: 66 + Math.round(18 * host.rhythm.level(timeMs)),
      written_bytes_total: written(timeMs),
      records_total: Math.floor(written(timeMs) / 120),
      full_page_images_total: Math.floor(written(timeMs) / 30_000),
      buffers_full_total: 0,
    })),
    part('postgresql.archiver', 'pg_archiver', { instance }, (timeMs) => ({
      archived_total: Math.floor(written(timeMs) / (16 * MIB)),
      failed_total: 0,
      last_archived_age_seconds: 20 + 240 * random(seed, Math.floor(timeMs / 60_000)),
      failing: 0,
      ready_count: 0,
    })),
    part('postgresql.checkpoint', 'pg_checkpoint', { instance }, (timeMs) => {
      const timed = Math.floor((timeMs - host.bootMs(timeMs)) / 300_000)
      return {
        timed_total: timed,
        req_total: Math.floor(timed / 40),
        write_ms_total: timed * 21_000,
        sync_ms_total: timed * 90,
        buffers_checkpoint_total: timed * 2_100,
        buffers_clean_total: timed * 12,
        maxwritten_clean_total: 0,
        buffers_alloc_total: timed * 5_400,
      }
    }),
    part('postgresql.locks', 'pg_locks', { instance, mode: 'RowExclusiveLock' }, (timeMs) => ({
      count: Math.round(4 + 30 * host.rhythm.level(timeMs)),
      waiting: 0,
      longest_wait_seconds: 0,
    })),
    part(
      'postgresql.replication',
      'pg_replication',
      { instance, app: 'demo-pg-standby', addr: '192.0.2.36' },
      (timeMs) => {
        const lag = Math.max(
          0,
          Math.round(40_000 * (1 + drift(seed, timeMs)) * host.rhythm.level(timeMs)),
        )
        return {
          state: 3,
          sync_state: 1,
          senders: 1,
          sent_lag_bytes: 0,
          write_lag_bytes: Math.floor(lag / 3),
          flush_lag_bytes: Math.floor(lag / 2),
          replay_lag_bytes: lag,
          write_lag_seconds: 0.002,
          flush_lag_seconds: 0.004,
          replay_lag_seconds: 0.01 + lag / 4e6,
        }
      },
    ),
    part(
      'postgresql.slot',
      'pg_slot',
      { instance, slot: 'standby', slot_type: 'physical' },
      (timeMs) => ({
        active: 1,
        retained_bytes: 16 * MIB * (1 + host.rhythm.level(timeMs)),
        wal_status: 1,
        inactive_seconds: 0,
      }),
    ),
  ]
}

/** The standby of another cluster that runs on the same host. */
export function postgresqlStandbyParts(host: HostPlan, instance: string): Part[] {
  const seed = seedOf(`pg standby ${instance}`)
  return [
    part('postgresql.up', 'pg_up', { instance }, () => ({ up: 1, connect_ms: 4, error_code: 0 })),
    part('postgresql.instance', 'pg_instance', { instance }, (timeMs) => ({
      uptime_seconds: (timeMs - host.bootMs(timeMs)) / 1000 - 90,
      in_recovery: 1,
      timeline: 1,
    })),
    part('postgresql.replication', 'pg_replica', { instance }, (timeMs) => {
      const lag = Math.max(0, 1 + drift(seed, timeMs)) * host.rhythm.level(timeMs)
      return {
        receiving: 1,
        replay_paused: 0,
        replay_lag_bytes: Math.round(90_000 * lag),
        receive_lag_bytes: 0,
        replay_lag_seconds: lag,
        last_message_age_seconds: 2,
      }
    }),
  ]
}

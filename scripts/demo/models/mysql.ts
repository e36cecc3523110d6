import { drift, random, seedOf } from '../noise.ts'
import { part, type Part } from '../part.ts'
import { counterOf, GIB, MIB } from './host-life.ts'
import type { HostPlan } from './host-plan.ts'

export function mysqlParts(host: HostPlan, instance: string, schemas: readonly string[]): Part[] {
  const seed = seedOf(`mysql ${instance}`)
  return [
    part('mysql.up', 'mysql_up', { instance }, (timeMs) => ({
      up: 1,
      connect_ms: 2 + 2 * random(seed, Math.floor(timeMs / 30_000)),
      error_code: 0,
    })),
    part('mysql.instance', 'mysql_instance', { instance }, (timeMs) => ({
      uptime_seconds: (timeMs - host.bootMs(timeMs)) / 1000 - 60,
      read_only: 0,
      super_read_only: 0,
    })),
    statusPart(host, instance),
    innodbPart(host, instance),
    part('mysql.tx', 'mysql_tx', { instance }, (timeMs) => ({
      open_count: Math.round(1 + 5 * host.rhythm.level(timeMs)),
      long_tx_count: 0,
      oldest_tx_seconds: 1 + 40 * random(seed, Math.floor(timeMs / 30_000)) ** 5,
      lock_waits: 0,
      metadata_lock_waits: 0,
    })),
    part('mysql.binlog', 'mysql_binlog', { instance }, (timeMs) => ({
      files: 14,
      bytes: 9 * GIB + GIB * host.rhythm.level(timeMs),
      oldest_age_seconds: 7 * 86_400,
    })),
    ...schemas.map((schema, at) =>
      part('mysql.schema', 'mysql_schema', { instance, schema }, (timeMs) => ({
        data_bytes: ((30 + (timeMs % (400 * 86_400_000)) / 86_400_000 / 20) * GIB) / (at + 1),
        index_bytes: (11 * GIB) / (at + 1),
        free_bytes: 200 * MIB,
        tables: 146,
      })),
    ),
    part('mysql.account', 'mysql_account', { instance }, () => ({
      password_age_days: 34,
      days_to_expiry: 146,
    })),
    part('mysql.user', 'mysql_user', { instance, user: 'demo_app' }, () => ({
      password_age_days: 41,
      days_to_expiry: 139,
      expired: 0,
      locked: 0,
    })),
    part('mysql.replica', 'mysql_replica', { instance, channel: 'from-city' }, (timeMs) => ({
      io_running: 1,
      sql_running: 1,
      seconds_behind: Math.max(0, Math.round(1 + 2 * drift(seed, timeMs))),
      sql_delay: 0,
      last_io_errno: 0,
      last_sql_errno: 0,
      gtid_gap: 0,
    })),
  ]
}

function statusPart(host: HostPlan, instance: string): Part {
  const seed = seedOf(`mysql status ${instance}`)
  const questions = counterOf(host, 'questions', 420)
  const slow = counterOf(host, 'slow queries', 0.01)
  return part('mysql.status', 'mysql_status', { instance }, (timeMs) => {
    const connected = Math.round(18 + 74 * host.rhythm.level(timeMs) + 4 * drift(seed, timeMs))
    const asked = questions(timeMs)
    return {
      threads_connected: connected,
      threads_running: Math.round(1 + 7 * host.rhythm.level(timeMs)),
      max_connections: 300,
      used_percent: (connected / 300) * 100,
      max_used_connections: 131,
      aborted_connects_total: 14,
      aborted_clients_total: 80 + Math.floor(asked / 9_000_000),
      connection_errors_max_connections_total: 0,
      questions_total: asked,
      slow_queries_total: slow(timeMs),
      com_select_total: Math.floor(asked * 0.71),
      com_insert_total: Math.floor(asked * 0.07),
      com_update_total: Math.floor(asked * 0.09),
      com_delete_total: Math.floor(asked * 0.01),
      com_commit_total: Math.floor(asked * 0.11),
      com_rollback_total: Math.floor(asked * 0.001),
      bytes_in_total: asked * 210,
      bytes_out_total: asked * 1_900,
      created_tmp_disk_tables_total: Math.floor(asked / 4_000),
      created_tmp_tables_total: Math.floor(asked / 90),
      open_files: 410,
      open_files_limit: 65_535,
      table_open_cache_misses_total: Math.floor(asked / 60_000),
      select_full_join_total: Math.floor(asked / 30_000),
    }
  })
}

function innodbPart(host: HostPlan, instance: string): Part {
  const requests = counterOf(host, 'buffer pool requests', 52_000)
  const locks = counterOf(host, 'row locks', 0.3)
  return part('mysql.innodb', 'mysql_innodb', { instance }, (timeMs) => ({
    buffer_pool_bytes: 12 * GIB,
    buffer_pool_pages_total: 786_432,
    buffer_pool_pages_free: 21_000,
    buffer_pool_pages_dirty: 3_000 + 14_000 * host.rhythm.level(timeMs),
    bp_reads_total: Math.floor(requests(timeMs) / 640),
    bp_read_requests_total: requests(timeMs),
    bp_hit_percent: 99.84 - 0.2 * host.rhythm.level(timeMs),
    row_lock_waits_total: locks(timeMs),
    row_lock_time_ms_total: locks(timeMs) * 14,
    row_lock_current_waits: 0,
    log_waits_total: 0,
    history_list_length: 120 + 900 * host.rhythm.level(timeMs),
    deadlocks_total: 3,
    data_fsyncs_total: Math.floor(requests(timeMs) / 2_600),
  }))
}

/** Since and before which major version something is documented; neither: from 10 to 18. */
interface Documented {
  readonly since?: number
  readonly before?: number
}

type Columns = Readonly<Record<string, Documented>>

function always(...names: readonly string[]): Columns {
  return Object.fromEntries(names.map((name) => [name, {}]))
}

/**
 * Columns of the views, tables and set-returning functions that the probes may read, by version, from the manuals of PostgreSQL 10 to 18
 * (chapters "Monitoring Database Activity", "System Views", "System Catalogs", "System Administration Functions"). What shows
 * statements or passwords of others (query, rolpassword, conninfo) is left out on purpose: what is not here can't be read.
 */
export const RELATIONS: Readonly<
  Record<string, { readonly columns: Columns; readonly needsMonitor?: boolean } & Documented>
> = {
  pg_control_checkpoint: { columns: always('timeline_id') },
  pg_database: {
    columns: always(
      'oid',
      'datname',
      'datfrozenxid',
      'datminmxid',
      'datallowconn',
      'datistemplate',
      'datconnlimit',
    ),
  },
  pg_extension: { columns: always('extname', 'extversion', 'extnamespace') },
  pg_locks: { columns: { ...always('mode', 'granted', 'pid'), waitstart: { since: 14 } } },
  pg_ls_archive_statusdir: { since: 12, needsMonitor: true, columns: always('name', 'size') },
  pg_ls_waldir: { needsMonitor: true, columns: always('name', 'size') },
  pg_namespace: { columns: always('oid', 'nspname') },
  pg_prepared_xacts: { columns: always('transaction', 'prepared') },
  pg_replication_slots: {
    columns: {
      ...always('slot_name', 'slot_type', 'active', 'xmin', 'catalog_xmin'),
      ...always('restart_lsn', 'confirmed_flush_lsn'),
      wal_status: { since: 13 },
      safe_wal_size: { since: 13 },
      inactive_since: { since: 17 },
    },
  },
  pg_roles: { columns: always('oid', 'rolname', 'rolsuper', 'rolcanlogin', 'rolvaliduntil') },
  pg_settings: {
    needsMonitor: true,
    columns: always('name', 'setting', 'unit', 'source', 'pending_restart'),
  },
  pg_stat_activity: {
    needsMonitor: true,
    columns: {
      ...always('datid', 'pid', 'backend_type', 'state', 'wait_event_type', 'backend_xmin'),
      ...always('xact_start', 'query_start', 'state_change'),
    },
  },
  pg_stat_archiver: {
    columns: always('archived_count', 'last_archived_time', 'failed_count', 'last_failed_time'),
  },
  pg_stat_bgwriter: {
    columns: {
      ...always('buffers_clean', 'maxwritten_clean', 'buffers_alloc'),
      checkpoints_timed: { before: 17 },
      checkpoints_req: { before: 17 },
      checkpoint_write_time: { before: 17 },
      checkpoint_sync_time: { before: 17 },
      buffers_checkpoint: { before: 17 },
      buffers_backend: { before: 17 },
    },
  },
  pg_stat_checkpointer: {
    since: 17,
    columns: always('num_timed', 'num_requested', 'write_time', 'sync_time', 'buffers_written'),
  },
  pg_stat_database: {
    columns: {
      ...always('datid', 'numbackends', 'xact_commit', 'xact_rollback', 'blks_read', 'blks_hit'),
      ...always('tup_returned', 'tup_fetched', 'tup_inserted', 'tup_updated', 'tup_deleted'),
      ...always('conflicts', 'temp_files', 'temp_bytes', 'deadlocks'),
      checksum_failures: { since: 12 },
    },
  },
  pg_stat_io: {
    since: 16,
    columns: {
      ...always('backend_type', 'object', 'context', 'writes', 'extends'),
      write_bytes: { since: 18 },
      extend_bytes: { since: 18 },
    },
  },
  pg_stat_replication: {
    needsMonitor: true,
    columns: {
      ...always('application_name', 'client_addr', 'state', 'sync_state'),
      ...always('sent_lsn', 'write_lsn', 'flush_lsn', 'replay_lsn'),
      ...always('write_lag', 'flush_lag', 'replay_lag'),
    },
  },
  // By the version of the extension, which is chosen by the probe and not by the server's version.
  pg_stat_statements: {
    needsMonitor: true,
    columns: {
      ...always('userid', 'dbid', 'queryid', 'calls', 'rows', 'total_time', 'total_exec_time'),
      ...always('shared_blks_hit', 'shared_blks_read', 'temp_blks_written'),
    },
  },
  pg_stat_user_tables: {
    columns: {
      ...always('relid', 'schemaname', 'relname', 'seq_scan', 'n_live_tup', 'n_dead_tup'),
      ...always('n_mod_since_analyze', 'last_vacuum', 'last_autovacuum'),
    },
  },
  pg_stat_wal: { since: 14, columns: always('wal_records', 'wal_fpi', 'wal_buffers_full') },
  pg_stat_wal_receiver: {
    needsMonitor: true,
    columns: always('status', 'latest_end_lsn', 'last_msg_receipt_time'),
  },
}

/** Functions that may be called, from 10 to 18. None changes anything but parameters of our own session. */
export const FUNCTIONS: ReadonlySet<string> = new Set([
  'age',
  'array_agg',
  'bool_or',
  'cardinality',
  'clock_timestamp',
  'count',
  'extract',
  'isfinite',
  'max',
  'mxid_age',
  'quote_ident',
  'set_config',
  'sum',
  'unnest',
  'version',
  'current_database',
  'current_setting',
  'has_database_privilege',
  'has_schema_privilege',
  'host',
  'pg_backend_pid',
  'pg_blocking_pids',
  'pg_current_wal_lsn',
  'pg_database_size',
  'pg_get_userbyid',
  'pg_is_in_recovery',
  'pg_is_wal_replay_paused',
  'pg_wal_lsn_diff',
  'pg_last_wal_receive_lsn',
  'pg_last_wal_replay_lsn',
  'pg_last_xact_replay_timestamp',
  'pg_postmaster_start_time',
])

/** Functions that want pg_monitor. */
export const MONITOR_FUNCTIONS: ReadonlySet<string> = new Set(['pg_database_size'])

export function isDocumented({ since = 10, before = 19 }: Documented, version: number): boolean {
  return version >= since && version < before
}

import type { Version } from '../statement.ts'

/** A column or a variable, with the version of MySQL that it came with where that is later than 5.7. */
type Since = Version | undefined

const of57 = (names: string): Record<string, Since> =>
  Object.fromEntries(names.split(' ').map((name) => [name, undefined]))

/**
 * The documented columns of what the statements for MySQL read (reference manuals of 5.7, 8.0 and 8.4). Only what is read on purpose:
 * trx_query, INFO, DIGEST_TEXT, SQL_TEXT, authentication_string and plugin are left out, so that no statement can name them.
 */
export const MYSQL_COLUMNS: Readonly<Record<string, Readonly<Record<string, Since>>>> = {
  'information_schema.INNODB_METRICS': of57(
    'NAME SUBSYSTEM COUNT MAX_COUNT MIN_COUNT AVG_COUNT COUNT_RESET TYPE STATUS TIME_ENABLED TIME_DISABLED TIME_ELAPSED TIME_RESET',
  ),
  'information_schema.INNODB_TRX': of57(
    'trx_id trx_state trx_started trx_requested_lock_id trx_wait_started trx_weight trx_mysql_thread_id trx_operation_state trx_tables_in_use trx_tables_locked trx_lock_structs trx_rows_locked trx_rows_modified trx_isolation_level trx_is_read_only',
  ),
  'information_schema.PROCESSLIST': of57('ID USER HOST DB COMMAND TIME STATE'),
  'information_schema.TABLES': of57(
    'TABLE_CATALOG TABLE_SCHEMA TABLE_NAME TABLE_TYPE ENGINE VERSION ROW_FORMAT TABLE_ROWS AVG_ROW_LENGTH DATA_LENGTH MAX_DATA_LENGTH INDEX_LENGTH DATA_FREE AUTO_INCREMENT CREATE_TIME UPDATE_TIME CHECK_TIME TABLE_COLLATION CHECKSUM CREATE_OPTIONS TABLE_COMMENT',
  ),
  'performance_schema.metadata_locks': of57(
    'OBJECT_TYPE OBJECT_SCHEMA OBJECT_NAME OBJECT_INSTANCE_BEGIN LOCK_TYPE LOCK_DURATION LOCK_STATUS SOURCE OWNER_THREAD_ID OWNER_EVENT_ID',
  ),
  'performance_schema.global_variables': of57('VARIABLE_NAME VARIABLE_VALUE'),
  'performance_schema.variables_info': {
    VARIABLE_NAME: [8, 0],
    VARIABLE_SOURCE: [8, 0],
    VARIABLE_PATH: [8, 0],
    MIN_VALUE: [8, 0],
    MAX_VALUE: [8, 0],
    SET_TIME: [8, 0],
    SET_USER: [8, 0],
    SET_HOST: [8, 0],
  },
  'performance_schema.events_statements_summary_by_thread_by_event_name': {
    ...of57('THREAD_ID EVENT_NAME COUNT_STAR SUM_TIMER_WAIT MIN_TIMER_WAIT AVG_TIMER_WAIT'),
    SUM_CPU_TIME: [8, 0, 28],
  },
  'mysql.user': of57(
    'Host User password_expired password_last_changed password_lifetime account_locked',
  ),
}

/** Functions that came later than 5.7. */
export const MYSQL_FUNCTIONS: Readonly<Record<string, Version>> = {
  PS_CURRENT_THREAD_ID: [8, 0, 16],
}

/** System variables that statements name, since 5.7 at the latest. */
export const MYSQL_VARIABLES: ReadonlySet<string> = new Set([
  'version_comment',
  'performance_schema',
  'read_only',
  'super_read_only',
  'hostname',
  'port',
  'server_id',
  'server_uuid',
  'datadir',
  'version_compile_os',
  'version_compile_machine',
  'log_bin',
  'character_set_server',
  'max_connections',
  'open_files_limit',
  'default_password_lifetime',
])

import { MASK, maskSetting } from '../../mask-secrets.ts'
import { defineProbe, remembers } from '../../probe.ts'
import { textOf } from '../../row.ts'
import { mysql } from '../../sources/mysql.ts'
import { sendWhenChanged, type SentDocument } from '../../sources/server/sent-document.ts'
import type { Statement } from '../../statement.ts'

/** Always told, set or not. */
const IMPORTANT = [
  'binlog_expire_logs_seconds',
  'binlog_format',
  'character_set_server',
  'collation_server',
  'default_password_lifetime',
  'default_storage_engine',
  'event_scheduler',
  'expire_logs_days',
  'general_log',
  'gtid_mode',
  'innodb_buffer_pool_size',
  'innodb_file_per_table',
  'innodb_flush_log_at_trx_commit',
  'innodb_flush_method',
  'innodb_log_file_size',
  'innodb_redo_log_capacity',
  'local_infile',
  'log_bin',
  'long_query_time',
  'lower_case_table_names',
  'max_allowed_packet',
  'max_connections',
  'performance_schema',
  'require_secure_transport',
  'secure_file_priv',
  'slow_query_log',
  'sql_mode',
  'sync_binlog',
  'time_zone',
  'transaction_isolation',
  'tx_isolation',
  'wait_timeout',
]
  .map((name) => `'${name}'`)
  .join(', ')

/** Hold statements, or options among which there may be passwords. */
const OPAQUE = /^init_|provider_options|key_management/i

/** Change by themselves all the time. */
const RESTLESS =
  "'gtid_binlog_pos', 'gtid_binlog_state', 'gtid_current_pos', 'gtid_executed', 'gtid_purged', 'gtid_slave_pos', 'timestamp'"

const SETTINGS: readonly Statement[] = [
  {
    id: 'mysql.settings',
    text: `SELECT LOWER(VARIABLE_NAME) AS name, GLOBAL_VALUE AS value, GLOBAL_VALUE_ORIGIN AS origin FROM information_schema.SYSTEM_VARIABLES WHERE GLOBAL_VALUE IS NOT NULL AND (GLOBAL_VALUE_ORIGIN <> 'COMPILE-TIME' OR VARIABLE_NAME IN (${IMPORTANT})) AND VARIABLE_NAME NOT IN (${RESTLESS}) ORDER BY name`,
    where: { flavour: ['mariadb'] },
    reads: ['information_schema.SYSTEM_VARIABLES'],
    grants: [],
    cost: 'moderate',
  },
  {
    id: 'mysql.settings',
    text: `SELECT v.VARIABLE_NAME AS name, v.VARIABLE_VALUE AS value, i.VARIABLE_SOURCE AS origin FROM performance_schema.global_variables v JOIN performance_schema.variables_info i ON i.VARIABLE_NAME = v.VARIABLE_NAME WHERE (i.VARIABLE_SOURCE <> 'COMPILED' OR v.VARIABLE_NAME IN (${IMPORTANT})) AND v.VARIABLE_NAME NOT IN (${RESTLESS}) ORDER BY name`,
    since: [8, 0],
    where: { flavour: ['mysql'], performance_schema: ['on'] },
    reads: ['performance_schema.global_variables', 'performance_schema.variables_info'],
    grants: [
      'GRANT SELECT ON performance_schema.global_variables TO wardround',
      'GRANT SELECT ON performance_schema.variables_info TO wardround',
    ],
    cost: 'moderate',
  },
  {
    id: 'mysql.settings',
    text: `SHOW GLOBAL VARIABLES WHERE Variable_name IN (${IMPORTANT})`,
    where: { flavour: ['mysql'] },
    reads: [],
    grants: [],
    cost: 'cheap',
  },
]

/**
 * Settings that are not the built-in ones, and the important ones, as the document `mysql_settings`. Source:
 * information_schema.SYSTEM_VARIABLES (MariaDB), performance_schema.variables_info (MySQL 8.0), SHOW GLOBAL VARIABLES (MySQL 5.7, or
 * without performance_schema: the important ones alone). Needs: SELECT on the two tables (MySQL 8.0). Values that may be secrets are masked.
 */
export default defineProbe({
  name: 'mysql.settings',
  source: mysql,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 21_600,
  cost: 'moderate',
  reads:
    'information_schema.SYSTEM_VARIABLES, performance_schema.variables_info, SHOW GLOBAL VARIABLES',
  needs: {
    zh: 'SELECT on performance_schema.global_variables 和 variables_info（MySQL 8.0）',
    en: 'SELECT on performance_schema.global_variables and variables_info (MySQL 8.0)',
  },
  help: {
    zh: '参数清单：非默认值与重要参数',
    en: 'Settings that differ from the built-in ones, and the important ones',
  },
  measurements: {},
  statements: SETTINGS,
  remembers: remembers<SentDocument>(),
  async sample({ session, emitDocument, memory, monotonicMs, signal }) {
    const rows = await session.rows(SETTINGS, signal)
    const settings = rows.map((row) =>
      'Variable_name' in row
        ? toSetting(textOf(row, 'Variable_name'), textOf(row, 'Value'))
        : {
            ...toSetting(textOf(row, 'name'), textOf(row, 'value')),
            origin: textOf(row, 'origin') ?? null,
          },
    )
    const name = `mysql_settings:${session.instance}`
    return sendWhenChanged({ emitDocument, monotonicMs }, name, { settings }, memory)
  },
})

function toSetting(name = '', value: string | undefined) {
  if (value === undefined || value === '') return { name, value: value ?? null }
  return { name, value: OPAQUE.test(name) ? MASK : maskSetting(name, value) }
}

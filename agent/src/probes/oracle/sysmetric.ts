import { gauge } from '../../field.ts'
import { defineProbe, NoDataError } from '../../probe.ts'
import { numberOf, textOf } from '../../row.ts'
import { reading } from '../../sources/oracle/grant.ts'
import { oracle } from '../../sources/oracle.ts'
import type { Statement } from '../../statement.ts'

interface SystemMetric {
  /** Tag `metric`; says its unit. */
  readonly tag: string
  /** From Oracle's unit to ours; 1 where absent. */
  readonly factor?: number
}

/** Oracle's names in full; what is not here is not sent. */
const METRICS: Readonly<Record<string, SystemMetric>> = {
  'Buffer Cache Hit Ratio': { tag: 'buffer_cache_hit_percent' },
  'Library Cache Hit Ratio': { tag: 'library_cache_hit_percent' },
  'Cursor Cache Hit Ratio': { tag: 'cursor_cache_hit_percent' },
  'PGA Cache Hit %': { tag: 'pga_cache_hit_percent' },
  'Shared Pool Free %': { tag: 'shared_pool_free_percent' },
  'Host CPU Utilization (%)': { tag: 'host_cpu_percent' },
  'Database CPU Time Ratio': { tag: 'database_cpu_time_percent' },
  'Database Wait Time Ratio': { tag: 'database_wait_time_percent' },
  'Average Active Sessions': { tag: 'average_active_sessions' },
  'SQL Service Response Time': { tag: 'sql_service_response_seconds', factor: 0.01 },
  'User Transaction Per Sec': { tag: 'user_transactions_per_second' },
  'User Rollbacks Per Sec': { tag: 'user_rollbacks_per_second' },
  'Executions Per Sec': { tag: 'executions_per_second' },
  'Hard Parse Count Per Sec': { tag: 'hard_parses_per_second' },
  'Logons Per Sec': { tag: 'logons_per_second' },
  'Physical Reads Per Sec': { tag: 'physical_reads_per_second' },
  'Physical Writes Per Sec': { tag: 'physical_writes_per_second' },
  'Physical Read Total Bytes Per Sec': { tag: 'physical_read_bytes_per_second' },
  'Physical Write Total Bytes Per Sec': { tag: 'physical_write_bytes_per_second' },
  'Redo Generated Per Sec': { tag: 'redo_bytes_per_second' },
  'I/O Megabytes per Second': { tag: 'io_bytes_per_second', factor: 1024 * 1024 },
  'I/O Requests per Second': { tag: 'io_requests_per_second' },
  'Enqueue Timeouts Per Sec': { tag: 'enqueue_timeouts_per_second' },
  'Temp Space Used': { tag: 'temp_space_bytes' },
}

const NAMES = Object.keys(METRICS)
  .map((name) => `'${name}'`)
  .join(', ')

const VARIANTS: readonly Statement[] = [
  {
    id: 'oracle.sysmetric',
    since: [12, 2],
    where: { container: ['pdb'] },
    cost: 'cheap',
    ...reading('V$CON_SYSMETRIC'),
    text: `SELECT metric_name, value
FROM v$con_sysmetric
WHERE metric_name IN (${NAMES})`,
  },
  {
    id: 'oracle.sysmetric',
    where: { container: ['non-cdb', 'root'] },
    cost: 'cheap',
    ...reading('V$SYSMETRIC'),
    text: `SELECT metric_name, value
FROM v$sysmetric
WHERE group_id = 2 AND metric_name IN (${NAMES})`,
  },
]

/**
 * Rates and ratios that the instance keeps itself, over its last full minute. Oracle counts some ratios beyond 100 (the cursor
 * cache). Source: V$SYSMETRIC, group 2 (each metric is there twice, over 60 and 15 seconds); in a PDB V$CON_SYSMETRIC, which has
 * fewer of them and is there since 12.2. Part of the base licence, unlike its history in DBA_HIST views. Needs: SELECT on
 * V_$SYSMETRIC, in a PDB on V_$CON_SYSMETRIC. Since 11.2.
 */
export default defineProbe({
  name: 'oracle.sysmetric',
  source: oracle,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 30,
  cost: 'cheap',
  reads: {
    zh: 'V$SYSMETRIC；PDB 中为 V$CON_SYSMETRIC',
    en: 'V$SYSMETRIC; in a PDB V$CON_SYSMETRIC',
  },
  needs: {
    zh: 'SELECT on V_$SYSMETRIC；PDB 中为 V_$CON_SYSMETRIC',
    en: 'SELECT on V_$SYSMETRIC; in a PDB on V_$CON_SYSMETRIC',
  },
  help: {
    zh: '实例自带的每分钟性能指标：命中率、事务、解析、I/O、响应时间',
    en: 'What the instance measures of itself each minute: hit ratios, transactions, parses, I/O, response time',
  },
  measurements: {
    oracle_sysmetric: {
      identifyingTags: ['database', 'instance', 'metric'],
      fields: {
        value: gauge(
          'ratio',
          '指标值；单位见标签 metric 的后缀',
          'Value, in the unit that the tag metric ends with',
          0.0001,
        ),
      },
    },
  },
  statements: VARIANTS,
  async sample({ session, emit, signal }) {
    const tags = await session.instanceTags(signal)
    const rows = await session.rows(VARIANTS, signal)
    for (const row of rows) {
      const metric = METRICS[textOf(row, 'METRIC_NAME') ?? '']
      const value = numberOf(row, 'VALUE')
      if (metric === undefined || value === undefined) continue
      const { tag, factor = 1 } = metric
      emit('oracle_sysmetric', { ...tags, metric: tag }, { value: value * factor })
    }
    if (rows.length === 0)
      throw new NoDataError({
        zh: '实例启动后尚无完整一分钟的统计',
        en: 'the instance has measured no full minute yet',
      })
  },
})

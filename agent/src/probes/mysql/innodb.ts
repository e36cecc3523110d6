import { counter, gauge, percent } from '../../field.ts'
import { defineProbe, remembers } from '../../probe.ts'
import { flagOf, numberOf, textOf, type Row } from '../../row.ts'
import { mysql } from '../../sources/mysql.ts'
import { Parts } from '../../sources/server/parts.ts'
import type { Statement } from '../../statement.ts'
import { numberIfThere, toNamedValues } from './named-values.ts'

/** Fields by the status variable that they are. */
const FIELDS = {
  buffer_pool_pages_total: 'Innodb_buffer_pool_pages_total',
  buffer_pool_pages_free: 'Innodb_buffer_pool_pages_free',
  buffer_pool_pages_dirty: 'Innodb_buffer_pool_pages_dirty',
  bp_reads_total: 'Innodb_buffer_pool_reads',
  bp_read_requests_total: 'Innodb_buffer_pool_read_requests',
  row_lock_waits_total: 'Innodb_row_lock_waits',
  row_lock_time_ms_total: 'Innodb_row_lock_time',
  row_lock_current_waits: 'Innodb_row_lock_current_waits',
  log_waits_total: 'Innodb_log_waits',
  data_fsyncs_total: 'Innodb_data_fsyncs',
  // Of MariaDB since 10.5; others say it in INNODB_METRICS.
  history_list_length: 'Innodb_history_list_length',
  deadlocks_total: 'Innodb_deadlocks',
} as const

const PAGE_SIZE = 'Innodb_page_size'
const NAMES = [...Object.values(FIELDS), PAGE_SIZE].map((name) => `'${name}'`).join(', ')

const STATUS: Statement = {
  id: 'mysql.innodb.status',
  text: `SHOW GLOBAL STATUS WHERE Variable_name IN (${NAMES})`,
  reads: [],
  grants: [],
  cost: 'cheap',
}

/** Both counters are on from the start (module default). MariaDB has the column STATUS up to 10.5, and from there on needs this view no more. */
const METRICS: readonly Statement[] = [
  { where: { flavour: ['mysql'] } },
  { where: { flavour: ['mariadb'] }, before: [10, 5] },
].map((server) => ({
  id: 'mysql.innodb.metrics',
  text: "SELECT NAME AS name, `COUNT` AS value, STATUS = 'enabled' AS enabled FROM information_schema.INNODB_METRICS WHERE NAME IN ('lock_deadlocks', 'trx_rseg_history_len')",
  ...server,
  reads: ['information_schema.INNODB_METRICS'],
  grants: ['GRANT PROCESS ON *.* TO wardround'],
  cost: 'cheap',
}))

/** What the hit ratio of the next run is computed from. */
interface Reads {
  readonly reads: number
  readonly requests: number
}

/**
 * The buffer pool, row locks, deadlocks and the history list. Source: SHOW GLOBAL STATUS, information_schema.INNODB_METRICS (MySQL;
 * MariaDB before 10.5). Needs: PROCESS for INNODB_METRICS. Since: MySQL 5.7, MariaDB 10.4.
 */
export default defineProbe({
  name: 'mysql.innodb',
  source: mysql,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 30,
  cost: 'cheap',
  reads: 'SHOW GLOBAL STATUS, information_schema.INNODB_METRICS',
  needs: 'PROCESS (MySQL, MariaDB 10.4)',
  help: {
    zh: 'InnoDB：缓冲池、行锁等待、死锁、历史链表长度',
    en: 'InnoDB: buffer pool, row lock waits, deadlocks, history list',
  },
  measurements: {
    mysql_innodb: {
      identifyingTags: ['instance'],
      fields: {
        buffer_pool_bytes: gauge('bytes', '缓冲池大小', 'Size of the buffer pool'),
        buffer_pool_pages_total: gauge('count', '缓冲池页数', 'Pages of the buffer pool'),
        buffer_pool_pages_free: gauge('count', '空闲页数', 'Free pages'),
        buffer_pool_pages_dirty: gauge('count', '脏页数', 'Dirty pages'),
        bp_reads_total: counter('count', '未命中缓冲池的读次数', 'Reads that went to disk'),
        bp_read_requests_total: counter('count', '逻辑读次数', 'Logical reads'),
        bp_hit_percent: percent(
          '上一采样间隔内的缓冲池命中率',
          'Logical reads that found their page in the pool, over the last interval',
        ),
        row_lock_waits_total: counter('count', '行锁等待次数', 'Waits for row locks'),
        row_lock_time_ms_total: counter(
          'milliseconds',
          '行锁等待时间合计',
          'Time spent waiting for row locks',
        ),
        row_lock_current_waits: gauge('count', '当前正在等待的行锁数', 'Row locks waited for now'),
        log_waits_total: counter(
          'count',
          '因日志缓冲区不足而等待的次数',
          'Waits because the log buffer was full',
        ),
        history_list_length: gauge(
          'count',
          '历史链表长度（未清理的旧版本）',
          'Length of the history list: what purge has still to do',
        ),
        deadlocks_total: counter('count', '死锁次数', 'Deadlocks'),
        data_fsyncs_total: counter('count', 'fsync 次数', 'Calls of fsync()'),
      },
    },
  },
  statements: [STATUS, ...METRICS],
  remembers: remembers<Reads>(),
  async sample({ session, emit, remark, memory, signal }) {
    const parts = new Parts(remark)
    const values = toNamedValues((await parts.ask(session.rows([STATUS], signal))) ?? [])
    const metrics = await parts.ask(session.rows(METRICS, signal))
    const fields = Object.fromEntries(
      Object.entries(FIELDS).map(([field, name]) => [field, numberIfThere(values, name)]),
    )
    const pages = fields['buffer_pool_pages_total']
    const pageBytes = numberIfThere(values, PAGE_SIZE)
    const reads = toReads(values)
    emit(
      'mysql_innodb',
      { instance: session.instance },
      {
        ...fields,
        ...(metrics === undefined ? {} : toMetrics(metrics)),
        buffer_pool_bytes:
          pages === undefined || pageBytes === undefined ? undefined : pages * pageBytes,
        bp_hit_percent: hitPercent(memory, reads),
      },
    )
    parts.settle()
    return reads
  },
})

function toMetrics(rows: readonly Row[]): Record<string, number | undefined> {
  const byName = new Map(rows.map((row) => [textOf(row, 'name'), row]))
  return {
    deadlocks_total: valueOf(byName.get('lock_deadlocks')),
    history_list_length: valueOf(byName.get('trx_rseg_history_len')),
  }
}

/** A counter that the DBA has switched off stands still: missing. */
function valueOf(row: Row | undefined): number | undefined {
  if (row === undefined || flagOf(row, 'enabled') !== 1) return undefined
  return numberOf(row, 'value')
}

function toReads(values: Row): Reads | undefined {
  const reads = numberIfThere(values, FIELDS.bp_reads_total)
  const requests = numberIfThere(values, FIELDS.bp_read_requests_total)
  return reads === undefined || requests === undefined ? undefined : { reads, requests }
}

/** Missing where nothing was read, and over a restart of the server. */
function hitPercent(before: Reads | undefined, now: Reads | undefined): number | undefined {
  if (before === undefined || now === undefined) return undefined
  const reads = now.reads - before.reads
  const requests = now.requests - before.requests
  if (requests <= 0 || reads < 0) return undefined
  return Math.max(0, (1 - reads / requests) * 100)
}

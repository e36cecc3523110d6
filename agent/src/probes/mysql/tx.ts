import { gauge } from '../../field.ts'
import { defineProbe } from '../../probe.ts'
import { numberOf, type Row } from '../../row.ts'
import { mysql } from '../../sources/mysql.ts'
import { Parts } from '../../sources/server/parts.ts'
import { chooseVariant, type Statement } from '../../statement.ts'

const PROCESS = 'GRANT PROCESS ON *.* TO wardround'

/** Without our own session. Its columns only: trx_query is never read. */
const TRANSACTIONS: Statement = {
  id: 'mysql.tx.transactions',
  text: "SELECT COUNT(*) AS open_count, COALESCE(SUM(TIMESTAMPDIFF(SECOND, trx_started, NOW()) >= ?), 0) AS long_count, COALESCE(MAX(TIMESTAMPDIFF(SECOND, trx_started, NOW())), 0) AS oldest_seconds, COALESCE(SUM(trx_state = 'LOCK WAIT'), 0) AS waiting_count FROM information_schema.INNODB_TRX WHERE trx_mysql_thread_id <> CONNECTION_ID()",
  reads: ['information_schema.INNODB_TRX'],
  grants: [PROCESS],
  cost: 'cheap',
}

/** MySQL 5.7 keeps metadata_locks empty unless an instrument is switched on, MariaDB unless performance_schema is: their sessions say what they wait for. */
const METADATA_LOCKS: readonly Statement[] = [
  {
    id: 'mysql.tx.metadata-locks',
    text: "SELECT COUNT(*) AS waits FROM performance_schema.metadata_locks WHERE LOCK_STATUS = 'PENDING'",
    since: [8, 0],
    where: { flavour: ['mysql'], performance_schema: ['on'] },
    reads: ['performance_schema.metadata_locks'],
    grants: ['GRANT SELECT ON performance_schema.metadata_locks TO wardround'],
    cost: 'cheap',
  },
  {
    id: 'mysql.tx.metadata-locks',
    text: "SELECT COUNT(*) AS waits FROM information_schema.PROCESSLIST WHERE STATE LIKE 'Waiting for % metadata lock'",
    reads: ['information_schema.PROCESSLIST'],
    grants: [PROCESS],
    cost: 'cheap',
  },
]

/**
 * Open transactions and waits for metadata locks. Source: information_schema.INNODB_TRX, performance_schema.metadata_locks (MySQL 8.0),
 * information_schema.PROCESSLIST (its column STATE; MySQL 5.7, MariaDB). Needs: PROCESS; SELECT on metadata_locks. Since: MySQL 5.7, MariaDB 10.4.
 */
export default defineProbe({
  name: 'mysql.tx',
  source: mysql,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 30,
  cost: 'cheap',
  reads:
    'information_schema.INNODB_TRX, performance_schema.metadata_locks, information_schema.PROCESSLIST',
  needs: 'PROCESS; SELECT on performance_schema.metadata_locks (MySQL 8.0)',
  help: {
    zh: '未结束的事务与元数据锁等待',
    en: 'Open transactions and waits for metadata locks',
  },
  options: {
    longSeconds: {
      type: 'integer',
      minimum: 1,
      default: 60,
      help: {
        zh: '多长时间算长事务，秒',
        en: 'From how many seconds on a transaction is a long one',
      },
    },
  },
  measurements: {
    mysql_tx: {
      identifyingTags: ['instance'],
      fields: {
        open_count: gauge('count', '未结束的事务数', 'Open transactions'),
        long_tx_count: gauge('count', '长事务数', 'Long transactions'),
        oldest_tx_seconds: gauge(
          'seconds',
          '最早的未结束事务已持续的时间；0 为没有',
          'Age of the oldest open transaction; 0: there is none',
        ),
        lock_waits: gauge('count', '正在等待行锁的事务数', 'Transactions that wait for a row lock'),
        metadata_lock_waits: gauge(
          'count',
          '正在等待元数据锁的会话数',
          'Sessions that wait for a metadata lock',
        ),
      },
    },
  },
  statements: [TRANSACTIONS, ...METADATA_LOCKS],
  async sample({ session, options, emit, remark, signal }) {
    const parts = new Parts(remark)
    const binds = [options.longSeconds]
    const [open] = (await parts.ask(session.rows([TRANSACTIONS], signal, binds))) ?? []
    // Without PROCESS the list of sessions shows our own alone: no answer, and no error either.
    const variant = chooseVariant(METADATA_LOCKS, await session.facts(signal))
    const isHidden = parts.lacksGrant && variant?.grants.includes(PROCESS) === true
    const [waiting] = isHidden
      ? []
      : ((await parts.ask(session.rows(METADATA_LOCKS, signal))) ?? [])
    emit(
      'mysql_tx',
      { instance: session.instance },
      {
        ...(open === undefined ? {} : toFields(open)),
        ...(waiting === undefined ? {} : { metadata_lock_waits: numberOf(waiting, 'waits') }),
      },
    )
    parts.settle()
  },
})

function toFields(row: Row): Record<string, number | undefined> {
  return {
    open_count: numberOf(row, 'open_count'),
    long_tx_count: numberOf(row, 'long_count'),
    oldest_tx_seconds: numberOf(row, 'oldest_seconds'),
    lock_waits: numberOf(row, 'waiting_count'),
  }
}

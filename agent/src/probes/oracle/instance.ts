import { gauge, state } from '../../field.ts'
import { defineProbe, remembers } from '../../probe.ts'
import { flagOf, numberOf, placeOf, textOf } from '../../row.ts'
import { reading } from '../../sources/oracle/grant.ts'
import { oracle } from '../../sources/oracle.ts'
import type { Statement } from '../../statement.ts'
import { sendWhenChanged, type SentDocument } from '../../sources/server/sent-document.ts'

const STATUSES = ['STARTED', 'MOUNTED', 'OPEN', 'OPEN MIGRATE']
const ARCHIVERS = ['STOPPED', 'STARTED', 'FAILED']
const DATABASE_STATUSES = ['ACTIVE', 'SUSPENDED', 'INSTANCE RECOVERY']
const LOGINS = ['ALLOWED', 'RESTRICTED']
const ROLES = ['PRIMARY_INSTANCE', 'SECONDARY_INSTANCE']
const OTHER = { zh: '其他', en: 'other' }

const STATEMENT = {
  id: 'oracle.instance',
  cost: 'cheap',
  ...reading('V$INSTANCE'),
} as const satisfies Partial<Statement>

/** VERSION says no more than the base release from 18c on (19.0.0.0.0); VERSION_FULL names the release update. */
const VARIANTS: readonly Statement[] = [
  { ...STATEMENT, since: [18], text: selectInstance('version_full') },
  { ...STATEMENT, before: [18], text: selectInstance('version') },
]

/**
 * The instance that the session is on. Source: V$INSTANCE. Needs: SELECT on V_$INSTANCE. Since 11.2.
 */
export default defineProbe({
  name: 'oracle.instance',
  source: oracle,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 30,
  cost: 'cheap',
  reads: 'V$INSTANCE',
  needs: 'SELECT on V_$INSTANCE',
  help: {
    zh: 'Oracle 实例：启动状态、归档进程、受限登录、运行时长',
    en: 'The Oracle instance: how far it is started, archiver, restricted logons, uptime',
  },
  measurements: {
    oracle_instance: {
      identifyingTags: ['database', 'instance'],
      fields: {
        status: state('实例状态', 'How far the instance is started', {
          0: OTHER,
          1: { zh: '已启动，未装载', en: 'started, not mounted' },
          2: { zh: '已装载', en: 'mounted' },
          3: { zh: '已打开', en: 'open' },
          4: { zh: '以升级模式打开', en: 'open for an upgrade' },
        }),
        database_status: state('数据库状态', 'State of the database in this instance', {
          0: OTHER,
          1: { zh: '活动', en: 'active' },
          2: { zh: '已挂起（SUSPEND）', en: 'suspended' },
          3: { zh: '实例恢复中', en: 'instance recovery' },
        }),
        archiver: state('归档进程', 'Archiver', {
          0: OTHER,
          1: { zh: '未启动', en: 'stopped' },
          2: { zh: '运行中', en: 'started' },
          3: { zh: '归档失败', en: 'failed' },
        }),
        logins: state('登录限制', 'Who may log on', {
          0: OTHER,
          1: { zh: '允许', en: 'everybody' },
          2: { zh: '受限（RESTRICTED）', en: 'restricted' },
        }),
        instance_role: state('实例角色', 'Role of the instance', {
          0: OTHER,
          1: { zh: '主实例', en: 'primary instance' },
          2: { zh: '备用实例', en: 'secondary instance' },
        }),
        blocked: gauge('boolean', '所有服务均被阻塞', 'All services are blocked'),
        uptime_seconds: gauge('seconds', '实例运行时长', 'Time since the instance was started'),
      },
    },
  },
  statements: VARIANTS,
  remembers: remembers<SentDocument>(),
  async sample(run) {
    const { session, emit, signal, memory } = run
    const [row] = await session.rows(VARIANTS, signal)
    if (row === undefined) return memory
    emit('oracle_instance', await session.instanceTags(signal), {
      status: placeOf(STATUSES, textOf(row, 'STATUS')),
      database_status: placeOf(DATABASE_STATUSES, textOf(row, 'DATABASE_STATUS')),
      archiver: placeOf(ARCHIVERS, textOf(row, 'ARCHIVER')),
      logins: placeOf(LOGINS, textOf(row, 'LOGINS')),
      instance_role: placeOf(ROLES, textOf(row, 'INSTANCE_ROLE')),
      blocked: flagOf(row, 'BLOCKED'),
      uptime_seconds: numberOf(row, 'UPTIME_SECONDS'),
    })
    const body = {
      version: textOf(row, 'VERSION') ?? null,
      instance: textOf(row, 'INSTANCE_NAME') ?? null,
      host: textOf(row, 'HOST_NAME') ?? null,
      thread: numberOf(row, 'THREAD#') ?? null,
    }
    return sendWhenChanged(run, `oracle_instance:${session.instance}`, body, memory)
  },
})

function selectInstance(version: string): string {
  return `SELECT instance_name, host_name, ${version} AS version, thread#, status, database_status,
  archiver, logins, instance_role, blocked, ROUND((SYSDATE - startup_time) * 86400) AS uptime_seconds
FROM v$instance`
}

import { gauge, percent, state } from '../../field.ts'
import { defineProbe, NoDataError } from '../../probe.ts'
import { numberOf, percentOf, placeOf, textOf, type Row } from '../../row.ts'
import { reading } from '../../sources/oracle/grant.ts'
import { oracle } from '../../sources/oracle.ts'
import type { Statement } from '../../statement.ts'

const MB = 1024 * 1024
const STATES = ['CONNECTED', 'MOUNTED', 'DISMOUNTED', 'BROKEN', 'QUIESCING', 'UNKNOWN']
const TYPES = ['EXTERN', 'NORMAL', 'HIGH', 'FLEX', 'EXTEND']
/** In these each file has its own redundancy: USABLE_FILE_MB is 0 there and says nothing. */
const WITHOUT_USABLE = ['FLEX', 'EXTEND']
const OTHER = { zh: '其他', en: 'other' }

const DISK_GROUPS: Statement = {
  id: 'oracle.asm',
  cost: 'cheap',
  ...reading('V$ASM_DISKGROUP_STAT'),
  text: `SELECT name, state, type, total_mb, free_mb, required_mirror_free_mb, usable_file_mb, offline_disks
FROM v$asm_diskgroup_stat`,
}

/**
 * ASM disk groups as the database's instance sees them. used_percent is of the raw space, mirrors included; usable_file_bytes is
 * what files can still take with their mirrors such that a failure group may be lost: below 0, mirrors can't be rebuilt then.
 * Source: V$ASM_DISKGROUP_STAT, which, other than V$ASM_DISKGROUP, looks for no disks. Needs: SELECT on V_$ASM_DISKGROUP_STAT. Since 11.2.
 */
export default defineProbe({
  name: 'oracle.asm',
  source: oracle,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 600,
  cost: 'cheap',
  reads: 'V$ASM_DISKGROUP_STAT',
  needs: 'SELECT on V_$ASM_DISKGROUP_STAT',
  help: {
    zh: 'ASM 磁盘组的容量、镜像余量、离线磁盘；不用 ASM 时没有数据',
    en: 'Space, room for mirrors and offline disks of ASM disk groups; no data without ASM',
  },
  measurements: {
    oracle_asm: {
      identifyingTags: ['database', 'diskgroup'],
      fields: {
        total_bytes: gauge('bytes', '裸容量（含镜像）', 'Raw space, mirrors included'),
        free_bytes: gauge('bytes', '裸空闲（含镜像）', 'Raw free space, mirrors included'),
        required_mirror_free_bytes: gauge(
          'bytes',
          '一个故障组失效后恢复冗余所需的空闲空间',
          'Free space needed to rebuild mirrors after a failure',
        ),
        usable_file_bytes: gauge(
          'bytes',
          '可安全使用的容量；为负表示故障后无法重建镜像；FLEX、EXTEND 组缺失',
          'What files can still safely take; below 0 mirrors can’t be rebuilt after a failure; missing for FLEX and EXTEND',
        ),
        used_percent: percent('裸容量使用率', 'Used, of the raw space'),
        offline_disks: gauge('count', '离线磁盘数', 'Disks that are offline'),
        state: state('状态', 'State', {
          0: OTHER,
          1: { zh: '使用中（CONNECTED）', en: 'connected' },
          2: { zh: '已装载', en: 'mounted' },
          3: { zh: '未装载', en: 'dismounted' },
          4: { zh: '装载后损坏（BROKEN）', en: 'broken' },
          5: { zh: '正在静默', en: 'quiescing' },
          6: { zh: '未知', en: 'unknown' },
        }),
        type: state('冗余类型', 'Redundancy', {
          0: OTHER,
          1: { zh: '外部冗余', en: 'external' },
          2: { zh: '普通冗余', en: 'normal' },
          3: { zh: '高冗余', en: 'high' },
          4: { zh: 'FLEX', en: 'flex' },
          5: { zh: 'EXTEND', en: 'extended' },
        }),
      },
    },
  },
  statements: [DISK_GROUPS],
  async sample({ session, emit, signal }) {
    const tags = await session.databaseTags(signal, 'cdb')
    const rows = await session.rows([DISK_GROUPS], signal)
    if (rows.length === 0)
      throw new NoDataError({ zh: '该数据库未使用 ASM', en: 'this database uses no ASM' })
    for (const row of rows)
      emit('oracle_asm', { ...tags, diskgroup: textOf(row, 'NAME') ?? '' }, toFields(row))
  },
})

function toFields(row: Row) {
  const type = textOf(row, 'TYPE')
  const total = bytesOf(row, 'TOTAL_MB')
  const free = bytesOf(row, 'FREE_MB')
  const hasUsable = type !== undefined && !WITHOUT_USABLE.includes(type)
  return {
    total_bytes: total,
    free_bytes: free,
    required_mirror_free_bytes: hasUsable ? bytesOf(row, 'REQUIRED_MIRROR_FREE_MB') : undefined,
    usable_file_bytes: hasUsable ? bytesOf(row, 'USABLE_FILE_MB') : undefined,
    used_percent:
      total === undefined || free === undefined ? undefined : percentOf(total - free, total),
    offline_disks: numberOf(row, 'OFFLINE_DISKS'),
    state: placeOf(STATES, textOf(row, 'STATE')),
    type: placeOf(TYPES, type),
  }
}

function bytesOf(row: Row, column: string): number | undefined {
  const megabytes = numberOf(row, column)
  return megabytes === undefined ? undefined : megabytes * MB
}

import { gauge, percent, state } from '../../field.ts'
import { defineProbe, NoDataError, ProbeError } from '../../probe.ts'
import type { CommandRunner } from '../../sources/commands.ts'
import { storage } from '../../sources/storage.ts'
import { printable } from '../../sources/storage/json-value.ts'
import { parsePoolList, parsePoolStatus, POOL_STATES } from '../../sources/storage/parse-zpool.ts'

const ZPOOL = ['/usr/sbin/zpool', '/sbin/zpool', '/usr/local/sbin/zpool']
const LIMITS = { deadlineMs: 20_000, maxBytes: 2 * 1024 * 1024 }

/** ZFS pools. Source: `zpool list -Hp`, `zpool status`. Needs: nothing. */
export default defineProbe({
  name: 'storage.zfs',
  source: storage,
  platforms: ['linux'],
  everySeconds: 600,
  cost: 'moderate',
  deadlineMs: 45_000,
  reads: 'zpool list -Hp, zpool status',
  needs: 'none',
  help: { zh: 'ZFS 存储池', en: 'ZFS pools' },
  measurements: {
    zfs_pool: {
      identifyingTags: ['pool'],
      fields: {
        state: state('状态', 'State', {
          [POOL_STATES.online]: { zh: '正常', en: 'online' },
          [POOL_STATES.degraded]: { zh: '降级', en: 'degraded' },
          [POOL_STATES.faulted]: { zh: '故障', en: 'faulted' },
          [POOL_STATES.unavail]: { zh: '不可用', en: 'unavailable' },
          [POOL_STATES.suspended]: { zh: 'I/O 已挂起', en: 'suspended' },
          [POOL_STATES.offline]: { zh: '离线', en: 'offline' },
          [POOL_STATES.removed]: { zh: '已移除', en: 'removed' },
          [POOL_STATES.unknown]: { zh: '未知', en: 'unknown' },
        }),
        size: gauge('bytes', '容量', 'Size'),
        allocated: gauge('bytes', '已用空间', 'Space that is used'),
        free: gauge('bytes', '剩余空间', 'Space that is left'),
        fragmentation: percent('剩余空间的碎片率', 'Fragmentation of the space that is left'),
        capacity: percent('使用率', 'Part that is used'),
        read_errors: gauge('count', '各成员盘的读错误数之和', 'Read errors of its disks'),
        write_errors: gauge('count', '各成员盘的写错误数之和', 'Write errors of its disks'),
        checksum_errors: gauge('count', '各成员盘的校验错误数之和', 'Checksum errors of its disks'),
        devices_failed: gauge('count', '不在线的成员盘数', 'Disks that are not online'),
        data_errors: gauge('boolean', '是否有永久损坏的数据', 'Whether data is damaged for good'),
      },
    },
  },
  async sample({ session, emit, signal }) {
    if (session.files.listIfThere('/sys/module/zfs') === undefined)
      throw new NoDataError({ zh: '没有 ZFS', en: 'there is no ZFS here' })
    const { commands } = session
    const list = await runZpool(commands, LIST, signal)
    const status = parsePoolStatus(await runZpool(commands, ['status'], signal))
    for (const pool of parsePoolList(list)) {
      const errors = status.get(pool.name)
      const { name, state: now, size, allocated, free, fragmentation, capacity } = pool
      emit(
        'zfs_pool',
        { pool: name },
        {
          state: now,
          size,
          allocated,
          free,
          fragmentation,
          capacity,
          read_errors: errors?.read,
          write_errors: errors?.write,
          checksum_errors: errors?.checksum,
          devices_failed: errors?.devicesFailed,
          data_errors:
            errors?.hasDataErrors === undefined ? undefined : Number(errors.hasDataErrors),
        },
      )
    }
  },
})

const LIST = ['list', '-Hp', '-o', 'name,size,alloc,free,frag,cap,health']

/** @throws NoDataError where it is not installed */
async function runZpool(
  commands: CommandRunner,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  let absent: NoDataError | undefined
  for (const program of ZPOOL) {
    try {
      const { exitCode, stdout, stderr } = await commands.run(program, args, { ...LIMITS, signal })
      if (exitCode === 0) return stdout
      const why = printable(stderr) || String(exitCode)
      throw new ProbeError('UNREADABLE', { zh: `zpool 失败：${why}`, en: `zpool failed: ${why}` })
    } catch (error) {
      if (!(error instanceof NoDataError)) throw error
      absent = error
    }
  }
  throw absent ?? new NoDataError({ zh: '未安装 zpool', en: 'zpool is not installed' })
}

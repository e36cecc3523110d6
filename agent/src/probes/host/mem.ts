import { gauge, percent } from '../../field.ts'
import { defineProbe, type FieldValues } from '../../probe.ts'
import { host } from '../../sources/host.ts'
import type { Meminfo } from '../../sources/parse-meminfo.ts'

/** Memory. Source: /proc/meminfo. Needs: nothing. Names: Telegraf's mem. */
export default defineProbe({
  name: 'host.mem',
  source: host,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 10,
  cost: 'cheap',
  reads: '/proc/meminfo',
  needs: 'none',
  help: { zh: '内存', en: 'Memory' },
  measurements: {
    mem: {
      identifyingTags: [],
      fields: {
        total: gauge('bytes', '物理内存总量', 'Memory of the machine'),
        available: gauge(
          'bytes',
          '不换出即可供新程序使用的内存（内核估算；3.14 之前的内核为空闲+缓冲+缓存）',
          'What new programs can have without swapping, as the kernel estimates (before 3.14: free + buffered + cached)',
        ),
        available_percent: percent('可用内存占比', 'available of total'),
        used: gauge(
          'bytes',
          '已用内存（总量减可用，与 free 命令一致）',
          'total − available, as free(1) says it',
        ),
        used_percent: percent('内存使用率', 'used of total'),
        free: gauge('bytes', '完全空闲的内存', 'Not used for anything'),
        buffered: gauge('bytes', '块设备缓冲', 'Buffers of block devices'),
        cached: gauge(
          'bytes',
          '页缓存及可回收的内核缓存',
          'Page cache and reclaimable caches of the kernel',
        ),
        slab: gauge('bytes', '内核对象缓存（slab）', 'Object caches of the kernel'),
        dirty: gauge('bytes', '等待写回磁盘的数据', 'Waiting to be written to disk'),
        shared: gauge('bytes', '共享内存与 tmpfs', 'Shared memory and tmpfs'),
        committed_as: gauge(
          'bytes',
          '已承诺分配的内存',
          'Promised to programs, whether they use it or not',
        ),
        commit_limit: gauge('bytes', '可承诺分配的上限', 'Most that may be promised'),
        huge_pages_total: gauge('count', '大页总数', 'Huge pages reserved'),
        huge_pages_free: gauge('count', '空闲大页数', 'Huge pages not in use'),
      },
    },
  },
  sample({ session, emit, timeMs }) {
    const { portable, memory } = session
    if (portable) return portable.mem().then((fields) => emit('mem', {}, fields))
    emit('mem', {}, toMemFields(memory.read(timeMs)))
    return undefined
  },
})

/** What a kernel does not tell is left out. */
export function toMemFields(meminfo: Meminfo): FieldValues {
  const total = meminfo.get('MemTotal') ?? 0
  const free = meminfo.get('MemFree')
  const buffered = meminfo.get('Buffers')
  const cached = (meminfo.get('Cached') ?? 0) + (meminfo.get('SReclaimable') ?? 0)
  const available = meminfo.get('MemAvailable') ?? (free ?? 0) + (buffered ?? 0) + cached
  const used = Math.max(0, total - available)
  return {
    total,
    available,
    available_percent: (100 * available) / total,
    used,
    used_percent: (100 * used) / total,
    free,
    buffered,
    cached,
    slab: meminfo.get('Slab'),
    dirty: meminfo.get('Dirty'),
    shared: meminfo.get('Shmem'),
    committed_as: meminfo.get('Committed_AS'),
    commit_limit: meminfo.get('CommitLimit'),
    huge_pages_total: meminfo.get('HugePages_Total'),
    huge_pages_free: meminfo.get('HugePages_Free'),
  }
}

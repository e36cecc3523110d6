import type { SourceReference } from '../probe.ts'
import type { Session, Source, SourceContext } from '../source.ts'
import { HELPER_OPTION, ROOT_OPTION } from './host-options.ts'
import type { StorageSession } from './storage/storage-session.ts'

/** For `source:` of a probe. */
export const storage: SourceReference<StorageSession> = { type: 'storage' }

/** Local disks, RAID controllers, multipath, FC ports, LVM and ZFS of this host. Always there, with or without an entry in agent.yaml. */
export const storageSource: Source<StorageSession> = {
  type: 'storage',
  always: true,
  platforms: ['linux'],
  options: {
    root: ROOT_OPTION,
    helper: HELPER_OPTION,
    exclude: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      maxItems: 256,
      default: [],
      help: {
        zh: '不读取 SMART 的磁盘：设备名（sdb、nvme1、bus0:megaraid8）或序列号',
        en: 'Disks that are not asked for SMART: device names (sdb, nvme1, bus0:megaraid8) or serial numbers',
      },
    },
    paths: {
      type: 'integer',
      minimum: 1,
      maximum: 64,
      help: {
        zh: '每个多路径设备应有的路径数；不填则以见过的最多路径数为准',
        en: 'Paths that each multipath device should have; without it the most that were ever seen count',
      },
    },
  },
  async open(context: SourceContext): Promise<Session<StorageSession>> {
    const { openStorage } = await import('./storage/open-storage.ts')
    return openStorage(context)
  },
}

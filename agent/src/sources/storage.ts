import type { SourceReference } from '../probe.ts'
import type { Session, Source, SourceContext } from '../source.ts'
import type { StorageSession } from './storage/storage-session.ts'

/** For `source:` of a probe. */
export const storage: SourceReference<StorageSession> = { type: 'storage' }

/** Local disks, RAID controllers, multipath, FC ports, LVM and ZFS of this host. Always there, with or without an entry in agent.yaml. */
export const storageSource: Source<StorageSession> = {
  type: 'storage',
  always: true,
  platforms: ['linux'],
  options: {
    root: {
      type: 'string',
      default: '/',
      minLength: 1,
      help: {
        zh: '查看 /sys 的根目录；只有采集代理在容器里运行、主机挂载在某个目录时才需要改',
        en: 'Directory under which /sys is looked at; other than / only where the agent runs in a container that has the host mounted',
      },
    },
    helper: {
      type: 'string',
      default: '/run/wardround-helper/helper.sock',
      pattern: '^/',
      expected: { zh: '套接字的绝对路径', en: 'the absolute path of a socket' },
      help: {
        zh: '特权助手的套接字；采集代理以 root 运行时不使用',
        en: "The privileged helper's socket; not used where the agent runs as root",
      },
    },
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

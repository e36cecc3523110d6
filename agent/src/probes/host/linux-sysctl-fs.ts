import { gauge } from '../../field.ts'
import { defineProbe, NoDataError } from '../../probe.ts'
import { host, type HostSession } from '../../sources/host.ts'
import { parseNumbers } from './parse-numbers.ts'

const DIRECTORY = '/proc/sys/fs'

/** Limits of open files. Source: /proc/sys/fs. Needs: nothing. Names: Telegraf's linux_sysctl_fs. */
export default defineProbe({
  name: 'host.linux-sysctl-fs',
  source: host,
  platforms: ['linux'],
  everySeconds: 10,
  cost: 'cheap',
  reads: `${DIRECTORY}/file-nr, inode-nr, aio-nr`,
  needs: 'none',
  help: { zh: '整机文件句柄等的用量与上限', en: 'Open files of the machine and their limit' },
  measurements: {
    linux_sysctl_fs: {
      identifyingTags: [],
      fields: {
        'file-nr': gauge('count', '已分配的文件句柄数', 'File handles allocated'),
        'file-max': gauge(
          'count',
          '文件句柄上限；不限制时缺失',
          'Most file handles; missing where there is no limit',
        ),
        'inode-nr': gauge('count', '内核中的 inode 数', 'Inodes that the kernel holds'),
        'aio-nr': gauge('count', '异步 I/O 请求数', 'Asynchronous I/O requests'),
      },
    },
  },
  sample({ session, emit }) {
    const files = readNumbers(session, 'file-nr')
    const inodes = readNumbers(session, 'inode-nr')
    const requests = readNumbers(session, 'aio-nr')
    if (!files && !inodes && !requests)
      throw new NoDataError({ zh: `没有 ${DIRECTORY}`, en: `${DIRECTORY} is not there` })
    emit(
      'linux_sysctl_fs',
      {},
      {
        'file-nr': files?.[0],
        'file-max': toLimit(files?.[2]),
        'inode-nr': inodes?.[0],
        'aio-nr': requests?.[0],
      },
    )
  },
})

function readNumbers({ files }: HostSession, name: string): number[] | undefined {
  const path = `${DIRECTORY}/${name}`
  const bytes = files.readIfThere(path)
  return bytes && parseNumbers(bytes, path)
}

/** LONG_MAX, which systemd sets on 64-bit machines, is no limit. */
function toLimit(value: number | undefined): number | undefined {
  return value !== undefined && value < 2 ** 63 - 1 ? value : undefined
}

import type { LocalizedText } from '@wardround/protocol'
import { disk } from '../../measurements/disk.ts'
import { defineProbe, remembers } from '../../probe.ts'
import type { SpaceAnswer } from '../../sources/space-answer.ts'
import { host, type HostSession } from '../../sources/host.ts'
import { chooseMounts, type ChosenMount } from './choose-mounts.ts'
import { parseMountinfo } from './parse-mountinfo.ts'
import { toDiskFields, toRunFailure } from './space-samples.ts'

const MOUNTINFO = '/proc/self/mountinfo'

interface MountTable {
  /** What `mounts` was made from: the same bytes need no second look. */
  readonly bytes: Buffer
  readonly mounts: readonly WatchedMount[]
}

interface WatchedMount extends ChosenMount {
  /** It can be written, or could be at an earlier look. */
  readonly wasWritable: boolean
}

/**
 * Space of file systems. Source: statfs(2) over /proc/self/mountinfo. Needs: nothing, but the right to
 * pass the directories above. Names: Telegraf's disk; `mount` is ours.
 *
 * What may hang is asked by a helper process; while a file system does not answer, its values are
 * missing, `mount` says so, and the run fails with NOT_ANSWERING.
 */
export default defineProbe({
  name: 'host.disk',
  source: host,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 10,
  cost: 'cheap',
  reads: `statfs(2), ${MOUNTINFO}`,
  needs: 'none',
  help: {
    zh: '文件系统的空间与 inode（不含 tmpfs、overlay、squashfs 以及 /proc、/sys、/dev、/run 下的挂载）',
    en: 'Space and inodes of file systems (without tmpfs, overlay and squashfs, and what is mounted in /proc, /sys, /dev and /run)',
  },
  measurements: {
    disk,
    mount: {
      identifyingTags: ['path', 'device', 'fstype'],
      fields: {
        answering: {
          kind: 'state',
          unit: 'boolean',
          precision: 1,
          help: {
            zh: '网络或 FUSE 文件系统是否应答（仅此类文件系统有此序列）',
            en: 'Whether a network or FUSE file system answers (only such ones have this series)',
          },
          states: { 0: { zh: '无应答', en: 'not answering' }, 1: { zh: '正常', en: 'answering' } },
        },
        turned_read_only: {
          kind: 'state',
          unit: 'boolean',
          precision: 1,
          help: {
            zh: '是否由可写变为只读；采集代理启动以来未见可写的挂载缺失',
            en: 'Whether it could be written and can no longer; missing where it never could since the agent began',
          },
          states: { 0: { zh: '可写', en: 'writable' }, 1: { zh: '变为只读', en: 'read-only' } },
        },
      },
    },
  },
  remembers: remembers<MountTable>(),
  sample({ session, emit, remark, memory, signal }) {
    if (session.portable) {
      return session.portable.disk().then((fileSystems) => {
        for (const { fields, ...tags } of fileSystems) emit('disk', tags, fields)
        return undefined
      })
    }
    const table = readMountTable(session, memory)
    const report = (answers: readonly SpaceAnswer[]): MountTable => {
      for (const [index, mount] of table.mounts.entries()) {
        const answer = answers[index]
        const { mode, mayHang, wasWritable, ...tags } = mount
        if (answer?.kind === 'answered' && answer.space.totalBytes > 0) {
          emit('disk', { ...tags, mode }, toDiskFields(answer.space))
        }
        if (answer?.kind === 'forbidden') remark(toForbiddenRemark(mount.path))
        else if (answer?.kind !== 'gone')
          emit('mount', tags, {
            answering: mayHang ? Number(answer?.kind === 'answered') : undefined,
            turned_read_only: wasWritable ? Number(mode === 'ro') : undefined,
          })
      }
      const failure = toRunFailure(table.mounts, answers)
      if (failure) throw failure
      return table
    }
    const answers = session.fileSpace.ask(table.mounts, signal)
    return answers instanceof Promise ? answers.then(report) : report(answers)
  },
})

function readMountTable({ files }: HostSession, known: MountTable | undefined): MountTable {
  const bytes = files.read(MOUNTINFO)
  if (known?.bytes.equals(bytes)) return known
  const writable = new Set(known?.mounts.filter((mount) => mount.wasWritable).map(keyOf))
  const mounts = chooseMounts(parseMountinfo(bytes)).map((mount) => ({
    ...mount,
    wasWritable: mount.mode === 'rw' || writable.has(keyOf(mount)),
  }))
  return { bytes: Buffer.from(bytes), mounts }
}

function keyOf({ path, device, fstype }: ChosenMount): string {
  return JSON.stringify([path, device, fstype])
}

function toForbiddenRemark(path: string): LocalizedText {
  return {
    zh: `采集代理的用户无权进入 ${path} 的上级目录，该文件系统没有数据`,
    en: `The agent's user may not pass a directory above ${path}: that file system is not measured`,
  }
}

import { gauge } from '../../field.ts'
import { defineProbe, NoDataError, ProbeError } from '../../probe.ts'
import type { CommandOutcome } from '../../sources/commands.ts'
import { ProgramUnavailable } from '../../sources/program-unavailable.ts'
import { storage } from '../../sources/storage.ts'
import { printable } from '../../sources/storage/json-value.ts'
import {
  parseMultipathStatus,
  parseQueueing,
  readMultipathDevices,
  type PathCount,
} from '../../sources/storage/multipath-devices.ts'
import type { StorageSession } from '../../sources/storage/storage-session.ts'

/**
 * Multipath devices and their paths. Source: /sys/block/dm-* and, where permitted, `dmsetup status` and `dmsetup table`: the kernel's own word on each
 * path. Needs: nothing; root or the privileged helper to see paths that multipathd took out, and whether I/O is held back.
 */
export default defineProbe({
  name: 'storage.multipath',
  source: storage,
  platforms: ['linux'],
  everySeconds: 60,
  cost: 'moderate',
  deadlineMs: 45_000,
  reads: '/sys/block/dm-*, dmsetup status --target multipath',
  needs: {
    zh: '无；有 root 或特权助手时更准确',
    en: 'nothing; with root or the privileged helper more exact',
  },
  help: { zh: '多路径设备及其路径', en: 'Multipath devices and their paths' },
  measurements: {
    multipath: {
      identifyingTags: ['device'],
      descriptiveTags: ['name'],
      fields: {
        paths: gauge('count', '现有路径数', 'Paths that there are'),
        paths_active: gauge('count', '可用路径数', 'Paths that work'),
        paths_failed: gauge('count', '故障路径数', 'Paths that failed'),
        paths_lost: gauge(
          'count',
          '比应有路径数（配置值，或见过的最多路径数）少的可用路径数',
          'Working paths that are missing against what should be there: as configured, or the most that were ever seen',
        ),
        queueing: gauge(
          'boolean',
          '没有可用路径时是否挂起 I/O 而不报错',
          'Whether I/O is held back, not failed, while no path works',
        ),
        size_bytes: gauge('bytes', '容量', 'Size'),
      },
    },
  },
  async sample({ session, emit, remark, signal }) {
    const devices = readMultipathDevices(session.files)
    if (devices.length === 0)
      throw new NoDataError({ zh: '没有多路径设备', en: 'there is no multipath device' })
    const table = await readTable(session, signal)
    if (table instanceof ProgramUnavailable)
      remark({
        zh: `${table.text.zh}；在此之前只看 /sys 中的路径状态，multipathd 已停用的路径可能仍显示为可用`,
        en: `${table.text.en}; until then paths are judged by /sys alone, where one that multipathd took out may look well`,
      })
    const { status, queueing } = table instanceof Error ? NOTHING : table
    const counts = devices.map((device) => status.get(device.name) ?? device)
    const most = await session.kept.paths.settle(
      new Map(devices.map(({ wwid }, index) => [wwid, counts[index]?.active ?? 0])),
      Math.max,
    )
    for (const [index, { wwid, name, sizeBytes }] of devices.entries()) {
      const { paths = 0, active = 0 } = counts[index] ?? {}
      const expected = session.expectedPaths ?? most.get(wwid) ?? active
      const holds = queueing.get(name)
      emit(
        'multipath',
        { device: wwid, name },
        {
          paths,
          paths_active: active,
          paths_failed: paths - active,
          paths_lost: Math.max(0, expected - active),
          queueing: holds === undefined ? undefined : Number(holds),
          size_bytes: sizeBytes,
        },
      )
    }
    // What /sys tells was given all the same.
    if (table instanceof ProbeError) throw table
  },
})

interface KernelTable {
  readonly status: ReadonlyMap<string, PathCount>
  readonly queueing: ReadonlyMap<string, boolean>
}

const NOTHING: KernelTable = { status: new Map(), queueing: new Map() }

/** Or why it can't be read. */
async function readTable(
  { programs }: StorageSession,
  signal: AbortSignal,
): Promise<KernelTable | ProgramUnavailable | ProbeError> {
  try {
    const status = checked(await programs.run({ command: 'multipath-status' }, signal))
    const table = checked(await programs.run({ command: 'multipath-table' }, signal))
    return { status: parseMultipathStatus(status), queueing: parseQueueing(table) }
  } catch (error) {
    if (error instanceof ProgramUnavailable || error instanceof ProbeError) return error
    throw error
  }
}

function checked({ exitCode, stdout, stderr }: CommandOutcome): string {
  if (exitCode === 0) return stdout
  const why = printable(stderr) || String(exitCode)
  throw new ProbeError('UNREADABLE', { zh: `dmsetup 失败：${why}`, en: `dmsetup failed: ${why}` })
}

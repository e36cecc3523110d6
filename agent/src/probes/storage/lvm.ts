import { gauge } from '../../field.ts'
import { defineProbe, NoDataError, ProbeError } from '../../probe.ts'
import { ProgramUnavailable } from '../../sources/program-unavailable.ts'
import { storage } from '../../sources/storage.ts'
import { printable } from '../../sources/storage/json-value.ts'
import { readText } from '../../sources/storage/block-devices.ts'
import { parseVolumeGroups } from '../../sources/storage/parse-volume-groups.ts'
import type { StorageSession } from '../../sources/storage/storage-session.ts'

/** Volume groups of LVM. Source: `vgs --reportformat json --readonly`, where /sys shows a logical volume. Needs: root, or the privileged helper. */
export default defineProbe({
  name: 'storage.lvm',
  source: storage,
  platforms: ['linux'],
  everySeconds: 600,
  cost: 'moderate',
  deadlineMs: 45_000,
  reads: 'vgs --reportformat json',
  needs: { zh: 'root 或特权助手', en: 'root or the privileged helper' },
  help: { zh: 'LVM 卷组', en: 'Volume groups of LVM' },
  measurements: {
    lvm: {
      identifyingTags: ['vg'],
      fields: {
        size_bytes: gauge('bytes', '卷组容量', 'Size of the group'),
        free_bytes: gauge('bytes', '未分配空间', 'Space that is not given to a volume'),
        missing_pvs: gauge('count', '缺失的物理卷数', 'Physical volumes that are missing'),
      },
    },
  },
  async sample({ session, emit, remark, signal }) {
    if (!hasVolumes(session))
      throw new NoDataError({ zh: '没有 LVM 逻辑卷', en: 'there is no logical volume of LVM' })
    for (const { name, sizeBytes, freeBytes, missingVolumes } of await readGroups()) {
      emit(
        'lvm',
        { vg: name },
        { size_bytes: sizeBytes, free_bytes: freeBytes, missing_pvs: missingVolumes },
      )
    }

    async function readGroups() {
      try {
        const outcome = await session.programs.run({ command: 'volume-groups' }, signal)
        const { exitCode, stdout, stderr } = outcome
        if (exitCode === 0 || stdout.trimStart().startsWith('{')) return parseVolumeGroups(stdout)
        const why = printable(stderr) || String(exitCode)
        throw new ProbeError('UNREADABLE', { zh: `vgs 失败：${why}`, en: `vgs failed: ${why}` })
      } catch (error) {
        if (error instanceof ProgramUnavailable) remark(error.text)
        throw error
      }
    }
  },
})

function hasVolumes({ files }: StorageSession): boolean {
  const blocks = files.listIfThere('/sys/block') ?? []
  return blocks.some(
    (block) =>
      block.startsWith('dm-') && readText(files, `/sys/block/${block}/dm/uuid`)?.startsWith('LVM-'),
  )
}

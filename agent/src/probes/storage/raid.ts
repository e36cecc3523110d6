import type { JsonValue, LocalizedText } from '@wardround/protocol'
import { gauge, state } from '../../field.ts'
import { defineProbe, NoDataError } from '../../probe.ts'
import type { ProgramUnavailable } from '../../sources/program-unavailable.ts'
import { storage } from '../../sources/storage.ts'
import { readDrivers } from '../../sources/storage/local-disks.ts'
import {
  countDisks,
  RAID_STATES,
  type RaidController,
} from '../../sources/storage/raid-controller.ts'
import { raidToolsFor, readRaid } from '../../sources/storage/read-raid.ts'

/**
 * RAID controllers. Source: storcli or perccli `/call show all J`, `ssacli ctrl all show config detail`, `arcconf GETCONFIG n AL`: those whose controller is
 * there, by the drivers in /sys. Needs: root, or the privileged helper; the maker's tool.
 */
export default defineProbe({
  name: 'storage.raid',
  source: storage,
  platforms: ['linux'],
  everySeconds: 600,
  cost: 'slow',
  deadlineMs: 240_000,
  reads: 'storcli, perccli, ssacli, arcconf; /sys/class/scsi_host',
  needs: {
    zh: 'root 或特权助手；控制器厂家的工具',
    en: "root or the privileged helper; the tool of the controller's maker",
  },
  help: {
    zh: '硬件 RAID 控制器、阵列和成员盘；没有这类控制器时没有数据',
    en: 'Hardware RAID: controllers, arrays and their disks; no data where there is no such controller',
  },
  measurements: {
    raid: {
      identifyingTags: ['controller', 'array', 'type'],
      descriptiveTags: ['model'],
      fields: {
        state: state(
          '状态；无法识别的说法记为未知',
          'State; a word that we do not know is unknown',
          {
            [RAID_STATES.ok]: { zh: '正常', en: 'well' },
            [RAID_STATES.rebuilding]: { zh: '正在重建', en: 'being rebuilt' },
            [RAID_STATES.degraded]: { zh: '降级', en: 'degraded' },
            [RAID_STATES.failed]: { zh: '故障', en: 'failed' },
            [RAID_STATES.unknown]: { zh: '未知', en: 'unknown' },
          },
        ),
        disks_active: gauge('count', '正常工作的磁盘数', 'Disks that work'),
        disks_failed: gauge('count', '故障或缺失的磁盘数', 'Disks that failed or are missing'),
        disks_rebuilding: gauge('count', '正在重建的磁盘数', 'Disks that are being rebuilt'),
        disks_unknown: gauge(
          'count',
          '状态无法识别的磁盘数',
          'Disks in a state that we do not know',
        ),
        bbu_ok: gauge(
          'boolean',
          '缓存电池或电容是否正常',
          'Whether battery or capacitor of the cache is well',
        ),
        media_errors: gauge('count', '全部成员盘的介质错误数之和', 'Media errors of all its disks'),
        predictive_failures: gauge(
          'count',
          '预报故障的磁盘数',
          'Disks that foretell their failure',
        ),
      },
    },
  },
  async sample({ session, emit, emitDocument, remark, signal }) {
    const tools = raidToolsFor(readDrivers(session.files))
    if (tools.length === 0)
      throw new NoDataError({ zh: '没有硬件 RAID 控制器', en: 'there is no RAID controller' })
    const { controllers, missing } = await readRaid(session.programs, tools, signal)
    for (const absent of missing) remark(installHint(absent))
    for (const controller of controllers) {
      const { name, model, batteryOk, mediaErrors, predictiveFailures } = controller
      emit(
        'raid',
        { controller: name, array: 'all', type: 'controller', model },
        {
          state: RAID_STATES[controller.state],
          ...diskCounts(controller),
          bbu_ok: batteryOk === undefined ? undefined : Number(batteryOk),
          media_errors: mediaErrors,
          predictive_failures: predictiveFailures,
        },
      )
      for (const array of controller.arrays)
        emit(
          'raid',
          { controller: name, array: array.name, type: array.level, model },
          { state: RAID_STATES[array.state], ...diskCounts(array) },
        )
    }
    if (controllers.length > 0) emitDocument('raid', 'newest', controllers.map(toDocument))
  },
})

/** Nothing where the tool names no disks: that is no count of 0. */
function diskCounts({ disks }: Pick<RaidController, 'disks'>) {
  if (disks.length === 0) return {}
  return {
    disks_active: countDisks(disks, 'active'),
    disks_failed: countDisks(disks, 'failed'),
    disks_rebuilding: countDisks(disks, 'rebuilding'),
    disks_unknown: countDisks(disks, 'unknown'),
  }
}

/** Which disk in which slot: what a person needs who goes to change it. */
function toDocument({ name, model, arrays, disks }: RaidController): JsonValue {
  return {
    controller: name,
    model,
    arrays: arrays.map((array) => ({ array: array.name, level: array.level, state: array.state })),
    disks: disks.map(({ slot, state: kind, word, model: disk }) => ({
      slot,
      state: kind,
      word,
      model: disk,
    })),
  }
}

function installHint({ why, text }: ProgramUnavailable): LocalizedText {
  if (why === 'no-helper') return text
  return {
    zh: `${text.zh}：请安装控制器厂家的工具（Broadcom storcli、Dell perccli、HPE ssacli、Adaptec arcconf）`,
    en: `${text.en}: install the controller maker's tool (Broadcom storcli, Dell perccli, HPE ssacli, Adaptec arcconf)`,
  }
}

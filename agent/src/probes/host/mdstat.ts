import { gauge } from '../../field.ts'
import { defineProbe, NoDataError } from '../../probe.ts'
import { host } from '../../sources/host.ts'
import { parseMdstat } from './parse-mdstat.ts'

/** Software RAID. Source: /proc/mdstat. Needs: nothing. Names: Telegraf's mdstat. */
export default defineProbe({
  name: 'host.mdstat',
  source: host,
  platforms: ['linux'],
  everySeconds: 10,
  cost: 'cheap',
  reads: '/proc/mdstat',
  needs: 'none',
  help: { zh: 'Linux 软件 RAID 阵列（md）', en: 'Arrays of Linux software RAID (md)' },
  measurements: {
    mdstat: {
      identifyingTags: ['Name'],
      descriptiveTags: ['ActivityState'],
      fields: {
        DisksTotal: gauge('count', '阵列的盘位数', 'Places for disks in the array'),
        DisksActive: gauge('count', '正常工作的成员盘数', 'Members that work'),
        DisksFailed: gauge('count', '标记为故障 (F) 的成员盘数', 'Members marked as failed (F)'),
        DisksSpare: gauge('count', '热备盘数 (S)', 'Spare members (S)'),
        DisksDown: gauge(
          'count',
          '没有正常成员盘的盘位数，故障盘已被移出阵列时也计入',
          'Places without a working member, also where the failed disk was taken out already',
        ),
        BlocksSyncedPct: gauge(
          'percent',
          '重建、同步或检查的进度；没有进行时为 0',
          'Progress of a recovery, resync or check; 0 while there is none',
          0.1,
        ),
      },
    },
  },
  sample({ session, emit }) {
    const text = session.files.readIfThere('/proc/mdstat')?.toString('latin1') ?? ''
    const arrays = parseMdstat(text)
    if (arrays.length === 0)
      throw new NoDataError({
        zh: '没有 /proc/mdstat，或其中没有阵列',
        en: '/proc/mdstat is not there, or lists no array',
      })
    for (const array of arrays) {
      emit(
        'mdstat',
        { Name: array.name, ActivityState: array.activityState },
        {
          DisksTotal: array.disksTotal,
          DisksActive: array.disksActive,
          DisksFailed: array.disksFailed,
          DisksSpare: array.disksSpare,
          DisksDown: array.disksDown,
          BlocksSyncedPct: array.blocksSyncedPercent,
        },
      )
    }
  },
})

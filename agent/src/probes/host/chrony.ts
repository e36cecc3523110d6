import { gauge } from '../../field.ts'
import { defineProbe, NoDataError } from '../../probe.ts'
import { host } from '../../sources/host.ts'
import { parseChronyTracking } from './parse-chrony-tracking.ts'

const CHRONYC = '/usr/bin/chronyc'
const LIMITS = { deadlineMs: 10_000, maxBytes: 16 * 1024 }

/** How well chronyd keeps this clock. Source: chronyc -c tracking (chrony 3 and later). Needs: nothing. Names: Telegraf's chrony. */
export default defineProbe({
  name: 'host.chrony',
  source: host,
  platforms: ['linux'],
  everySeconds: 60,
  cost: 'moderate',
  reads: 'chronyc -c tracking',
  needs: 'none',
  help: { zh: 'chrony 时间同步：偏差和时间源', en: 'Time by chrony: offset and reference' },
  measurements: {
    chrony: {
      identifyingTags: [],
      descriptiveTags: ['reference_id', 'stratum', 'leap_status'],
      fields: {
        system_time: gauge(
          'seconds',
          '系统时间与 NTP 时间的偏差；正数为偏快',
          'Offset of this clock; positive when ahead',
          1e-9,
        ),
        system_time_abs: gauge('seconds', '偏差的绝对值', 'The offset without its sign', 1e-9),
        last_offset: gauge('seconds', '最近一次测得的偏差', 'Offset at the last update', 1e-9),
        rms_offset: gauge('seconds', '偏差的长期均方根', 'Long-term mean of the offsets', 1e-9),
        frequency: gauge(
          'count',
          '时钟频率误差，ppm',
          'Rate by which the clock would be wrong, ppm',
          0.001,
        ),
        residual_freq: gauge('count', '频率残差，ppm', 'Residual frequency, ppm', 0.001),
        skew: gauge(
          'count',
          '频率误差的范围，ppm',
          'Bound of the error of the frequency, ppm',
          0.001,
        ),
        root_delay: gauge('seconds', '到一级时间源的总延迟', 'Delay to the stratum-1 source', 1e-9),
        root_dispersion: gauge(
          'seconds',
          '到一级时间源的总离散',
          'Dispersion to the stratum-1 source',
          1e-9,
        ),
        update_interval: gauge(
          'seconds',
          '两次更新的间隔',
          'Time between the last two updates',
          0.1,
        ),
        not_synchronised: gauge('boolean', '1：chrony 没有同步', '1: chrony is not synchronised'),
      },
    },
  },
  async sample({ session, emit, signal }) {
    const { stdout } = await session.commands.run(CHRONYC, ['-c', 'tracking'], {
      ...LIMITS,
      signal,
    })
    const tracking = parseChronyTracking(stdout)
    if (tracking === undefined)
      throw new NoDataError({ zh: 'chronyd 没有运行', en: 'chronyd does not run' })
    const { referenceId, stratum, leapStatus, systemTime } = tracking
    emit(
      'chrony',
      { reference_id: referenceId, stratum: String(stratum), leap_status: leapStatus },
      {
        system_time: systemTime,
        system_time_abs: systemTime === undefined ? undefined : Math.abs(systemTime),
        last_offset: tracking.lastOffset,
        rms_offset: tracking.rmsOffset,
        frequency: tracking.frequency,
        residual_freq: tracking.residualFrequency,
        skew: tracking.skew,
        root_delay: tracking.rootDelay,
        root_dispersion: tracking.rootDispersion,
        update_interval: tracking.updateInterval,
        not_synchronised:
          leapStatus === 'unknown' ? undefined : Number(leapStatus === 'not synchronised'),
      },
    )
  },
})

import { gauge } from '../../field.ts'
import { defineProbe, NoDataError } from '../../probe.ts'
import { host } from '../../sources/host.ts'
import { parseTimedatectl } from './parse-timedatectl.ts'

const TIMEDATECTL = '/usr/bin/timedatectl'
const LIMITS = { deadlineMs: 20_000, maxBytes: 16 * 1024 }

/**
 * Whether the kernel calls its clock synchronised, whichever program keeps it (adjtimex(2), STA_UNSYNC).
 * Source: timedatectl status, which systemd-timedated answers. Needs: nothing.
 */
export default defineProbe({
  name: 'host.clock',
  source: host,
  platforms: ['linux'],
  everySeconds: 300,
  cost: 'moderate',
  reads: 'timedatectl status',
  needs: 'none',
  help: { zh: '内核是否认为时钟已同步', en: 'Whether the kernel calls its clock synchronised' },
  measurements: {
    clock: {
      identifyingTags: [],
      fields: {
        synchronized: gauge(
          'boolean',
          '1：内核认为时钟已同步',
          '1: the kernel calls it synchronised',
        ),
        ntp_enabled: gauge(
          'boolean',
          '1：已启用 systemd 所知的时间同步服务',
          '1: a time service that systemd knows is enabled',
        ),
        rtc_in_local_time: gauge(
          'boolean',
          '1：硬件时钟用本地时间',
          '1: the hardware clock keeps local time',
        ),
      },
    },
  },
  async sample({ session, emit, signal }) {
    const { stdout } = await session.commands.run(TIMEDATECTL, ['status'], { ...LIMITS, signal })
    const { synchronized, ntpEnabled, rtcInLocalTime } = parseTimedatectl(stdout)
    if (synchronized === undefined)
      throw new NoDataError({ zh: 'timedatectl 没有给出同步状态', en: 'timedatectl does not say' })
    emit(
      'clock',
      {},
      {
        synchronized: Number(synchronized),
        ntp_enabled: ntpEnabled === undefined ? undefined : Number(ntpEnabled),
        rtc_in_local_time: rtcInLocalTime === undefined ? undefined : Number(rtcInLocalTime),
      },
    )
  },
})

import { gauge } from '../../field.ts'
import { defineProbe, NoDataError } from '../../probe.ts'
import type { CommandRunner } from '../../sources/commands.ts'
import { host } from '../../sources/host.ts'
import { parseNtpqPeers } from './parse-ntpq-peers.ts'

const NTPQ = ['/usr/sbin/ntpq', '/usr/bin/ntpq']
const LIMITS = { deadlineMs: 20_000, maxBytes: 64 * 1024 }

/** Time servers as ntpd sees them. Source: ntpq -pn. Needs: nothing. Names: Telegraf's ntpq. */
export default defineProbe({
  name: 'host.ntpq',
  source: host,
  platforms: ['linux'],
  everySeconds: 60,
  cost: 'moderate',
  reads: 'ntpq -pn',
  needs: 'none',
  help: {
    zh: 'ntpd 的时间源：偏差、延迟、可达性',
    en: 'The time servers of ntpd: offset, delay, reachability',
  },
  measurements: {
    ntpq: {
      identifyingTags: ['remote'],
      descriptiveTags: ['refid', 'state_prefix', 'type', 'stratum'],
      fields: {
        delay: gauge('milliseconds', '往返延迟', 'Delay of the round trip', 0.001),
        jitter: gauge('milliseconds', '抖动', 'Jitter', 0.001),
        offset: gauge('milliseconds', '与该时间源的偏差', 'Offset to this server', 0.001),
        offset_abs: gauge('milliseconds', '偏差的绝对值', 'The offset without its sign', 0.001),
        poll: gauge('seconds', '查询间隔', 'Time between queries'),
        reach: gauge(
          'count',
          '最近八次查询的结果，八进制写法，377 为全部有应答',
          'The last eight queries as octal digits; 377: all were answered',
        ),
        when: gauge('seconds', '距上次应答', 'Since its last answer'),
        selected: gauge('boolean', '1：正以该时间源为准', '1: the server that is followed'),
      },
    },
  },
  async sample({ session, emit, signal }) {
    const peers = parseNtpqPeers(await readPeers(session.commands, signal))
    if (peers.length === 0) throw new NoDataError({ zh: 'ntpd 没有运行', en: 'ntpd does not run' })
    for (const { remote, refid, statePrefix, type, stratum, ...peer } of peers) {
      emit(
        'ntpq',
        {
          remote,
          refid,
          type,
          stratum,
          state_prefix: statePrefix === '' ? undefined : statePrefix,
        },
        {
          delay: peer.delayMs,
          jitter: peer.jitterMs,
          offset: peer.offsetMs,
          offset_abs: peer.offsetMs === undefined ? undefined : Math.abs(peer.offsetMs),
          poll: peer.pollSeconds,
          reach: peer.reach,
          when: peer.whenSeconds,
          selected: Number(statePrefix === '*' || statePrefix === 'o'),
        },
      )
    }
  },
})

/** By the first ntpq that is there: ntpsec's stands in another directory. @throws NoDataError where there is none */
async function readPeers(commands: CommandRunner, signal: AbortSignal): Promise<string> {
  for (const program of NTPQ) {
    try {
      return (await commands.run(program, ['-pn'], { ...LIMITS, signal })).stdout
    } catch (error) {
      if (!(error instanceof NoDataError)) throw error
    }
  }
  throw new NoDataError({ zh: '未安装 ntpq', en: 'ntpq is not installed' })
}

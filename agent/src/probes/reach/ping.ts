import { gauge, percent, state } from '../../field.ts'
import { defineProbe, NoDataError, ProbeError, remembers } from '../../probe.ts'
import { reach } from '../../sources/reach.ts'
import { parsePing, whyNoPing } from '../../sources/reach/ping-output.ts'
import type { ReachSession } from '../../sources/reach/reach-session.ts'

const PING = '/usr/bin/ping'
const ARGUMENTS = ['-n', '-q', '-c', '3', '-i', '0.2', '-W', '1', '-w', '2', '--']
/** Names that no DNS server answers for hold it up longer than its own deadline. */
const LIMITS = { deadlineMs: 5_000, maxBytes: 16 * 1024 }
/** What is left then waits for the next run, which begins with it. */
const BUDGET_MS = 40_000

/** Hosts that answer a ping. Source: ping(8), three packets. Needs: a ping that this user may run. Names: Telegraf's ping. */
export default defineProbe({
  name: 'reach.ping',
  source: reach,
  platforms: ['linux'],
  everySeconds: 60,
  deadlineMs: 50_000,
  cost: 'moderate',
  reads: 'ping -c 3',
  needs: {
    zh: '安装 ping，且允许运行采集代理的用户 ping（sysctl net.ipv4.ping_group_range）',
    en: 'ping, and leave to use it (sysctl net.ipv4.ping_group_range)',
  },
  help: {
    zh: '主机是否可达：丢包和往返时间',
    en: 'Whether hosts answer: packets lost, time of the round trip',
  },
  measurements: {
    ping: {
      identifyingTags: ['url'],
      descriptiveTags: ['name'],
      fields: {
        packets_transmitted: gauge('count', '发送的包数', 'Packets sent'),
        packets_received: gauge('count', '收到的应答数', 'Answers'),
        percent_packet_loss: percent('丢包率', 'Packets lost'),
        minimum_response_ms: gauge('milliseconds', '最短往返时间', 'Shortest round trip', 0.001),
        average_response_ms: gauge('milliseconds', '平均往返时间', 'Mean round trip', 0.001),
        maximum_response_ms: gauge('milliseconds', '最长往返时间', 'Longest round trip', 0.001),
        standard_deviation_ms: gauge(
          'milliseconds',
          '往返时间的标准差',
          'Deviation of the round trips',
          0.001,
        ),
        result_code: state('结果', 'How it went', {
          0: { zh: '成功', en: 'success' },
          1: { zh: '主机名无法解析', en: 'no such host' },
          2: { zh: 'ping 失败', en: 'ping failed' },
        }),
      },
    },
  },
  /** The place in the list with which the next run begins. */
  remembers: remembers<number>(),
  async sample({ session, emit, remark, signal, memory = 0 }) {
    if (session.ping.length === 0)
      throw new NoDataError({ zh: '没有配置 ping', en: 'nothing is configured to ping' })
    session.refuseWhenPaused()
    const hosts = session.ping.map((_, n) => (memory + n) % session.ping.length)
    const startedMs = session.clocks.monotonicMs()
    for (const at of hosts) {
      if (session.clocks.monotonicMs() - startedMs > BUDGET_MS) return at
      const entry = session.ping[at]
      if (entry === undefined) continue
      const { host: url, name } = entry
      const said = await ping(session, url, signal)
      const counts = parsePing(said)
      const why = counts === undefined ? whyNoPing(said) : undefined
      if (why === 'not_permitted') remark(NOT_PERMITTED)
      emit(
        'ping',
        { url, name },
        {
          packets_transmitted: counts?.transmitted,
          packets_received: counts?.received,
          percent_packet_loss: counts?.lossPercent,
          minimum_response_ms: counts?.minimumMs,
          average_response_ms: counts?.averageMs,
          maximum_response_ms: counts?.maximumMs,
          standard_deviation_ms: counts?.deviationMs,
          result_code: counts !== undefined ? 0 : why === 'unknown_host' ? 1 : 2,
        },
      )
    }
    return 0
  },
})

const NOT_PERMITTED = {
  zh: '没有 ping 的权限：以 root 执行 sysctl -w net.ipv4.ping_group_range="0 2147483647" 并写入 /etc/sysctl.d',
  en: 'ping is not permitted: as root, sysctl -w net.ipv4.ping_group_range="0 2147483647", and put it into /etc/sysctl.d',
}

/** All that it wrote. @throws NoDataError where there is no ping; ProbeError where it may not be run */
async function ping(
  { commands }: ReachSession,
  host: string,
  signal: AbortSignal,
): Promise<string> {
  try {
    const { stdout, stderr } = await commands.run(PING, [...ARGUMENTS, host], { ...LIMITS, signal })
    return `${stdout}\n${stderr}`
  } catch (error) {
    // one host's ping that took too long is that host's failure alone
    if (error instanceof ProbeError && error.code === 'DEADLINE' && !signal.aborted) return ''
    throw error
  }
}

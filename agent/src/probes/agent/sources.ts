import { counter, gauge, state } from '../../field.ts'
import { defineProbe, NoDataError, remembers } from '../../probe.ts'
import { agent } from '../../sources/agent.ts'
import { SOURCE_STATES } from '../../source-standing.ts'

const SEND_AGAIN_MS = 86_400_000

/** How the sources that connect to servers stand, and what they ask of them. Source: the agent's own counters. Needs: nothing. */
export default defineProbe({
  name: 'agent.sources',
  source: agent,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 30,
  cost: 'cheap',
  reads: {
    zh: '采集代理自身',
    en: 'the agent itself',
  },
  needs: 'none',
  help: {
    zh: '各数据源（数据库、Tomcat 等）的状态，以及采集代理给它们带来的开销',
    en: 'How the sources (databases, Tomcat) stand, and what the agent costs them',
  },
  measurements: {
    source: {
      identifyingTags: ['source', 'type'],
      fields: {
        state: state('数据源的状态', 'How the source stands', {
          1: { zh: '等待首次连接', en: 'waiting for its first session' },
          2: { zh: '正常', en: 'works' },
          3: { zh: '连接失败', en: 'no session' },
          4: { zh: '登录被拒绝，已停止尝试', en: 'logon refused, not tried again' },
          5: { zh: '已暂停', en: 'paused' },
          6: { zh: '静默时段', en: 'quiet hours' },
        }),
        connections_total: counter('count', '尝试登录的次数', 'Logons tried'),
        statements_total: counter('count', '发送的语句数', 'Statements sent'),
        failures_total: counter('count', '失败的语句数', 'Statements that failed'),
        busy_seconds_total: counter(
          'seconds',
          '等待应答的时间合计',
          'Time that answers took',
          0.001,
        ),
        session_cpu_seconds_total: counter(
          'seconds',
          '服务器统计的本会话 CPU 时间；服务器不提供时缺失',
          'Processor time of our session by the server’s own statistics; missing where it keeps none',
          0.001,
        ),
        statements_left_out: gauge(
          'count',
          '因开销过大而暂停发送的语句数',
          'Statements that are left out because they cost too much',
        ),
      },
    },
  },
  remembers: remembers<{ sentAtMs: number }>(),
  sample({ session, emit, emitDocument, memory, monotonicMs }) {
    const { sources } = session
    if (sources.rows.length === 0)
      throw new NoDataError({
        zh: '没有需要连接服务器的数据源',
        en: 'no source connects to a server',
      })
    for (const { name, type, state: now, counts, dropped } of sources.rows) {
      emit(
        'source',
        { source: name, type },
        {
          state: SOURCE_STATES.indexOf(now) + 1,
          connections_total: counts.connections,
          statements_total: counts.statements,
          failures_total: counts.failures,
          busy_seconds_total: counts.busyMs / 1000,
          session_cpu_seconds_total: counts.cpuSeconds,
          statements_left_out: dropped.length,
        },
      )
    }
    const isDue = memory === undefined || monotonicMs - memory.sentAtMs >= SEND_AGAIN_MS
    const rows = sources.takeChanged() ?? (isDue ? sources.toJson() : undefined)
    if (rows === undefined) return memory
    emitDocument('agent_sources', 'newest', { sources: rows })
    return { sentAtMs: monotonicMs }
  },
})

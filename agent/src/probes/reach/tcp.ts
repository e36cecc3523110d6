import { gauge, state } from '../../field.ts'
import { defineProbe, NoDataError } from '../../probe.ts'
import { inParallel } from '../../sources/in-parallel.ts'
import { reach } from '../../sources/reach.ts'
import { checkTcp, TCP_RESULTS } from '../../sources/reach/check-tcp.ts'

const AT_ONCE = 10

/** TCP ports that take a connection. Source: connect(2). Needs: the way through the firewall. Names: Telegraf's net_response. */
export default defineProbe({
  name: 'reach.tcp',
  source: reach,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 60,
  deadlineMs: 55_000,
  cost: 'cheap',
  reads: { zh: 'TCP 连接', en: 'a TCP connection' },
  needs: { zh: '能连接到该端口', en: 'a way to the port' },
  help: {
    zh: 'TCP 端口是否可连接，应答是否正确',
    en: 'Whether TCP ports take connections, and answer as expected',
  },
  measurements: {
    net_response: {
      identifyingTags: ['server', 'port', 'protocol'],
      descriptiveTags: ['result', 'name'],
      fields: {
        response_time: gauge(
          'seconds',
          '连接（及等到应答）的时间',
          'Time to connect, and to the expected answer',
          0.000_001,
        ),
        result_code: state('结果', 'How it went', {
          0: { zh: '成功', en: 'success' },
          1: { zh: '超时', en: 'timeout' },
          2: { zh: '连接失败', en: 'connection failed' },
          3: { zh: '没有应答', en: 'no answer' },
          4: { zh: '应答不符', en: 'another answer' },
        }),
        string_found: gauge(
          'boolean',
          '1：应答含有期望的文本',
          '1: the answer held the expected text',
        ),
      },
    },
  },
  async sample({ session, emit, signal }) {
    if (session.tcp.length === 0)
      throw new NoDataError({ zh: '没有配置 tcp', en: 'no TCP ports are configured' })
    session.refuseWhenPaused()
    await inParallel(session.tcp, AT_ONCE, async (check) => {
      const { result, responseMs, isFound } = await checkTcp(check, session.timeoutMs, signal)
      if (signal.aborted) return
      emit(
        'net_response',
        { server: check.host, port: String(check.port), protocol: 'tcp', result, name: check.name },
        {
          response_time: responseMs === undefined ? undefined : responseMs / 1000,
          result_code: TCP_RESULTS.indexOf(result),
          string_found: isFound === undefined ? undefined : Number(isFound),
        },
      )
    })
  },
})

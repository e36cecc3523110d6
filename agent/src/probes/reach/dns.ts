import { gauge, state } from '../../field.ts'
import { defineProbe, NoDataError } from '../../probe.ts'
import { inParallel } from '../../sources/in-parallel.ts'
import { reach } from '../../sources/reach.ts'
import { checkDns, DNS_RESULTS } from '../../sources/reach/check-dns.ts'

const AT_ONCE = 10
const RCODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED']

/** Names that DNS servers answer for. Source: DNS (RFC 1035). Needs: the way there. Names: Telegraf's dns_query. */
export default defineProbe({
  name: 'reach.dns',
  source: reach,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 60,
  deadlineMs: 55_000,
  cost: 'cheap',
  reads: { zh: 'DNS 查询', en: 'a DNS query' },
  needs: { zh: '能访问 DNS 服务器', en: 'a way to the DNS server' },
  help: { zh: '域名解析是否正常', en: 'Whether names are resolved' },
  measurements: {
    dns_query: {
      identifyingTags: ['server', 'domain', 'record_type'],
      descriptiveTags: ['result', 'rcode'],
      fields: {
        query_time_ms: gauge('milliseconds', '查询时间', 'Time of the query', 0.01),
        result_code: state('结果', 'How it went', {
          0: { zh: '成功', en: 'success' },
          1: { zh: '超时', en: 'timeout' },
          2: { zh: '失败', en: 'error' },
        }),
        rcode_value: gauge('count', 'DNS 应答码', 'Code of the answer'),
        answers: gauge('count', '应答记录数', 'Records in the answer'),
      },
    },
  },
  async sample({ session, emit, signal }) {
    if (session.dns.length === 0)
      throw new NoDataError({ zh: '没有配置 dns', en: 'no names are configured' })
    session.refuseWhenPaused()
    await inParallel(session.dns, AT_ONCE, async (check) => {
      const { result, queryMs, rcode, answers } = await checkDns(check, session.timeoutMs, signal)
      if (signal.aborted) return
      emit(
        'dns_query',
        {
          server: check.server ?? 'system',
          domain: check.name,
          record_type: check.type,
          result,
          rcode: rcode === undefined ? undefined : RCODES[rcode],
        },
        {
          query_time_ms: queryMs,
          result_code: DNS_RESULTS.indexOf(result),
          rcode_value: rcode,
          answers,
        },
      )
    })
  },
})

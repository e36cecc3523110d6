import { gauge, state } from '../../field.ts'
import { defineProbe, NoDataError, ProbeError, type Emit } from '../../probe.ts'
import { inParallel } from '../../sources/in-parallel.ts'
import { reach } from '../../sources/reach.ts'
import { checkHttp, type HttpResult } from '../../sources/reach/check-http.ts'
import { HTTP_RESULTS } from '../../sources/reach/http-failure.ts'
import type { HttpEntry } from '../../sources/reach/reach-session.ts'

const AT_ONCE = 5

const MEASUREMENTS = {
  http_response: {
    identifyingTags: ['server', 'method'],
    descriptiveTags: ['status_code', 'result', 'name'],
    fields: {
      response_time: gauge(
        'seconds',
        '从连接到收完正文的时间',
        'From connecting to the whole body',
        0.000_001,
      ),
      http_response_code: gauge('count', 'HTTP 状态码', 'HTTP status'),
      response_string_match: gauge('boolean', '1：正文相符', '1: the body is as expected'),
      content_length: gauge(
        'bytes',
        '收到的正文字节数（最多 1 MiB）',
        'Bytes of the body that came, a MiB at most',
      ),
      result_code: state('结果', 'How it went', {
        0: { zh: '成功', en: 'success' },
        1: { zh: '正文不符', en: 'another body' },
        2: { zh: '应答读取失败', en: 'the answer could not be read' },
        3: { zh: '连接失败', en: 'connection failed' },
        4: { zh: '超时', en: 'timeout' },
        5: { zh: '域名无法解析', en: 'name not known' },
        6: { zh: '状态码不符', en: 'another status' },
        7: { zh: 'TLS 或证书校验失败', en: 'TLS or its certificate failed' },
      }),
      connect_ms: gauge('milliseconds', 'TCP 连接时间', 'Time to connect', 0.1),
      tls_ms: gauge('milliseconds', 'TLS 握手时间', 'Time of the TLS handshake', 0.1),
      first_byte_ms: gauge(
        'milliseconds',
        '从请求到首字节的时间',
        'From the request to the first byte',
        0.1,
      ),
      tls_verified: gauge(
        'boolean',
        '1：证书可信且主机名相符；0 时不发送请求（仅 https）',
        '1: the certificate is trusted and for this name; with 0 nothing is sent (https)',
      ),
      certificate_days_left: gauge(
        'count',
        '证书剩余天数（仅 https）',
        'Days left of its certificate (https)',
        0.01,
      ),
    },
  },
} as const

/** Pages and interfaces that answer. Source: HTTP/1.1, by a connection of its own each. Needs: the way there. Names: Telegraf's http_response. */
export default defineProbe({
  name: 'reach.http',
  source: reach,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 60,
  deadlineMs: 55_000,
  cost: 'cheap',
  reads: 'HTTP GET, HEAD',
  needs: { zh: '能连接到该地址', en: 'a way to the address' },
  help: {
    zh: '网页或接口是否正常：状态码、正文、各段时间、证书',
    en: 'Whether pages and interfaces answer: status, body, times, certificate',
  },
  measurements: MEASUREMENTS,
  async sample({ session, emit, remark, signal, timeMs }) {
    if (session.http.length === 0)
      throw new NoDataError({ zh: '没有配置 http', en: 'no pages are configured' })
    session.refuseWhenPaused()
    const unprepared: ProbeError[] = []
    await inParallel(session.http, AT_ONCE, async (entry) => {
      try {
        const check = await entry.prepare()
        const own = AbortSignal.any([signal, AbortSignal.timeout(entry.timeoutMs)])
        const result = await checkHttp(check, timeMs, own)
        if (signal.aborted) return
        if (result.said !== undefined) remark(told(entry, result.said))
        emitResult(emit, entry, result)
      } catch (error) {
        // a secret or an authority that can't be read: the others are asked first
        if (!(error instanceof ProbeError)) throw error
        unprepared.push(error)
      }
    })
    const [first] = unprepared
    if (first !== undefined) throw first
  },
})

function told({ server }: HttpEntry, said: string): { readonly zh: string; readonly en: string } {
  return { zh: `${server}：${said}`, en: `${server}: ${said}` }
}

function emitResult(
  emit: Emit<typeof MEASUREMENTS>,
  { server, method, name }: HttpEntry,
  result: HttpResult,
): void {
  const { outcome, status, responseMs, tls, isMatched } = result
  emit(
    'http_response',
    {
      server,
      method,
      result: outcome,
      status_code: status === undefined ? undefined : String(status),
      name,
    },
    {
      response_time: responseMs === undefined ? undefined : responseMs / 1000,
      http_response_code: status,
      response_string_match: isMatched === undefined ? undefined : Number(isMatched),
      content_length: result.bytes,
      result_code: HTTP_RESULTS.indexOf(outcome),
      connect_ms: result.connectMs,
      tls_ms: tls?.handshakeMs,
      first_byte_ms: result.firstByteMs,
      tls_verified: tls === undefined ? undefined : Number(tls.isVerified),
      certificate_days_left: tls?.daysLeft,
    },
  )
}

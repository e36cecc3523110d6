import { counter, gauge } from '../../field.ts'
import { defineProbe, NoDataError } from '../../probe.ts'
import type { LogFollower } from '../../sources/log/log-follower.ts'
import {
  parseAccessLine,
  type AccessLine,
  type AccessPattern,
} from '../../sources/tomcat/access-pattern.ts'
import { tomcat } from '../../sources/tomcat.ts'
import type { TomcatSession } from '../../sources/tomcat/tomcat-session.ts'

const CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx', 'other'] as const
const MAX_BYTES_PER_RUN = 16 * 1_048_576
const MS: Readonly<Record<string, number>> = { s: 1_000, ms: 1, us: 0.001 }

/**
 * Requests by the access logs, by class of status; no address, no URL. Source: the AccessLogValves of conf/server.xml, else
 * logs/localhost_access_log.DATE.txt as Tomcat is delivered. Needs: these files readable for the agent. The time that requests took only with %D
 * or %T in the pattern; the unit of %D depends on the version, which the manager says, or the option.
 */
export default defineProbe({
  name: 'tomcat.access-log',
  source: tomcat,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 15,
  cost: 'moderate',
  reads: 'conf/server.xml, logs/localhost_access_log.*.txt',
  needs: {
    zh: '设置 catalinaBase 或 logs，并让采集代理可读日志（usermod -aG tomcat wardround，或 setfacl）',
    en: 'catalinaBase or logs set, and the logs readable for the agent (usermod -aG tomcat wardround, or setfacl)',
  },
  help: {
    zh: '访问日志：各类状态码的请求数、流量与耗时',
    en: 'Access log: requests by class of status, bytes and time',
  },
  options: {
    durationUnit: {
      type: 'string',
      enum: ['auto', 'ms', 'us'],
      default: 'auto',
      help: {
        zh: '%D 的单位：Tomcat 9 及以前为毫秒，10 起为微秒；auto 按管理应用报告的版本判断',
        en: 'Unit of %D: ms up to Tomcat 9, µs since 10; auto goes by the version that the manager tells',
      },
    },
  },
  measurements: {
    tomcat_access: {
      identifyingTags: ['instance', 'status'],
      fields: {
        requests_total: counter('count', '请求数', 'Requests'),
        bytes_total: counter('bytes', '应答字节数', 'Bytes of the answers'),
        duration_ms_total: counter(
          'milliseconds',
          '处理时间合计；格式中须有 %D 或 %T',
          'Time that they took; with %D or %T in the pattern',
          0.001,
        ),
      },
    },
    tomcat_access_log: {
      identifyingTags: ['instance', 'file'],
      fields: {
        lag_bytes: gauge('bytes', '尚未读取的字节', 'Bytes not read yet'),
        lines_total: counter('count', '已读行数', 'Lines read'),
        unparsed_lines_total: counter(
          'count',
          '与格式不符的行数',
          'Lines that are not as the pattern says',
        ),
      },
    },
  },
  async sample({ session, options, emit, remark, signal }) {
    const { instance, logs } = session
    const found = await logs.access(remark)
    const version = await majorVersion(session, signal)
    for (const { follower, pattern } of found) {
      const factor = toMs(pattern, options.durationUnit, version)
      await logs.files.read(
        follower,
        ({ lines: [line = ''] }) => countLine(follower, parseAccessLine(pattern, line), factor),
        { maxBytes: MAX_BYTES_PER_RUN, signal },
      )
      if (!follower.isThere) continue
      const { label: file, lagBytes, totals, counts } = follower
      const unparsed = counts.get('unparsed') ?? 0
      emit(
        'tomcat_access_log',
        { instance, file },
        { lag_bytes: lagBytes, lines_total: totals.lines, unparsed_lines_total: unparsed },
      )
    }
    const followers = found.map(({ follower }) => follower).filter(({ isThere }) => isThere)
    if (followers.length === 0)
      throw new NoDataError({ zh: '没有访问日志', en: 'no access log is there' })
    for (const status of CLASSES)
      emit(
        'tomcat_access',
        { instance, status },
        {
          requests_total: sum(followers, `${status} requests`),
          bytes_total: sum(followers, `${status} bytes`),
          duration_ms_total: followers.some(({ counts }) => counts.has('timed'))
            ? sum(followers, `${status} ms`)
            : undefined,
        },
      )
  },
})

function countLine(
  follower: LogFollower,
  line: AccessLine | undefined,
  factor: number | undefined,
): void {
  if (line === undefined) return follower.count('unparsed')
  const status = CLASSES[Math.trunc(line.status / 100) - 1] ?? 'other'
  follower.count(`${status} requests`)
  if (line.bytes !== undefined) follower.count(`${status} bytes`, line.bytes)
  if (factor === undefined || line.duration === undefined) return
  follower.count(`${status} ms`, line.duration * factor)
  follower.count('timed')
}

function sum(followers: readonly LogFollower[], name: string): number {
  return followers.reduce((total, { counts }) => total + (counts.get(name) ?? 0), 0)
}

/** Undefined where the time is not in the pattern, or its unit is not known. */
function toMs(
  { durationUnit }: AccessPattern,
  option: string,
  version: number | undefined,
): number | undefined {
  if (durationUnit !== 'by-version') return MS[durationUnit ?? '']
  if (option !== 'auto') return MS[option]
  if (version === undefined) return undefined
  return version >= 10 ? MS['us'] : MS['ms']
}

async function majorVersion(
  session: TomcatSession,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    return (await session.version(signal)).facts.version[0]
  } catch {
    return undefined // no manager, or it does not answer: the log is read all the same
  }
}

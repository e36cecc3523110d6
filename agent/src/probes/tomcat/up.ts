import { gauge, state } from '../../field.ts'
import { defineProbe, NoDataError, ProbeError, remembers, type ProbeRun } from '../../probe.ts'
import { CONNECT_FAILURE_FIELD, toFailureState } from '../../sources/server/connect-failure.ts'
import { tomcat } from '../../sources/tomcat.ts'
import type { TomcatSession } from '../../sources/tomcat/tomcat-session.ts'
import { beanAttribute } from '../../sources/tomcat/tomcat-statements.ts'

const UPTIME = beanAttribute('tomcat.up.uptime', 'java.lang:type=Runtime', 'Uptime')
const SEND_AGAIN_MS = 86_400_000

/**
 * Whether Tomcat runs and answers. Source: GET of a page without a password; /proc of the process with this catalinaBase; the manager's
 * page for the version. Needs: nothing; role manager-status for the version. Uptime: MBean Runtime where jmx is on, else the process.
 */
export default defineProbe({
  name: 'tomcat.up',
  source: tomcat,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 15,
  cost: 'cheap',
  reads: {
    zh: 'GET 页面（page）；/proc/[pid]/cmdline，stat；manager /status；java.lang:type=Runtime',
    en: 'GET page; /proc/[pid]/cmdline, stat; manager /status; java.lang:type=Runtime',
  },
  needs: {
    zh: '无；读取版本需要角色 manager-status',
    en: 'none; for the version the role manager-status',
  },
  help: {
    zh: 'Tomcat 是否存活：HTTP、端口、进程、运行时长、版本',
    en: 'Whether Tomcat lives: HTTP, port, process, uptime, version',
  },
  statements: [UPTIME],
  measurements: {
    tomcat_up: {
      identifyingTags: ['instance'],
      fields: {
        up: gauge('boolean', '1：HTTP 正常应答', '1: it answers over HTTP'),
        error_code: CONNECT_FAILURE_FIELD,
        http_ms: gauge('milliseconds', '页面首字节时间', 'Time to the first byte of the page', 0.1),
        http_status: gauge('count', '页面的 HTTP 状态码', 'HTTP status of the page'),
        port_open: gauge('boolean', '1：端口可连接', '1: a TCP connection can be had'),
        process_found: gauge(
          'boolean',
          '1：本机有该 catalinaBase 的 Java 进程；未设置或看不到时缺失',
          '1: a Java process with this catalinaBase runs here; missing where it is not set or can’t be seen',
        ),
        manager_error_code: state(
          '管理应用不可用的原因；0 为无，未配置账号时缺失',
          'Why the manager gives nothing; 0: it does; missing without an account',
          CONNECT_FAILURE_FIELD.states ?? {},
        ),
        uptime_seconds: gauge('seconds', '运行时长', 'Time since its start'),
      },
    },
  },
  remembers: remembers<{ readonly version: string; readonly sentAtMs: number }>(),
  async sample(run) {
    const { session, emit, remark, signal } = run
    const { instance } = session
    const process = await session.process()
    const page = await session.askPage(signal)
    if (page.text !== undefined) remark(page.text)
    emit(
      'tomcat_up',
      { instance },
      {
        up: Number(page.up),
        error_code: toFailureState(page.failure),
        http_ms: page.httpMs,
        http_status: page.status,
        port_open: Number(page.portOpen),
        process_found: process === undefined ? undefined : Number(process.isRunning),
      },
    )
    const manager = page.portOpen ? await session.askManager(signal) : undefined
    const runtime = manager === 'none' ? await readUptime(run) : undefined
    emit(
      'tomcat_up',
      { instance },
      {
        manager_error_code:
          manager === undefined
            ? undefined
            : toFailureState(manager === 'none' ? undefined : manager),
        uptime_seconds: runtime ?? process?.uptimeSeconds,
      },
    )
    return manager === 'none' ? tellVersion(run) : run.memory
  },
})

type Run = Pick<
  ProbeRun<TomcatSession, never, { version: string; sentAtMs: number }>,
  'session' | 'signal' | 'remark' | 'memory' | 'monotonicMs' | 'emitDocument'
>

async function readUptime({ session, signal, remark }: Run): Promise<number | undefined> {
  if (!session.readsBeans) return undefined
  try {
    return (await session.attribute(UPTIME, signal)) / 1000
  } catch (error) {
    if (error instanceof NoDataError) return undefined // switched off, or left out for its cost
    // that Tomcat is up is known by now: the process tells its uptime too
    if (!(error instanceof ProbeError)) throw error
    if (error.text !== undefined) remark(error.text)
    return undefined
  }
}

/** The document `tomcat_version:<instance>`, when it changes and once a day. */
async function tellVersion({
  session,
  signal,
  memory,
  monotonicMs,
  emitDocument,
}: Run): Promise<Run['memory']> {
  const { facts, version } = await session.version(signal)
  const body = {
    version: facts.versionText,
    jvm: version?.jvm ?? null,
    jvmVendor: version?.jvmVendor ?? null,
    os: version?.os ?? null,
    osVersion: version?.osVersion ?? null,
    architecture: version?.architecture ?? null,
  }
  const text = JSON.stringify(body)
  if (memory?.version === text && monotonicMs - memory.sentAtMs < SEND_AGAIN_MS) return memory
  emitDocument(`tomcat_version:${session.instance}`, 'history', body)
  return { version: text, sentAtMs: monotonicMs }
}

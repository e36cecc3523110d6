import { counter, gauge, percent } from '../../field.ts'
import { defineProbe } from '../../probe.ts'
import { percentOf } from '../../row.ts'
import { tomcat } from '../../sources/tomcat.ts'
import { numberIn, type Bean } from '../../sources/tomcat/bean.ts'
import { beansIfPermitted } from '../../sources/tomcat/beans-if-permitted.ts'
import { beanQuery } from '../../sources/tomcat/tomcat-statements.ts'

const POOLS = beanQuery('tomcat.connector.pool', '*:type=ThreadPool,name=*')

/**
 * Threads and requests of the connectors, under Telegraf's names. Source: the manager's status; for keepalive the MBeans ThreadPool.
 * Needs: role manager-status; keepalive manager-jmx and `jmx: true`. Since: Tomcat 7. The agent’s own request is a busy thread of its connector.
 */
export default defineProbe({
  name: 'tomcat.connector',
  source: tomcat,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 15,
  cost: 'cheap',
  reads: 'manager /status/all; Catalina:type=ThreadPool,name=*',
  needs: {
    zh: '角色 manager-status；keepalive 需要 manager-jmx',
    en: 'role manager-status; for keepalive manager-jmx',
  },
  help: {
    zh: '连接器的线程、请求、错误与流量',
    en: 'Threads, requests, errors and traffic of the connectors',
  },
  statements: [POOLS],
  measurements: {
    tomcat_connector: {
      identifyingTags: ['instance', 'name'],
      descriptiveTags: ['source'],
      fields: {
        max_threads: gauge(
          'count',
          '最大线程数；使用共享执行器时缺失',
          'Most threads; missing with an executor',
        ),
        current_thread_count: gauge('count', '当前线程数', 'Threads'),
        current_threads_busy: gauge('count', '忙碌线程数', 'Busy threads'),
        busy_percent: percent('忙碌线程占最大线程数的百分比', 'Busy part of the most threads'),
        keepalive: gauge('count', '保持中的空闲连接数', 'Connections kept open without a request'),
        request_count: counter('count', '累计请求数', 'Requests'),
        error_count: counter('count', '累计错误数（4xx、5xx）', 'Requests that failed (4xx, 5xx)'),
        processing_time: counter('milliseconds', '累计处理时间', 'Time spent on requests'),
        max_time: gauge('milliseconds', '启动以来最慢的请求', 'Longest request since the start'),
        bytes_received: counter('bytes', '累计接收字节', 'Bytes received'),
        bytes_sent: counter('bytes', '累计发送字节', 'Bytes sent'),
      },
    },
  },
  async sample({ session, emit, remark, timeMs, signal }) {
    const { instance, source } = session
    const { connectors } = await session.status(timeMs, signal)
    for (const connector of connectors)
      emit(
        'tomcat_connector',
        { instance, name: connector.name, source },
        {
          max_threads: connector.maxThreads,
          current_thread_count: connector.threads,
          current_threads_busy: connector.busy,
          busy_percent: percentOf(connector.busy, connector.maxThreads),
          request_count: connector.requests,
          error_count: connector.errors,
          processing_time: connector.processingTimeMs,
          max_time: connector.maxTimeMs,
          bytes_received: connector.bytesReceived,
          bytes_sent: connector.bytesSent,
        },
      )
    const names = new Set(connectors.map(({ name }) => name))
    for (const bean of await beansIfPermitted({ session, remark, signal }, POOLS, KEEPALIVE)) {
      const name = bean.properties.get('name') ?? ''
      if (names.has(name)) emit('tomcat_connector', { instance, name, source }, toKeepalive(bean))
    }
  },
})

const KEEPALIVE = ['keepAliveCount']

function toKeepalive(bean: Bean): { readonly keepalive: number | undefined } {
  return { keepalive: numberIn(bean, ...KEEPALIVE) }
}

import type { Board } from '../board.ts'
import { last, max, mean, min, of, over, rate, times } from '../formula.ts'
import { HOST, UP_WORDS } from '../often-shown.ts'
import type { Panel, TableKey } from '../panel.ts'

const INSTANCE: TableKey = { tag: 'instance', label: { zh: '实例', en: 'Instance' } }

const STATE: Panel[] = [
  {
    kind: 'states',
    title: { zh: '是否应答', en: 'Does it answer' },
    description: {
      zh: 'Tomcat 的 HTTP 端口是否应答。中断时看进程是否还在、端口是否被占用、catalina.out 的最后几行。',
      en: 'Whether the HTTP port answers. Where it does not, see whether the process runs, who has the port, and the last lines of catalina.out.',
    },
    width: 12,
    height: 6,
    lines: [
      { query: of('tomcat_up', last('up'), 'instance'), rule: 'tomcat_down', words: UP_WORDS },
    ],
  },
  {
    kind: 'states',
    title: { zh: '应用状态', en: 'Applications' },
    description: {
      zh: '各应用（context）是否可用。不可用时查看部署日志：多为启动异常或数据源连不上。',
      en: 'Whether each application is available. Where it is not, the logs of its start say why: mostly an exception, or its database.',
    },
    width: 12,
    height: 6,
    lines: [
      {
        query: of('tomcat_context', last('state'), 'instance', 'path'),
        rule: 'tomcat_application_down',
      },
    ],
  },
  {
    kind: 'timeseries',
    title: { zh: '应答时间', en: 'Time to answer' },
    description: {
      zh: '探测请求的应答时间。持续升高而流量不变，多为垃圾回收、线程排队或数据库变慢。',
      en: 'How long it takes to answer our request. Where it rises with the same load: garbage collection, threads in a queue, or a slow database.',
    },
    width: 24,
    lines: [{ query: of('tomcat_up', max('http_ms'), 'instance') }],
    min: 0,
  },
]

const REQUESTS: Panel[] = [
  {
    kind: 'timeseries',
    title: { zh: '线程占用', en: 'Busy threads' },
    description: {
      zh: '正在处理请求的线程占线程池上限的比例。高于虚线：后端变慢使线程堆积，或并发超出设计；用 jstack 看线程在等什么。',
      en: 'Threads at work, of the limit. Above the dashed lines: what is behind has become slow, or there are more users than planned; jstack says what threads wait for.',
    },
    lines: [
      {
        query: of('tomcat_connector', max('busy_percent'), 'instance', 'name'),
        rule: 'tomcat_threads_busy',
      },
    ],
    min: 0,
    max: 100,
  },
  {
    kind: 'timeseries',
    title: { zh: '请求数', en: 'Requests' },
    description: {
      zh: '每秒请求数。骤降到 0：前端、负载均衡或网络中断。',
      en: 'Requests each second. A fall to 0: what is before it, the balancer or the network has failed.',
    },
    lines: [{ query: of('tomcat_connector', rate('request_count'), 'instance', 'name') }],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '错误率', en: 'Errors' },
    description: {
      zh: '出错请求占全部请求的比例。高于虚线时，对照访问日志与应用日志中的异常。',
      en: 'Requests answered with an error, of all. Above the dashed lines, compare the access log with the exceptions of the application.',
    },
    lines: [
      {
        query: of(
          'tomcat_connector',
          over(times(rate('error_count'), 100), rate('request_count')),
          'instance',
          'name',
        ),
        rule: 'tomcat_errors',
      },
    ],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '平均处理时间', en: 'Average time of a request' },
    description: {
      zh: '每个请求的平均处理时间。高于虚线：看慢 SQL、外部接口与垃圾回收。',
      en: 'Average time of a request. Above the dashed lines look at slow statements, services that it calls, and garbage collection.',
    },
    lines: [
      {
        query: of(
          'tomcat_connector',
          over(rate('processing_time'), rate('request_count')),
          'instance',
          'name',
        ),
        rule: 'tomcat_slow',
      },
    ],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '访问日志状态码', en: 'Status codes of the access log' },
    description: {
      zh: '每秒各类状态码的请求数。5xx 增多：服务端出错；4xx 突增：链接失效或有人扫描。',
      en: 'Requests each second by class of status. More 5xx: the server fails; a sudden rise of 4xx: dead links, or somebody scans.',
    },
    lines: [{ query: of('tomcat_access', rate('requests_total'), 'instance', 'status') }],
    stacked: true,
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '流量', en: 'Traffic' },
    description: {
      zh: '每秒收发的字节数。发送突增多为大文件下载或导出。',
      en: 'Bytes each second. A sudden rise of what is sent is mostly a download or an export.',
    },
    lines: [
      {
        query: of('tomcat_connector', rate('bytes_received'), 'instance', 'name'),
        label: { zh: '收', en: 'in' },
      },
      {
        query: of('tomcat_connector', rate('bytes_sent'), 'instance', 'name'),
        label: { zh: '发', en: 'out' },
      },
    ],
    min: 0,
  },
]

const JVM: Panel[] = [
  {
    kind: 'timeseries',
    title: { zh: '堆使用率（窗口最低值）', en: 'Heap in use, lowest of each window' },
    description: {
      zh: '每个时间窗内堆使用率的最低值，接近回收后的水平。长期高于虚线说明堆太小或有泄漏：导出堆转储分析。',
      en: 'The lowest heap use of each window: near what is left after a collection. Long above the dashed lines the heap is too small or leaks: take a heap dump.',
    },
    lines: [
      {
        query: of('tomcat_jvm_memory', min('used_percent'), 'instance'),
        rule: 'tomcat_heap_used',
      },
    ],
    min: 0,
    max: 100,
  },
  {
    kind: 'timeseries',
    title: { zh: '垃圾回收占用时间', en: 'Time spent collecting' },
    description: {
      zh: '垃圾回收占用的时间比例。高于虚线时应用会明显停顿：加大堆或查内存泄漏。',
      en: 'The part of the time that goes into garbage collection. Above the dashed lines users notice: enlarge the heap, or look for a leak.',
    },
    lines: [
      {
        query: of('tomcat_gc', over(rate('time_ms_total'), 10), 'instance', 'name'),
        rule: 'tomcat_gc_time',
      },
    ],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '内存池', en: 'Memory pools' },
    description: {
      zh: '各内存池的使用率。老年代只升不降：泄漏；Metaspace 持续增长：反复热部署。',
      en: 'How full each pool is. An old generation that never falls: a leak. A growing metaspace: applications deployed again and again.',
    },
    lines: [{ query: of('tomcat_jvm_memorypool', mean('used_percent'), 'instance', 'name') }],
    min: 0,
    max: 100,
  },
  {
    kind: 'timeseries',
    title: { zh: '线程', en: 'Threads' },
    description: {
      zh: 'JVM 线程数。持续增长说明有线程没有结束，最终会耗尽内存。',
      en: 'Threads of the JVM. Where they go on growing, some never end, and memory runs out at last.',
    },
    lines: [{ query: of('tomcat_thread', max('count'), 'instance') }],
    min: 0,
  },
]

const BEHIND: Panel[] = [
  {
    kind: 'timeseries',
    title: { zh: '数据源占用', en: 'Data sources' },
    description: {
      zh: '数据库连接池的占用比例。到 100% 后请求排队等连接：查慢 SQL 与没有归还的连接。',
      en: 'Connections in use of each pool. At 100 % requests wait for one: look for slow statements, and for connections that are not given back.',
    },
    lines: [{ query: of('tomcat_datasource', max('used_percent'), 'instance', 'name') }],
    min: 0,
    max: 100,
  },
  {
    kind: 'timeseries',
    title: { zh: '会话', en: 'Sessions' },
    description: {
      zh: '各应用的活动会话数，反映在线人数。只升不降：会话没有过期，会占满内存。',
      en: 'Sessions of each application: who is there. Where they never fall they do not expire, and fill the memory.',
    },
    lines: [{ query: of('tomcat_context', max('sessions_active'), 'instance', 'path') }],
    min: 0,
  },
  {
    kind: 'table',
    title: { zh: '应用', en: 'Applications' },
    description: {
      zh: '各应用的会话数、上限与被拒绝的会话。被拒绝不为 0：达到会话上限，用户无法登录。',
      en: 'Sessions of each application, their limit, and those refused. Refused ones: the limit was reached and users can not log on.',
    },
    keys: [HOST, INSTANCE, { tag: 'path', label: { zh: '应用', en: 'Application' } }],
    columns: [
      {
        query: of('tomcat_context', last('state'), 'instance', 'path'),
        label: { zh: '状态', en: 'State' },
        rule: 'tomcat_application_down',
      },
      {
        query: of('tomcat_context', last('sessions_active'), 'instance', 'path'),
        label: { zh: '活动会话', en: 'Sessions' },
      },
      {
        query: of('tomcat_context', last('sessions_rejected_total'), 'instance', 'path'),
        label: { zh: '被拒绝', en: 'Refused' },
        unit: 'short',
      },
    ],
    sort: { column: 1, order: 'highest' },
  },
]

/** Tomcat: requests, threads, memory and what is behind it. */
export const board: Board = {
  uid: 'wardround-tomcat',
  title: { zh: 'Tomcat', en: 'Tomcat' },
  description: {
    zh: 'Tomcat 的可用性、请求、线程、JVM、数据源与应用。',
    en: 'Tomcat: availability, requests, threads, JVM, data sources and applications.',
  },
  subjects: { measurement: 'tomcat_up', field: 'up' },
  instanceTag: 'instance',
  sections: [
    { title: { zh: '状态', en: 'State' }, panels: STATE },
    { title: { zh: '请求', en: 'Requests' }, panels: REQUESTS },
    { title: { zh: 'JVM', en: 'JVM' }, panels: JVM },
    { title: { zh: '数据源与应用', en: 'Data sources and applications' }, panels: BEHIND },
  ],
}

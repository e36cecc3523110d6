import type { Board } from '../board.ts'
import { last, max, mean, of, rate, times } from '../formula.ts'
import { HOST } from '../often-shown.ts'
import type { Panel, TableKey } from '../panel.ts'

const PROBE: TableKey = { tag: 'probe', label: { zh: '采集项', en: 'Probe' } }
const TARGET: TableKey = { tag: 'target', label: { zh: '对象', en: 'Target' } }

const AGENTS: Panel[] = [
  {
    kind: 'table',
    title: { zh: '采集代理', en: 'Agents' },
    description: {
      zh: '各采集代理等待确认的样本、磁盘发送队列、放弃的样本与确认延迟，积压多的在前。等待持续增加：监控中心或网络有问题；放弃不为 0：积压超过了上限，那段数据已丢失。列表中没有的代理，就是最近没有数据的代理。',
      en: 'What waits at each agent, its outbox on disk, what it gave up, and how long an acknowledgement takes; most waiting first. Where ever more waits, the collector or the network is at fault; what was given up was beyond the limit and is lost. An agent that is not listed has sent nothing lately.',
    },
    height: 10,
    keys: [HOST],
    columns: [
      { query: of('agent', last('queued')), label: { zh: '等待确认', en: 'Waiting' } },
      { query: of('agent', last('outbox_bytes')), label: { zh: '磁盘队列', en: 'Outbox' } },
      {
        query: of('agent', last('outbox_failure')),
        label: { zh: '队列写入', en: 'Outbox works' },
        rule: 'agent_outbox_failing',
      },
      {
        query: of('agent', last('dropped_total')),
        label: { zh: '累计放弃', en: 'Given up' },
        unit: 'short',
      },
      {
        query: of('agent', mean('ack_latency_ms')),
        label: { zh: '确认延迟', en: 'Acknowledged in' },
      },
      { query: of('agent', last('rss_bytes')), label: { zh: '内存', en: 'Memory' } },
    ],
    sort: { column: 0, order: 'highest' },
  },
  {
    kind: 'timeseries',
    title: { zh: '送达的样本', en: 'Samples stored' },
    description: {
      zh: '监控中心每秒确认保存的样本数。归零说明代理与监控中心之间中断；恢复后补传会出现高峰。',
      en: 'Samples that the collector acknowledged each second. Zero: agent and collector are cut off from each other; a peak follows when what waited is sent.',
    },
    lines: [{ query: of('agent', rate('stored_total')) }],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '等待确认的样本', en: 'Samples that wait' },
    description: {
      zh: '尚未得到确认的样本数。短时上升无妨；持续上升时检查监控中心磁盘、网络与证书。',
      en: 'Samples that are not yet acknowledged. A short rise does no harm; where it goes on, look at the disk of the collector, the network and certificates.',
    },
    lines: [{ query: of('agent', max('queued')) }],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '确认延迟', en: 'Time to an acknowledgement' },
    description: {
      zh: '从发出到确认保存的时间。正常为几十毫秒；升高说明监控中心磁盘慢或网络拥塞。',
      en: 'From sending to being stored: tens of milliseconds as a rule. More: the disk of the collector is slow, or the network is crowded.',
    },
    lines: [{ query: of('agent', max('ack_latency_ms')) }],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '放弃的样本', en: 'Samples given up' },
    description: {
      zh: '按原因累计的放弃样本数，应保持水平。上升说明数据正在丢失：尽快恢复连接，或加大磁盘队列上限。',
      en: 'Samples given up so far, by reason: a level line is right. Where it rises data are being lost: restore the connection, or give the outbox more room.',
    },
    lines: [{ query: of('agent_drop', max('samples_total'), 'reason'), unit: 'short' }],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '代理 CPU', en: 'CPU of agents' },
    description: {
      zh: '采集代理占用的 CPU（单核为 100%）。代理是客人：持续超过几个百分点时，查看是哪个采集项用时过长。',
      en: 'CPU of the agents, 100 % a core. An agent is a guest: where it stays above a few percent, see which probe takes so long.',
    },
    lines: [{ query: of('agent', times(rate('cpu_seconds_total'), 100)), unit: 'percent' }],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '代理内存', en: 'Memory of agents' },
    description: {
      zh: '采集代理的常驻内存。缓慢爬升不回落时请反馈给我们；连接数据库的代理会多占一些。',
      en: 'Resident memory of the agents. Where it creeps up and never falls, tell us; those that look at databases use more.',
    },
    lines: [{ query: of('agent', max('rss_bytes')) }],
    min: 0,
  },
]

const PROBES: Panel[] = [
  {
    kind: 'table',
    title: { zh: '失败的采集项', en: 'Probes that fail' },
    description: {
      zh: '最近一次采集失败的采集项及原因，正常时为空。“没有权限”：按授权文档补授权限；“超时”：对象太慢或不可达。',
      en: 'Probes whose last run failed, and why; none is right. Not permitted: grant what the documents list. Deadline passed: the target is slow or away.',
    },
    keys: [HOST, PROBE, TARGET],
    columns: [
      {
        query: of('probe', last('error_code'), 'probe', 'target'),
        label: { zh: '原因', en: 'Why' },
      },
      {
        query: of('probe', last('duration_ms'), 'probe', 'target'),
        label: { zh: '用时', en: 'Took' },
      },
    ],
    onlyAboveZero: 0,
    sort: { column: 0, order: 'highest' },
  },
  {
    kind: 'timeseries',
    title: { zh: '采集用时', en: 'Time that probes take' },
    description: {
      zh: '各采集项一次采集的用时。接近其间隔的采集项会错过周期：检查对象是否变慢。',
      en: 'How long one run of each probe takes. One that comes near its interval misses runs: see whether its target has become slow.',
    },
    width: 24,
    lines: [{ query: of('probe', max('duration_ms'), 'probe') }],
    min: 0,
  },
  {
    kind: 'states',
    title: { zh: '数据源', en: 'Sources' },
    description: {
      zh: '代理到数据库与设备的会话状态。“登录被拒绝”后代理不再尝试，以免锁定账号：改正密码后重新加载配置。',
      en: 'Sessions of agents with databases and devices. Once a logon is refused it is not tried again, so that no account is locked: correct the password and reload.',
    },
    lines: [
      {
        query: of('source', last('state'), 'source', 'type'),
        rule: 'source_refused',
        colours: { 1: 'grey', 3: 'orange', 5: 'blue', 6: 'blue' },
      },
    ],
  },
  {
    kind: 'timeseries',
    title: { zh: '监控对数据库的开销', en: 'What watching costs' },
    description: {
      zh: '代理等待各数据源应答的时间占比（单会话满负荷为 100%）。持续高于几个百分点时，查看被停用的语句与采集间隔。',
      en: 'The part of the time in which an agent waits for answers of each source. Where it stays above a few percent, see which statements were left out, and the intervals.',
    },
    lines: [
      { query: of('source', times(rate('busy_seconds_total'), 100), 'source'), unit: 'percent' },
    ],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '暂停发送的语句', en: 'Statements left out' },
    description: {
      zh: '因开销过大而暂停发送的语句数。不为 0 时，对应的指标会缺失：见代理日志，按建议收集统计信息或放宽间隔。',
      en: 'Statements that cost too much and are not sent for now. Their numbers are missing then: the log of the agent names them; gather statistics or lengthen the interval.',
    },
    lines: [{ query: of('source', max('statements_left_out'), 'source'), rule: 'source_left_out' }],
    min: 0,
  },
]

/** Whether what watches is itself well. */
export const board: Board = {
  uid: 'wardround-agents',
  title: { zh: '采集代理', en: 'Agents' },
  description: {
    zh: '采集代理的积压、丢失与开销，采集项与数据源的状态。',
    en: 'What waits at agents, what they lost and cost; their probes and sources.',
  },
  subjects: { measurement: 'agent', field: 'queued' },
  sections: [
    { title: { zh: '采集代理', en: 'Agents' }, panels: AGENTS },
    { title: { zh: '采集项与数据源', en: 'Probes and sources' }, panels: PROBES },
  ],
}

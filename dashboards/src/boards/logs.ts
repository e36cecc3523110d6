import type { Board } from '../board.ts'
import { last, max, of, plus, rate, times } from '../formula.ts'
import { HOST } from '../often-shown.ts'
import type { Panel, TableKey } from '../panel.ts'

const FILE: TableKey = { tag: 'file', label: { zh: '日志', en: 'Log' } }
const RULE: TableKey = { tag: 'rule', label: { zh: '规则', en: 'Rule' } }
const A_RULE = [{ tag: 'rule', operator: '!=', value: '' }] as const
const HOUR_SECONDS = 3600

const FOUND: Panel[] = [
  {
    kind: 'table',
    title: { zh: '正在报警的日志规则', en: 'Log rules that alarm' },
    description: {
      zh: '最近 10 分钟内命中达到次数的日志规则，正常时为空。到控制台的“事件”中查看原文，按规则的说明处理。',
      en: 'Rules for logs that were met often enough within ten minutes; mostly none is. The events of the console have the lines themselves.',
    },
    keys: [HOST, FILE, RULE],
    columns: [
      {
        query: { ...of('logwatch', last('alarm'), 'file', 'rule'), where: A_RULE },
        label: { zh: '级别', en: 'Level' },
        rule: 'log_alarm',
      },
      {
        query: { ...of('logwatch', last('matches_10m'), 'file', 'rule'), where: A_RULE },
        label: { zh: '10 分钟命中', en: 'In 10 minutes' },
      },
    ],
    onlyRaised: 0,
    sort: { column: 0, order: 'highest' },
  },
  {
    kind: 'states',
    title: { zh: '报警级别变化', en: 'Alarms over time' },
    description: {
      zh: '每条日志规则的报警级别。成片的橙色或红色说明问题在持续，不是偶发。',
      en: 'Level of each rule. Long orange or red bands mean that it goes on and was no single event.',
    },
    lines: [
      {
        query: { ...of('logwatch', max('alarm'), 'file', 'rule'), where: A_RULE },
        rule: 'log_alarm',
      },
    ],
  },
  {
    kind: 'timeseries',
    title: { zh: '每小时命中次数', en: 'Matches an hour' },
    description: {
      zh: '每条规则每小时的命中次数。突然升高时，对照同一时间的发布、备份与负载。',
      en: 'How often each rule is met an hour. Where it rises suddenly, see what was released, backed up or busy at that time.',
    },
    lines: [
      {
        query: {
          ...of('logwatch', times(rate('matches_total'), HOUR_SECONDS), 'file', 'rule'),
          where: A_RULE,
        },
        unit: 'short',
      },
    ],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '最多的取值', en: 'What they speak of' },
    description: {
      zh: '规则从日志中取出的值（错误码、来源地址等）在最近 10 分钟的命中次数，看是哪一种在增加。',
      en: 'Values that rules take out of logs (codes of errors, addresses), by how often they came within ten minutes: says which one grows.',
    },
    lines: [{ query: of('logwatch_value', max('matches_10m'), 'rule', 'group', 'value') }],
    min: 0,
  },
]

const READING: Panel[] = [
  {
    kind: 'timeseries',
    title: { zh: '未读字节', en: 'Not yet read' },
    description: {
      zh: '日志中尚未读取的字节。持续高于虚线说明采集跟不上：日志写得太快，或代理的 CPU 上限太低。',
      en: 'Bytes of logs that wait to be read. Long above the dashed line, reading does not keep up: the log grows too fast, or the CPU limit of the agent is too low.',
    },
    lines: [{ query: of('logwatch', max('lag_bytes'), 'file'), rule: 'log_left_behind' }],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '读取行数', en: 'Lines read' },
    description: {
      zh: '每秒读取的行数。归零说明日志不再写入：应用停了、日志换了位置，或文件读不了。',
      en: 'Lines read each second. Zero: nothing is written any more; the application has stopped, logs elsewhere, or the file can not be read.',
    },
    lines: [{ query: of('logwatch', rate('lines_total'), 'file') }],
    min: 0,
  },
]

const RECEIVERS: Panel[] = [
  {
    kind: 'timeseries',
    title: { zh: '设备日志接收', en: 'Received from devices' },
    description: {
      zh: '每秒收到的 syslog 与 trap 条数。归零时，检查设备上的日志服务器地址与防火墙。',
      en: 'Records of syslog and traps each second. At zero look at the address that devices send to, and at the firewall.',
    },
    lines: [{ query: of('log_receiver', rate('received_total'), 'receiver') }],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '未保存的设备日志', en: 'Records that were lost' },
    description: {
      zh: '最近 10 分钟未能保存的记录数。高于虚线说明有设备在刷日志：找出来源并在设备上限制。',
      en: 'Records that could not be kept within ten minutes. Above the dashed line some device floods: find it and limit it there.',
    },
    lines: [{ query: of('log_receiver', max('lost_10m'), 'receiver'), rule: 'receiver_loses' }],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '被拒绝与无法识别', en: 'Refused and malformed' },
    description: {
      zh: '每秒因团体名、用户或密钥不符而拒绝的，以及无法识别的报文数。持续有拒绝：设备的凭据与代理配置不一致。',
      en: 'Messages each second that were refused for their community, user or key, or that made no sense. Steady refusals: the credentials of device and agent differ.',
    },
    lines: [
      {
        query: of('log_receiver', plus(rate('refused_total'), rate('malformed_total')), 'receiver'),
        unit: 'cps',
      },
    ],
    min: 0,
  },
]

/** What is found in logs, and whether they are read. */
export const board: Board = {
  uid: 'wardround-logs',
  title: { zh: '日志', en: 'Logs' },
  description: {
    zh: '日志规则的命中与报警，日志是否读得过来，设备日志的接收。',
    en: 'What rules find in logs, whether reading keeps up, and what devices send.',
  },
  subjects: { measurement: 'logwatch', field: 'alarm' },
  sections: [
    { title: { zh: '命中与报警', en: 'What was found' }, panels: FOUND },
    { title: { zh: '读取', en: 'Reading' }, panels: READING },
    { title: { zh: '设备日志（syslog、trap）', en: 'Syslog and traps' }, panels: RECEIVERS },
  ],
}

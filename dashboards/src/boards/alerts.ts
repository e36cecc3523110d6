import type { LocalizedText } from '@wardround/protocol'
import type { Board } from '../board.ts'
import { last, max, min, of } from '../formula.ts'
import {
  CPU_USED,
  DAYS,
  FILLING,
  HOST,
  INSTANCES_UP,
  MEMORY_USED,
  UP_WORDS,
} from '../often-shown.ts'
import type { Panel, Shown, TableKey, TablePanel } from '../panel.ts'
import { ruleOf } from '../rule-of.ts'

const VALUE: LocalizedText = { zh: '数值', en: 'Value' }

function key(tag: string, zh: string, en: string): TableKey {
  return { tag, label: { zh, en } }
}

/** What is beyond its rule's mildest number now, worst first. */
function beyond(
  shown: Shown & Required<Pick<Shown, 'rule'>>,
  keys: readonly TableKey[],
  todo: LocalizedText,
): TablePanel {
  const { name, bounds } = ruleOf(shown.rule)
  const isFalling = bounds.some(({ comparison }) => comparison.startsWith('<'))
  return {
    kind: 'table',
    title: name,
    description: {
      zh: `此刻越过规则“${name.zh}”界限的对象，最差的在前；没有时为空。规则还要求持续一段时间，因此这里可能先于告警出现。${todo.zh}`,
      en: `What is beyond the numbers of the rule "${name.en}" now, worst first; empty where nothing is. The rule wants it to last too, so that it may be here before it is told. ${todo.en}`,
    },
    width: 8,
    height: 7,
    keys: [HOST, ...keys],
    columns: [{ ...shown, label: VALUE }],
    onlyRaised: 0,
    sort: { column: 0, order: isFalling ? 'lowest' : 'highest' },
  }
}

const DOWN: Panel[] = [
  {
    kind: 'states',
    title: { zh: '数据库与中间件', en: 'Databases and middleware' },
    description: {
      zh: '各实例能否连接。红色的一段是中断：到该实例的看板查看当时的负载与日志。',
      en: 'Whether each instance answers. A red band is when it was down: its board has load and logs of that time.',
    },
    width: 12,
    height: 9,
    lines: INSTANCES_UP,
  },
  {
    kind: 'states',
    title: { zh: '设备', en: 'Devices' },
    description: {
      zh: '轮询的设备是否应答。红色的一段是没有应答：先排除网络，再看设备的管理口与凭据。',
      en: 'Whether polled devices answer. Red is no answer: rule out the network, then look at the management port and credentials.',
    },
    width: 12,
    height: 9,
    lines: [
      {
        query: of('snmp_up', last('up')),
        label: { zh: 'SNMP', en: 'SNMP' },
        rule: 'snmp_device_silent',
      },
      {
        query: of('redfish_up', last('up')),
        label: { zh: 'Redfish', en: 'Redfish' },
        rule: 'redfish_device_silent',
        words: UP_WORDS,
      },
    ],
  },
  {
    kind: 'states',
    title: { zh: '网页与端口检查', en: 'HTTP and TCP checks' },
    description: {
      zh: '从各主机发起的网页与端口检查的结果。红色说明业务入口不可用：从报错的主机上手工访问一次，确认是网络还是服务的问题。',
      en: 'Results of the checks that hosts make. Red: an entrance is closed; try it by hand from that host, to tell the network from the service.',
    },
    lines: [
      {
        query: of('http_response', last('result_code'), 'server'),
        rule: 'http_failed',
      },
      {
        query: of('net_response', last('result_code'), 'server', 'port'),
        rule: 'tcp_unreachable',
      },
    ],
  },
]

const HOSTS: Panel[] = [
  beyond({ ...CPU_USED, rule: 'cpu_used' }, [], {
    zh: '看是哪些进程占用。',
    en: 'See which processes use it.',
  }),
  beyond({ ...MEMORY_USED, rule: 'memory_used' }, [], {
    zh: '找出增长的进程。',
    en: 'Find the process that grows.',
  }),
  beyond(
    {
      query: { ...of('disk', max('used_percent'), 'path'), where: FILLING },
      rule: 'filesystem_used',
    },
    [key('path', '挂载点', 'Mounted at')],
    { zh: '清理或扩容。', en: 'Clear or enlarge it.' },
  ),
  beyond(
    {
      query: { ...of('disk', max('inodes_used_percent'), 'path'), where: FILLING },
      rule: 'inodes_used',
    },
    [key('path', '挂载点', 'Mounted at')],
    { zh: '找出小文件成堆的目录。', en: 'Find the directory of many small files.' },
  ),
  beyond(
    { query: of('systemd_units', last('active_code'), 'name'), rule: 'service_failed' },
    [key('name', '服务', 'Service')],
    { zh: '用 systemctl status 查看原因。', en: 'systemctl status says why.' },
  ),
  beyond(
    { query: of('procstat_lookup', min('running'), 'process_name'), rule: 'process_missing' },
    [key('process_name', '进程', 'Process')],
    { zh: '看日志并启动。', en: 'Read its log and start it.' },
  ),
  beyond(
    { query: of('raid', last('state'), 'controller', 'array'), rule: 'raid_state' },
    [key('array', '阵列', 'Array')],
    { zh: '更换故障盘。', en: 'Replace the failed disk.' },
  ),
  beyond(
    { query: of('multipath', max('paths_lost'), 'device'), rule: 'multipath_path_lost' },
    [key('device', '设备', 'Device')],
    { zh: '检查光纤、端口与 HBA。', en: 'Look at fibre, ports and HBAs.' },
  ),
  beyond({ query: of('swap', max('used_percent')), rule: 'swap_used' }, [], {
    zh: '有换入时说明内存不足。',
    en: 'With pages coming in, memory is short.',
  }),
]

const DATABASES: Panel[] = [
  beyond(
    {
      query: {
        ...of('oracle_tablespace', max('used_percent_of_max'), 'database', 'tablespace'),
        where: [{ tag: 'contents', operator: '=', value: 'PERMANENT' }],
      },
      rule: 'oracle_tablespace_used',
    },
    [key('database', '数据库', 'Database'), key('tablespace', '表空间', 'Tablespace')],
    { zh: '加数据文件或扩大上限。', en: 'Add a file or raise the limit.' },
  ),
  beyond(
    { query: of('oracle_fra', max('used_percent'), 'database'), rule: 'oracle_fra_used' },
    [key('database', '数据库', 'Database')],
    { zh: '清理过期备份与归档。', en: 'Delete obsolete backups and archived logs.' },
  ),
  beyond(
    {
      query: of('oracle_sessions', max('blocked_over_600s'), 'instance'),
      rule: 'oracle_sessions_blocked',
    },
    [key('instance', '实例', 'Instance')],
    { zh: '找出阻塞源。', en: 'Find what blocks them.' },
  ),
  beyond(
    {
      query: of('pg_connections', max('used_percent'), 'instance'),
      rule: 'postgresql_connections_used',
    },
    [key('instance', '实例', 'Instance')],
    { zh: '查空闲连接与连接池。', en: 'Look at idle connections and pools.' },
  ),
  beyond(
    { query: of('mysql_status', max('used_percent'), 'instance'), rule: 'mysql_connections_used' },
    [key('instance', '实例', 'Instance')],
    { zh: '查空闲连接与连接池。', en: 'Look at idle connections and pools.' },
  ),
  beyond(
    {
      query: of('tomcat_connector', max('busy_percent'), 'instance', 'name'),
      rule: 'tomcat_threads_busy',
    },
    [key('instance', '实例', 'Instance'), key('name', '连接器', 'Connector')],
    { zh: '看后端是否变慢。', en: 'See whether what is behind has become slow.' },
  ),
]

const OTHERS: Panel[] = [
  beyond(
    { query: of('fc_port', last('left_online'), 'port'), rule: 'fc_port_left_online' },
    [key('port', '端口', 'Port')],
    { zh: '检查光纤与对端。', en: 'Look at fibre and the other end.' },
  ),
  beyond(
    {
      query: of('array_component', last('health'), 'type', 'name'),
      rule: 'array_component_health',
    },
    [key('type', '类型', 'Type'), key('name', '名称', 'Name')],
    { zh: '联系厂商更换。', en: 'See the vendor about a replacement.' },
  ),
  beyond(
    { query: of('array_pool', max('used_percent'), 'name'), rule: 'array_pool_used' },
    [key('name', '名称', 'Name')],
    { zh: '安排扩容。', en: 'Plan to enlarge it.' },
  ),
  beyond(
    { query: of('backup_job', max('late_periods'), 'job'), rule: 'backup_late' },
    [key('job', '作业', 'Job')],
    { zh: '查清原因并补做。', en: 'Find out why, and make one by hand.' },
  ),
  beyond(
    { query: of('backup_copy', max('copy2_late_periods'), 'job'), rule: 'backup_copy_late' },
    [key('job', '作业', 'Job')],
    { zh: '接上离线设备补做。', en: 'Attach the device and copy.' },
  ),
  beyond(
    { query: of('restore_test', max('age_days'), 'job'), rule: 'restore_test_due', unit: DAYS },
    [key('job', '作业', 'Job')],
    { zh: '安排一次还原测试。', en: 'Plan a restore test.' },
  ),
  beyond(
    {
      query: {
        ...of('x509_cert', min('days_left'), 'source'),
        where: [
          { tag: 'type', operator: '=', value: 'leaf' },
          { tag: 'kind', operator: '=', value: '' },
        ],
      },
      rule: 'certificate_expires',
      unit: DAYS,
    },
    [key('source', '来源', 'Source')],
    { zh: '续期并部署。', en: 'Renew it and put it in place.' },
  ),
  beyond(
    {
      query: of('exchange', max('periods_without_success'), 'flow'),
      rule: 'exchange_stale',
    },
    [key('flow', '数据流', 'Flow')],
    { zh: '检查对端与网络。', en: 'Look at the other side and the network.' },
  ),
  beyond(
    {
      query: {
        ...of('logwatch', last('alarm'), 'file', 'rule'),
        where: [{ tag: 'rule', operator: '!=', value: '' }],
      },
      rule: 'log_alarm',
    },
    [key('file', '日志', 'Log'), key('rule', '规则', 'Rule')],
    { zh: '到控制台的事件中看原文。', en: 'The events of the console have the lines.' },
  ),
]

/** What is beyond its rule now: measured, not told. The alerts themselves, claimed and silenced, are in the console. */
export const board: Board = {
  uid: 'wardround-alerts',
  title: { zh: '告警', en: 'Alerts' },
  description: {
    zh: '此刻越过告警规则界限的所有对象，按规则分组。告警本身（认领、静默、通知）在监控中心的控制台中。',
    en: 'Everything that is beyond the numbers of an alert rule now, by rule. The alerts themselves (claims, silences, notices) are in the console of the collector.',
  },
  subjects: { measurement: 'system', field: 'uptime' },
  sections: [
    { title: { zh: '可用性', en: 'Availability' }, panels: DOWN },
    { title: { zh: '主机', en: 'Hosts' }, panels: HOSTS },
    { title: { zh: '数据库与中间件', en: 'Databases and middleware' }, panels: DATABASES },
    {
      title: { zh: '设备、备份、证书与日志', en: 'Devices, backups, certificates and logs' },
      panels: OTHERS,
    },
  ],
}

import type { Board } from '../board.ts'
import { last, max, min } from '../formula.ts'
import {
  CPU_USED,
  DAYS,
  FULLEST_FILE_SYSTEM,
  HOST,
  INSTANCES_UP,
  LOAD_PER_CORE,
  MEMORY_USED,
  UP_WORDS,
} from '../often-shown.ts'
import type { Panel } from '../panel.ts'

const HOSTS: Panel = {
  kind: 'table',
  title: { zh: '主机（最差的在前）', en: 'Hosts, worst first' },
  description: {
    zh: '每台主机最近几分钟的状况，按“最高使用率”（CPU、内存、最满的文件系统与 inode、交换空间中最高的一项）从高到低排列。橙色为警告，红色为严重，界限与告警规则相同。点击主机名打开该主机的看板，先看变红的那一列。列表中没有的主机，是最近没有数据的主机：检查采集代理是否在运行。',
    en: 'Each host as it was in the last minutes, sorted by the highest of its percentages (CPU, memory, the fullest file system and its inodes, swap). Orange is a warning, red is critical, at the numbers of the alert rules. A click on a host opens its board: look at what is red first. A host that is not listed has sent nothing lately: see whether its agent runs.',
  },
  height: 12,
  keys: [HOST],
  columns: [
    { ...CPU_USED, label: { zh: 'CPU', en: 'CPU' } },
    { ...MEMORY_USED, label: { zh: '内存', en: 'Memory' } },
    { ...FULLEST_FILE_SYSTEM, label: { zh: '最满的文件系统', en: 'Fullest file system' } },
    {
      query: { ...FULLEST_FILE_SYSTEM.query, value: max('inodes_used_percent') },
      label: { zh: '最满的 inode', en: 'Fullest inodes' },
      rule: 'inodes_used',
    },
    {
      query: { measurement: 'swap', value: max('used_percent'), groupBy: ['host'] },
      label: { zh: '交换空间', en: 'Swap' },
      rule: 'swap_used',
    },
    { ...LOAD_PER_CORE, label: { zh: '每核负载', en: 'Load per core' } },
    {
      query: { measurement: 'system', value: last('uptime'), groupBy: ['host'] },
      label: { zh: '已运行', en: 'Up for' },
      rule: 'host_rebooted',
    },
  ],
  worst: { of: [0, 1, 2, 3, 4], label: { zh: '最高使用率', en: 'Highest' }, unit: 'percent' },
  sort: { column: 'worst', order: 'highest' },
}

const FAILED_SERVICES: Panel = {
  kind: 'table',
  title: { zh: '失败的服务', en: 'Failed services' },
  description: {
    zh: '处于失败（failed）状态的系统服务。正常时此表为空。登录主机执行 systemctl status 服务名 查看原因，修复后重新启动。',
    en: 'Services of systemd in state failed. This list should be empty. systemctl status NAME on the host says why; start it again once that is mended.',
  },
  width: 12,
  keys: [HOST, { tag: 'name', label: { zh: '服务', en: 'Service' } }],
  columns: [
    {
      query: {
        measurement: 'systemd_units',
        value: last('active_code'),
        groupBy: ['host', 'name'],
      },
      label: { zh: '状态', en: 'State' },
      rule: 'service_failed',
    },
  ],
  onlyRaised: 0,
  sort: { column: 0, order: 'highest' },
}

const LATE_BACKUPS: Panel = {
  kind: 'table',
  title: { zh: '备份', en: 'Backups' },
  description: {
    zh: '每个备份作业未按时成功的次数与距上次成功的时间，误期的在前。红色说明已错过两次：今天就查清原因，并手工补做一次备份。',
    en: 'How often each backup job missed its time and how long ago it last succeeded, late ones first. Red missed twice: find out why today, and make one by hand.',
  },
  width: 12,
  keys: [HOST, { tag: 'job', label: { zh: '作业', en: 'Job' } }],
  columns: [
    {
      query: { measurement: 'backup_job', value: max('late_periods'), groupBy: ['host', 'job'] },
      label: { zh: '误期次数', en: 'Missed' },
      rule: 'backup_late',
    },
    {
      query: {
        measurement: 'backup_job',
        value: max('last_success_age_seconds'),
        groupBy: ['host', 'job'],
      },
      label: { zh: '距上次成功', en: 'Since the last success' },
    },
  ],
  sort: { column: 0, order: 'highest' },
}

const DEVICES: Panel = {
  kind: 'stat',
  title: { zh: '设备', en: 'Devices' },
  description: {
    zh: '轮询的设备（光纤交换机、磁盘阵列、服务器管理卡）是否应答。中断时先 ping 该设备，再核对 SNMP 团体名、用户或管理卡账号。',
    en: 'Whether the polled devices (FC switches, arrays, BMCs) answer. Where one is down, ping it, then check its SNMP community, user or account.',
  },
  lines: [
    {
      query: { measurement: 'snmp_up', value: last('up'), groupBy: ['host'] },
      label: { zh: 'SNMP', en: 'SNMP' },
      rule: 'snmp_device_silent',
    },
    {
      query: { measurement: 'redfish_up', value: last('up'), groupBy: ['host'] },
      label: { zh: 'Redfish', en: 'Redfish' },
      rule: 'redfish_device_silent',
      words: UP_WORDS,
    },
  ],
}

const CERTIFICATES: Panel = {
  kind: 'table',
  title: { zh: '证书剩余天数', en: 'Days left of certificates' },
  description: {
    zh: '每台主机检查的证书中最先到期的一张还有几天。15 天内变橙、5 天内变红（有效期不足 200 天的证书的界限；其余证书按规则提前到 30 天与 7 天告警）：立即安排续期，并在证书看板核对是哪一张。',
    en: 'How many days the certificate of each source has left. Orange within 15, red within 5 days (the numbers for those that live less than 200 days; others are warned of at 30 and 7): renew it; the board of certificates says which one it is.',
  },
  width: 12,
  keys: [HOST, { tag: 'source', label: { zh: '来源', en: 'Source' } }],
  columns: [
    {
      query: {
        measurement: 'x509_cert',
        value: min('days_left'),
        where: [{ tag: 'type', operator: '=', value: 'leaf' }],
        groupBy: ['host', 'source'],
      },
      label: { zh: '剩余天数', en: 'Days left' },
      unit: DAYS,
      rule: 'certificate_expires',
    },
  ],
  sort: { column: 0, order: 'lowest' },
}

const EXCHANGE: Panel = {
  kind: 'table',
  title: { zh: '数据交换', en: 'Data exchange' },
  description: {
    zh: '每条数据流连续多少个周期没有成功、两端相差多少。橙色或红色时，先看对端平台是否可达，再核对失败的批次。',
    en: 'For how many periods each flow had no success, and how far both ends differ. Where it is orange or red, see whether the other platform can be reached, then look at the batches that failed.',
  },
  width: 12,
  keys: [HOST, { tag: 'flow', label: { zh: '数据流', en: 'Flow' } }],
  columns: [
    {
      query: {
        measurement: 'exchange',
        value: last('periods_without_success'),
        groupBy: ['host', 'flow'],
      },
      label: { zh: '未成功周期', en: 'Periods without success' },
      rule: 'exchange_stale',
    },
    {
      query: { measurement: 'exchange', value: last('diff_percent'), groupBy: ['host', 'flow'] },
      label: { zh: '差异', en: 'Difference' },
      rule: 'exchange_differs',
    },
  ],
  sort: { column: 0, order: 'highest' },
}

const CPU: Panel = {
  kind: 'timeseries',
  title: { zh: '各主机 CPU 使用率', en: 'CPU use of the hosts' },
  description: {
    zh: 'CPU 使用率，不含等待 I/O。长时间高于虚线时，打开该主机的看板，看是哪些进程占用。曲线中断表示那段时间没有数据。',
    en: 'CPU use without waiting for I/O. Where it stays above the dashed lines, open the host and see which processes use it. A gap in a line is time without data.',
  },
  lines: [CPU_USED],
  min: 0,
  max: 100,
}

const MEMORY: Panel = {
  kind: 'timeseries',
  title: { zh: '各主机内存使用率', en: 'Memory use of the hosts' },
  description: {
    zh: '内存使用率（100% 减去可用内存的比例）。接近上限时系统会开始换页甚至杀死进程：看是哪个进程在增长，核对数据库 SGA/PGA 与 JVM 堆的设置。',
    en: 'Memory in use (100 % less what is available). Near the top the system swaps, then kills processes: see which one grows; check SGA, PGA and heap sizes.',
  },
  lines: [MEMORY_USED],
  min: 0,
  max: 100,
}

/** All hosts at a glance, worst first. */
export const board: Board = {
  uid: 'wardround-overview',
  title: { zh: '总览', en: 'Overview' },
  description: {
    zh: '所有主机、数据库、设备与备份的当前状况，最差的在前。',
    en: 'All hosts, databases, devices and backups as they are now, worst first.',
  },
  subjects: { measurement: 'system', field: 'uptime' },
  sections: [
    { title: { zh: '主机', en: 'Hosts' }, panels: [HOSTS] },
    {
      title: { zh: '数据库、中间件与设备', en: 'Databases, middleware and devices' },
      panels: [
        {
          kind: 'stat',
          title: { zh: '数据库与中间件', en: 'Databases and middleware' },
          description: {
            zh: '各实例能否连接。红色为中断：点击打开它的看板，先看实例是否在运行、监听是否正常，再看告警日志。',
            en: 'Whether each instance answers. Red is down: a click opens its board; see whether it and its listener run, then read its log.',
          },
          lines: INSTANCES_UP,
        },
        DEVICES,
      ],
    },
    {
      title: { zh: '需要处理的事项', en: 'What needs doing' },
      panels: [FAILED_SERVICES, LATE_BACKUPS, CERTIFICATES, EXCHANGE],
    },
    { title: { zh: '趋势', en: 'Over time' }, panels: [CPU, MEMORY] },
  ],
}

import type { Board } from '../board.ts'
import { last, max, min, of } from '../formula.ts'
import { HOST, UP_WORDS } from '../often-shown.ts'
import type { Panel, TableKey } from '../panel.ts'

const ARRAY: TableKey = {
  ...HOST,
  label: { zh: '阵列', en: 'Array' },
  link: 'wardround-disk-array',
}
const NAME: TableKey = { tag: 'name', label: { zh: '名称', en: 'Name' } }
const TYPE: TableKey = { tag: 'type', label: { zh: '类型', en: 'Type' } }
const DISKS = [{ tag: 'type', operator: 'in', values: ['disk', 'drive'] }] as const
const CONTROLLERS = [{ tag: 'type', operator: '=', value: 'controller' }] as const

const STATE: Panel[] = [
  {
    kind: 'states',
    title: { zh: '是否应答', en: 'Does it answer' },
    description: {
      zh: '阵列或服务器管理卡是否应答（SNMP 或 Redfish）。不应答时看管理口网线、地址与凭据；业务路径不一定受影响。',
      en: 'Whether array or BMC answers (SNMP or Redfish). Where it does not, look at its management port, address and credentials; data paths need not be hurt.',
    },
    width: 24,
    height: 6,
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
    kind: 'table',
    title: { zh: '异常的部件', en: 'Parts that are not well' },
    description: {
      zh: '健康状态为警告或严重的部件，正常时为空。按类型与名称联系厂商更换；更换前确认数据有冗余与备份。',
      en: 'Parts with a warning or a critical fault; mostly there are none. See the vendor about a replacement; before that, make sure of redundancy and a backup.',
    },
    keys: [ARRAY, TYPE, NAME],
    columns: [
      {
        query: of('array_component', last('health'), 'type', 'name'),
        label: { zh: '健康', en: 'Health' },
        rule: 'array_component_health',
        colours: { 3: 'grey' },
      },
      {
        query: of('array_component', last('running'), 'type', 'name'),
        label: { zh: '运行', en: 'Running' },
      },
    ],
    onlyRaised: 0,
    sort: { column: 0, order: 'highest' },
  },
  {
    kind: 'states',
    title: { zh: '部件健康变化', en: 'Parts over time' },
    description: {
      zh: '各部件的健康状态变化，用来判断故障从何时开始、是否反复。',
      en: 'Health of each part over time: says since when something is wrong, and whether it comes and goes.',
    },
    height: 10,
    lines: [
      {
        query: of('array_component', last('health'), 'type', 'name'),
        rule: 'array_component_health',
        colours: { 3: 'grey' },
      },
    ],
  },
]

const SPACE: Panel[] = [
  {
    kind: 'table',
    title: { zh: '存储池（最满的在前）', en: 'Pools, fullest first' },
    description: {
      zh: '存储池的使用率、剩余与健康。精简配置的池写满会使所有 LUN 变为只读或离线：橙色时安排扩容，红色时立即处理。',
      en: 'How full each pool is, what is left, its health. A thin pool that is full takes all its LUNs down: orange, plan to enlarge it; red, do it now.',
    },
    keys: [ARRAY, NAME],
    columns: [
      {
        query: of('array_pool', max('used_percent'), 'name'),
        label: { zh: '使用率', en: 'Used' },
        rule: 'array_pool_used',
      },
      { query: of('array_pool', last('free'), 'name'), label: { zh: '剩余', en: 'Free' } },
      { query: of('array_pool', last('total'), 'name'), label: { zh: '总量', en: 'Size' } },
      {
        query: of('array_pool', last('health'), 'name'),
        label: { zh: '健康', en: 'Health' },
        rule: 'array_pool_health',
        colours: { 3: 'grey' },
      },
    ],
    sort: { column: 0, order: 'highest' },
  },
  {
    kind: 'timeseries',
    title: { zh: '存储池使用率', en: 'Pools' },
    description: {
      zh: '存储池近 30 天的使用率，按斜率估算扩容时间。',
      en: 'How full the pools were in 30 days: the slope says when to enlarge them.',
    },
    lookBack: '30d',
    lines: [{ query: of('array_pool', max('used_percent'), 'name'), rule: 'array_pool_used' }],
    min: 0,
    max: 100,
  },
]

const SPEED: Panel[] = [
  {
    kind: 'timeseries',
    title: { zh: 'LUN 延迟', en: 'LUN latency' },
    description: {
      zh: '各 LUN 的平均响应时间。高于虚线时，对照主机磁盘、光纤交换机与正在进行的备份、重建。',
      en: 'Average response time of each LUN. Above the dashed lines, compare disks of hosts, the FC switch, and backups or rebuilds that run.',
    },
    lines: [{ query: of('array_lun', max('latency_ms'), 'name'), rule: 'array_lun_latency' }],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: 'LUN 每秒请求数', en: 'LUN requests' },
    description: {
      zh: '各 LUN 每秒的读写请求数，与延迟对照：请求不多而延迟高，是阵列自身的问题。',
      en: 'Requests each second. Few requests with a high latency: the array itself is at fault.',
    },
    lines: [{ query: of('array_lun', max('iops'), 'name'), unit: 'iops' }],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: 'LUN 流量', en: 'LUN throughput' },
    description: {
      zh: '各 LUN 每秒读写的字节数。突然升高多为备份、导入或全表扫描。',
      en: 'Bytes each second. A sudden rise is mostly a backup, a load or full scans.',
    },
    lines: [{ query: of('array_lun', max('bps'), 'name'), unit: 'binBps' }],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '控制器负载', en: 'Load of controllers' },
    description: {
      zh: '控制器处理器与内存使用率。两个控制器相差很大说明 LUN 分布不均；都高则阵列已到能力上限。',
      en: 'Processor and memory of the controllers. Far apart: LUNs are badly spread; both high: the array is at its limit.',
    },
    lines: [
      {
        query: { ...of('array_component', max('cpu_percent'), 'name'), where: CONTROLLERS },
        label: { zh: '处理器', en: 'processor' },
      },
      {
        query: { ...of('array_component', max('mem_percent'), 'name'), where: CONTROLLERS },
        label: { zh: '内存', en: 'memory' },
      },
    ],
    min: 0,
    max: 100,
  },
]

const DISK_PANELS: Panel[] = [
  {
    kind: 'table',
    title: { zh: '硬盘', en: 'Disks' },
    description: {
      zh: '每块硬盘的健康、预测故障、温度与剩余寿命，寿命短的在前。预测故障为“是”：在失效前更换。',
      en: 'Health, foretold failure, temperature and life left of each disk, shortest first. Where a failure is foretold, replace it before.',
    },
    height: 10,
    keys: [ARRAY, NAME],
    columns: [
      {
        query: { ...of('array_component', last('health'), 'name'), where: DISKS },
        label: { zh: '健康', en: 'Health' },
        rule: 'array_component_health',
        colours: { 3: 'grey' },
      },
      {
        query: { ...of('array_component', last('predicted_failure'), 'name'), where: DISKS },
        label: { zh: '预测故障', en: 'Failure foretold' },
        rule: 'array_component_fails_soon',
      },
      {
        query: { ...of('array_component', max('temp_c'), 'name'), where: DISKS },
        label: { zh: '温度', en: 'Temperature' },
        rule: 'array_disk_temperature',
      },
      {
        query: { ...of('array_component', min('media_life_left_percent'), 'name'), where: DISKS },
        label: { zh: '剩余寿命', en: 'Life left' },
        rule: 'array_disk_life',
      },
      {
        query: { ...of('array_component', max('power_on_hours'), 'name'), where: DISKS },
        label: { zh: '通电时间', en: 'Powered on' },
      },
    ],
    sort: { column: 3, order: 'lowest' },
  },
  {
    kind: 'timeseries',
    title: { zh: '机框温度', en: 'Temperature of enclosures' },
    description: {
      zh: '机框温度。高于虚线时检查机房空调与机框风扇；温度越高，硬盘寿命越短。',
      en: 'Above the dashed lines look at the cooling of the room and the fans: the warmer, the shorter disks live.',
    },
    lines: [
      {
        query: {
          ...of('array_component', max('temp_c'), 'name'),
          where: [{ tag: 'type', operator: '=', value: 'enclosure' }],
        },
        rule: 'array_enclosure_temperature',
      },
    ],
  },
  {
    kind: 'timeseries',
    title: { zh: '风扇转速', en: 'Fans' },
    description: {
      zh: '风扇转速。归零为风扇停转，全部升高为散热不足。',
      en: 'Speed of the fans. Zero: it stands still; all of them fast: it is too warm.',
    },
    lines: [
      {
        query: {
          ...of('array_component', min('rpm'), 'name'),
          where: [{ tag: 'type', operator: '=', value: 'fan' }],
        },
      },
    ],
    min: 0,
  },
]

/** Disk arrays and BMCs: parts, pools, LUNs and disks. */
export const board: Board = {
  uid: 'wardround-disk-array',
  title: { zh: '磁盘阵列', en: 'Disk array' },
  description: {
    zh: '磁盘阵列与服务器管理卡：部件健康、存储池、LUN 与硬盘。',
    en: 'Disk arrays and BMCs: parts, pools, LUNs and disks.',
  },
  subjects: { measurement: 'array_component', field: 'health' },
  sections: [
    { title: { zh: '状态', en: 'State' }, panels: STATE },
    { title: { zh: '空间', en: 'Space' }, panels: SPACE },
    { title: { zh: '性能', en: 'Speed' }, panels: SPEED },
    { title: { zh: '硬盘与环境', en: 'Disks and surroundings' }, panels: DISK_PANELS },
  ],
}

import type { Board } from '../board.ts'
import type { TemplateQuery } from '@wardround/query'
import { growth, last, max, mean, min, of, over, plus, rate, times } from '../formula.ts'
import { FILLING, HOST } from '../often-shown.ts'
import type { Panel, PanelQuery, TableKey } from '../panel.ts'

const PATH: TableKey = { tag: 'path', label: { zh: '挂载点', en: 'Mounted at' } }
const DAY_SECONDS = 86_400

function fileSystem(value: TemplateQuery['value']): PanelQuery {
  return { measurement: 'disk', value, where: FILLING, groupBy: ['host', 'path'] }
}

const FILE_SYSTEMS: Panel[] = [
  {
    kind: 'table',
    title: { zh: '文件系统（最满的在前）', en: 'File systems, fullest first' },
    description: {
      zh: '每个可写文件系统的使用率与剩余空间，只读介质除外。橙色时安排清理或扩容，红色时立即处理：先清理归档日志与旧备份，再扩容。inode 用尽时空间再多也无法新建文件。',
      en: 'How full each file system is that can be written, and what is left. Orange: plan to clear or enlarge it. Red: do it now, archived logs and old backups first. Without inodes no file can be made, however much space is left.',
    },
    height: 10,
    keys: [HOST, PATH],
    columns: [
      {
        query: fileSystem(max('used_percent')),
        label: { zh: '使用率', en: 'Used' },
        rule: 'filesystem_used',
      },
      { query: fileSystem(min('free')), label: { zh: '剩余', en: 'Free' } },
      { query: fileSystem(max('total')), label: { zh: '总量', en: 'Size' } },
      {
        query: fileSystem(max('inodes_used_percent')),
        label: { zh: 'inode 使用率', en: 'Inodes used' },
        rule: 'inodes_used',
      },
    ],
    sort: { column: 0, order: 'highest' },
  },
  {
    kind: 'table',
    title: { zh: '距写满的时间（正在增长的）', en: 'Time to full, of those that grow' },
    description: {
      zh: '按近 24 小时的直线增长，每个文件系统还有多久写满；没有增长的不列出。7 天内变橙、24 小时内变红，与告警规则相同（告警另要求已用 70% 以上）。先查清是什么在增长：归档、日志、跟踪文件还是业务数据。',
      en: 'How long until each file system is full if it goes on growing as in the last 24 hours; what does not grow is not listed. Orange within 7 days, red within 24 hours, as the alert rule has it (which asks for 70 % used too). Find out what grows: archived logs, logs, traces or data.',
    },
    lookBack: '1d',
    height: 8,
    keys: [HOST, PATH],
    columns: [
      {
        query: fileSystem(over(last('free'), growth('used'))),
        label: { zh: '距写满', en: 'Full in' },
        rule: 'filesystem_full_soon',
      },
      {
        query: fileSystem(times(growth('used'), DAY_SECONDS)),
        label: { zh: '每天增长', en: 'Growth a day' },
        unit: 'bytes',
      },
      {
        query: fileSystem(last('used_percent')),
        label: { zh: '使用率', en: 'Used' },
        rule: 'filesystem_used',
      },
    ],
    onlyAboveZero: 0,
    sort: { column: 0, order: 'lowest' },
  },
  {
    kind: 'timeseries',
    title: { zh: '使用率', en: 'Used' },
    description: {
      zh: '各文件系统使用率的变化。台阶式上升多为一次性的大文件（导出、备份），直线上升多为日志或归档。',
      en: 'How full the file systems are over time. A step is mostly one large file (an export, a backup), a straight line logs or archives.',
    },
    lines: [{ query: fileSystem(mean('used_percent')), rule: 'filesystem_used' }],
    min: 0,
    max: 100,
  },
  {
    kind: 'timeseries',
    title: { zh: '近 30 天剩余空间', en: 'Free space in 30 days' },
    description: {
      zh: '近 30 天的剩余空间，用于容量规划：按这个斜率估算何时需要扩容。',
      en: 'What was free in the last 30 days, for planning: its slope says when to enlarge.',
    },
    lookBack: '30d',
    lines: [{ query: fileSystem(min('free')) }],
    min: 0,
  },
  {
    kind: 'states',
    title: { zh: '挂载是否应答', en: 'Do mounts answer' },
    description: {
      zh: '“未应答”表示访问该挂载点超时，多为网络文件系统（NFS）服务端中断；访问它的程序会卡住。',
      en: 'Not answering: looking at it timed out, mostly because its NFS server is away; programs that touch it hang.',
    },
    width: 12,
    lines: [{ query: of('mount', last('answering'), 'path'), colours: { 0: 'red', 1: 'green' } }],
  },
  {
    kind: 'states',
    title: { zh: '是否变为只读', en: 'Turned read-only' },
    description: {
      zh: '由可写变为只读，多为磁盘或存储链路故障后内核的自我保护。先查内核日志与多路径，再考虑修复文件系统。',
      en: 'What could be written and no longer can: mostly the kernel protecting itself from a fault of the disk or the path to it. Read the kernel log and look at the paths before repairing.',
    },
    width: 12,
    lines: [{ query: of('mount', last('turned_read_only'), 'path'), rule: 'filesystem_read_only' }],
  },
]

const INPUT_OUTPUT: Panel[] = [
  {
    kind: 'timeseries',
    title: { zh: '响应时间', en: 'Response time' },
    description: {
      zh: '每个请求的平均用时。高于虚线且请求不少时会告警：看阵列 LUN 延迟、多路径、是否正在备份。',
      en: 'Average time of a request. Above the dashed lines, with some load, it is told: look at LUN latency, at the paths, and whether a backup runs.',
    },
    lines: [{ query: of('diskio', mean('io_await'), 'name'), rule: 'disk_slow' }],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '忙碌程度', en: 'Busy' },
    description: {
      zh: '磁盘有请求在处理的时间比例。机械盘接近 100% 即为瓶颈；阵列与固态盘可并行，须结合响应时间看。',
      en: 'The part of the time in which it had something to do. Near 100 % a hard disk is the bottleneck; arrays and solid-state disks do several things at once: see the response time too.',
    },
    lines: [{ query: of('diskio', mean('io_util'), 'name'), rule: 'disk_busy' }],
    min: 0,
    max: 100,
  },
  {
    kind: 'timeseries',
    title: { zh: '读写流量', en: 'Throughput' },
    description: {
      zh: '每秒读写的字节数。突然升高：备份、批量导入或全表扫描；突然归零：进程停止或路径中断。',
      en: 'Bytes read and written each second. A sudden rise: a backup, a load or full scans; a sudden zero: what used it has stopped, or its path is cut.',
    },
    lines: [
      { query: of('diskio', rate('read_bytes'), 'name'), label: { zh: '读', en: 'read' } },
      { query: of('diskio', rate('write_bytes'), 'name'), label: { zh: '写', en: 'write' } },
    ],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '每秒请求数', en: 'Requests a second' },
    description: {
      zh: '每秒读写请求数之和（IOPS）。与阵列或磁盘的能力比较：机械盘约 100 至 200，接近时响应时间上升。',
      en: 'Reads and writes each second. Compare it with what disk or array can do: a hard disk some 100 to 200; near that, requests take longer.',
    },
    lines: [
      {
        query: of('diskio', plus(rate('reads'), rate('writes')), 'name'),
        unit: 'iops',
      },
    ],
    min: 0,
  },
]

const HEALTH: Panel[] = [
  {
    kind: 'table',
    title: { zh: '磁盘健康（SMART）', en: 'Health of disks (SMART)' },
    description: {
      zh: '每块盘的自检结论、坏扇区、温度、寿命与通电时间。自检为“故障”或坏扇区增加：尽快备份并更换；寿命超过 80%：列入更换计划。',
      en: 'What each disk says of itself: health, bad sectors, temperature, life used, hours. Failing, or with growing bad sectors: back it up and replace it soon. Above 80 % of its life: plan to.',
    },
    keys: [
      HOST,
      { tag: 'device', label: { zh: '设备', en: 'Device' } },
      { tag: 'serial_no', label: { zh: '序列号', en: 'Serial number' } },
    ],
    columns: [
      {
        query: of('smart_device', last('health_ok'), 'device', 'serial_no'),
        label: { zh: '自检', en: 'Health' },
        rule: 'smart_failing',
        words: { 0: { zh: '故障', en: 'failing' }, 1: { zh: '正常', en: 'ok' } },
      },
      {
        query: of('smart_device', last('bad_sectors'), 'device', 'serial_no'),
        label: { zh: '坏扇区', en: 'Bad sectors' },
      },
      {
        query: of('smart_device', last('sectors_grew'), 'device', 'serial_no'),
        label: { zh: '新增坏扇区', en: 'Newly bad' },
        rule: 'smart_sectors_grew',
      },
      {
        query: of('smart_device', last('temp_c'), 'device', 'serial_no'),
        label: { zh: '温度', en: 'Temperature' },
        rule: 'disk_temperature',
      },
      {
        query: of('smart_device', last('percentage_used'), 'device', 'serial_no'),
        label: { zh: '已用寿命', en: 'Life used' },
        rule: 'ssd_worn',
      },
      {
        query: of('smart_device', last('power_on_hours'), 'device', 'serial_no'),
        label: { zh: '通电时间', en: 'Powered on' },
        unit: 'h',
      },
    ],
    sort: { column: 0, order: 'lowest' },
  },
  {
    kind: 'timeseries',
    title: { zh: '磁盘温度', en: 'Temperature of disks' },
    description: {
      zh: '磁盘温度。高于虚线时检查机房空调与机箱风扇；虚线为机械盘与 SATA 固态盘的界限，NVMe 的界限更高。',
      en: 'Above the dashed lines look at the cooling of room and case. The lines are those of SATA disks; NVMe may be warmer.',
    },
    lines: [{ query: of('smart_device', max('temp_c'), 'device'), rule: 'disk_temperature' }],
  },
  {
    kind: 'states',
    title: { zh: 'RAID 阵列', en: 'RAID arrays' },
    description: {
      zh: '硬 RAID 阵列的状态。降级：已失去冗余，立即更换故障盘；重建中：完成前避免重启与高负载。',
      en: 'State of each array. Degraded: the reserve is gone, replace the failed disk now. Being rebuilt: no restart and little load until that is done.',
    },
    width: 12,
    height: 8,
    lines: [{ query: of('raid', last('state'), 'controller', 'array'), rule: 'raid_state' }],
  },
]

const PATHS: Panel[] = [
  {
    kind: 'timeseries',
    title: { zh: '软 RAID 故障盘', en: 'Failed disks of software RAID' },
    description: {
      zh: '各软 RAID（md）阵列的故障盘数，应为 0。不为 0 时查看 /proc/mdstat，更换故障盘后重新加入。',
      en: 'Failed disks of each md array: 0 is right. Otherwise read /proc/mdstat, replace the disk and add it again.',
    },
    lines: [{ query: of('mdstat', max('DisksFailed'), 'Name'), rule: 'md_array_degraded' }],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '多路径少掉的路径', en: 'Lost paths of multipath devices' },
    description: {
      zh: '每个多路径设备少了几条路径，应为 0。不为 0 时，对照光纤交换机的端口与主机 HBA，找出断开的那一段。',
      en: 'How many paths each multipath device lacks: 0 is right. Otherwise compare ports of the FC switch and HBAs, and find what is cut.',
    },
    lines: [{ query: of('multipath', max('paths_lost'), 'device'), rule: 'multipath_path_lost' }],
    min: 0,
  },
  {
    kind: 'states',
    title: { zh: '主机 FC 端口', en: 'FC ports of hosts' },
    description: {
      zh: '主机 HBA 端口的链路状态。由在线变为断开时，检查光纤、光模块与交换机端口。',
      en: 'Links of the HBAs. Where one was online and is not, look at fibre, transceiver and the port of the switch.',
    },
    width: 12,
    height: 8,
    lines: [
      {
        query: of('fc_host', last('port_state'), 'hba'),
        colours: { 1: 'green', 2: 'red', 3: 'red', 8: 'red' },
      },
    ],
  },
  {
    kind: 'table',
    title: { zh: '卷组（LVM）', en: 'Volume groups (LVM)' },
    description: {
      zh: '卷组的总量、剩余与缺失的物理卷。缺失不为 0 说明有盘不见了；剩余可直接用于扩容文件系统。',
      en: 'Size, what is free, and missing physical volumes. Where one is missing a disk is gone; what is free can enlarge a file system at once.',
    },
    width: 12,
    height: 8,
    keys: [HOST, { tag: 'vg', label: { zh: '卷组', en: 'Volume group' } }],
    columns: [
      { query: of('lvm', last('free_bytes'), 'vg'), label: { zh: '剩余', en: 'Free' } },
      { query: of('lvm', last('size_bytes'), 'vg'), label: { zh: '总量', en: 'Size' } },
      {
        query: of('lvm', last('missing_pvs'), 'vg'),
        label: { zh: '缺失物理卷', en: 'Missing volumes' },
      },
    ],
    sort: { column: 0, order: 'lowest' },
  },
  {
    kind: 'states',
    title: { zh: 'ZFS 存储池', en: 'ZFS pools' },
    description: {
      zh: 'ZFS 存储池状态。降级时用 zpool status 查看是哪块盘，更换后等待重建完成。',
      en: 'State of the pools. Where one is degraded, zpool status says which disk; replace it and wait until it is rebuilt.',
    },
    lines: [{ query: of('zfs_pool', last('state'), 'pool'), rule: 'zfs_pool_state' }],
  },
]

/** Space, speed and health of what hosts store on. */
export const board: Board = {
  uid: 'wardround-disks',
  title: { zh: '磁盘与文件系统', en: 'Disks and file systems' },
  description: {
    zh: '文件系统的使用率与写满时间，磁盘的速度与健康，RAID、多路径与卷组。',
    en: 'How full file systems are and when they will be full; speed and health of disks; RAID, paths and volume groups.',
  },
  subjects: { measurement: 'disk', field: 'used_percent' },
  sections: [
    { title: { zh: '文件系统', en: 'File systems' }, panels: FILE_SYSTEMS },
    { title: { zh: '读写', en: 'Reading and writing' }, panels: INPUT_OUTPUT },
    { title: { zh: '磁盘健康', en: 'Health of disks' }, panels: HEALTH },
    { title: { zh: '冗余与路径', en: 'Redundancy and paths' }, panels: PATHS },
  ],
}

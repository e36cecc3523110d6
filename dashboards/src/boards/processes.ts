import type { Board } from '../board.ts'
import { last, max, mean, of, rate } from '../formula.ts'
import { HOST, percentOf } from '../often-shown.ts'
import type { Panel, TableKey } from '../panel.ts'

const SERVICE: TableKey = { tag: 'name', label: { zh: '服务', en: 'Service' } }
const PROCESS: TableKey = { tag: 'process_name', label: { zh: '进程', en: 'Process' } }

const SERVICES: Panel[] = [
  {
    kind: 'table',
    title: { zh: '系统服务', en: 'Services' },
    description: {
      zh: '受监视的 systemd 服务的状态、自动重启次数与内存，失败的标红。失败时用 systemctl status 与 journalctl -u 查看原因；重启次数持续上升，说明服务在反复崩溃。',
      en: 'State, automatic restarts and memory of the watched services; failed ones are red. systemctl status and journalctl -u say why. Restarts that go on rising: it crashes again and again.',
    },
    height: 10,
    keys: [HOST, SERVICE],
    columns: [
      {
        query: of('systemd_units', last('active_code'), 'name'),
        label: { zh: '状态', en: 'State' },
        rule: 'service_failed',
        colours: { 1: 'yellow', 2: 'grey', 4: 'yellow', 5: 'yellow' },
      },
      {
        query: of('systemd_units', last('sub_code'), 'name'),
        label: { zh: '细分状态', en: 'In detail' },
      },
      {
        query: of('systemd_units', last('restarts'), 'name'),
        label: { zh: '自动重启', en: 'Restarts' },
        unit: 'short',
      },
      {
        query: of('systemd_units', last('mem_current'), 'name'),
        label: { zh: '内存', en: 'Memory' },
      },
    ],
    sort: { column: 2, order: 'highest' },
  },
  {
    kind: 'states',
    title: { zh: '服务状态变化', en: 'Services over time' },
    description: {
      zh: '每个服务在所选时间内的状态。红色为失败；频繁在“启动中”与其他状态间切换，说明服务起不来。',
      en: 'State of each service over the time that is shown. Red is failed; much changing to and from activating means that it does not come up.',
    },
    height: 10,
    lines: [
      {
        query: of('systemd_units', last('active_code'), 'name'),
        rule: 'service_failed',
        colours: { 1: 'yellow', 2: 'grey', 4: 'yellow', 5: 'yellow' },
      },
    ],
  },
]

const NAMED: Panel[] = [
  {
    kind: 'table',
    title: { zh: '指定的进程', en: 'Named processes' },
    description: {
      zh: '配置中点名监视的进程：正在运行的个数、CPU、内存、线程与打开的文件。个数为 0（红色）说明进程不在：查看其日志并启动。打开文件接近上限时，先调大 nofile，再查是否有泄漏。',
      en: 'The processes that the configuration names: how many run, their CPU, memory, threads and files. 0 (red): it is gone; read its log and start it. Files near their limit: raise nofile, then look for a leak.',
    },
    height: 10,
    keys: [HOST, PROCESS],
    columns: [
      {
        query: of('procstat_lookup', last('running'), 'process_name'),
        label: { zh: '个数', en: 'Running' },
        rule: 'process_missing',
      },
      {
        query: of('procstat', mean('cpu_usage'), 'process_name'),
        label: { zh: 'CPU', en: 'CPU' },
      },
      {
        query: of('procstat', last('memory_rss'), 'process_name'),
        label: { zh: '内存', en: 'Memory' },
      },
      {
        query: of('procstat', last('num_threads'), 'process_name'),
        label: { zh: '线程', en: 'Threads' },
      },
      {
        query: of('procstat', percentOf('num_fds', 'rlimit_num_fds_soft'), 'process_name'),
        label: { zh: '文件占上限', en: 'Files of their limit' },
        rule: 'process_files_used',
      },
    ],
    sort: { column: 0, order: 'lowest' },
  },
  {
    kind: 'timeseries',
    title: { zh: '进程 CPU', en: 'CPU of processes' },
    description: {
      zh: '各进程占用的 CPU（单核为 100%）。某个进程突然升高，结合其日志与数据库会话查找原因。',
      en: 'CPU of each process, 100 % a core. Where one rises suddenly, its log and the sessions of the database say why.',
    },
    lines: [{ query: of('procstat', mean('cpu_usage'), 'process_name') }],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '进程内存', en: 'Memory of processes' },
    description: {
      zh: '各进程的常驻内存。只升不降为内存泄漏，应安排重启并反馈给开发方。',
      en: 'Resident memory of each process. What only rises leaks: plan a restart, and tell those who wrote it.',
    },
    lines: [{ query: of('procstat', max('memory_rss'), 'process_name') }],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '进程打开的文件', en: 'Files of processes' },
    description: {
      zh: '各进程打开的文件与连接占其上限的比例。达到 100% 后进程无法再建立连接，报“Too many open files”。',
      en: 'Open files and connections of each process, of its limit. At 100 % it can open none: "Too many open files".',
    },
    lines: [
      {
        query: of('procstat', percentOf('num_fds', 'rlimit_num_fds_soft'), 'process_name'),
        rule: 'process_files_used',
      },
    ],
    min: 0,
    max: 100,
  },
  {
    kind: 'timeseries',
    title: { zh: '进程读写', en: 'Reading and writing of processes' },
    description: {
      zh: '各进程每秒读写的字节数，用来找出磁盘繁忙是谁造成的。',
      en: 'Bytes that each process reads and writes a second: says who keeps the disks busy.',
    },
    lines: [
      {
        query: of('procstat', rate('read_bytes'), 'process_name'),
        label: { zh: '读', en: 'read' },
      },
      {
        query: of('procstat', rate('write_bytes'), 'process_name'),
        label: { zh: '写', en: 'write' },
      },
    ],
    min: 0,
  },
]

const ALL: Panel[] = [
  {
    kind: 'timeseries',
    title: { zh: '进程数', en: 'Processes' },
    description: {
      zh: '主机上的进程总数与线程总数。持续上升说明有程序不断创建进程或线程而不回收。',
      en: 'All processes and threads of the host. Where they go on rising, some program makes them and does not end them.',
    },
    lines: [
      { query: of('processes', mean('total')), label: { zh: '进程', en: 'processes' } },
      { query: of('processes', mean('total_threads')), label: { zh: '线程', en: 'threads' } },
    ],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '等待与僵尸进程', en: 'Blocked processes and zombies' },
    description: {
      zh: '等待 I/O 而不可中断的进程（D 状态）与僵尸进程。D 状态长期不为零，多为磁盘或 NFS 无响应。',
      en: 'Processes that wait for I/O and can not be interrupted (D), and zombies. Where some stay in D, a disk or an NFS server does not answer.',
    },
    lines: [
      { query: of('processes', max('blocked')), label: { zh: '等待 I/O', en: 'blocked' } },
      { query: of('processes', max('zombies')), label: { zh: '僵尸', en: 'zombies' } },
    ],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '新建进程', en: 'New processes' },
    description: {
      zh: '每秒新建的进程数。异常升高多为循环执行的脚本，会消耗大量系统态 CPU。',
      en: 'Processes started each second. Many mostly mean a script in a loop, which costs much system time.',
    },
    lines: [{ query: of('kernel', rate('processes_forked')) }],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '上下文切换与中断', en: 'Context switches and interrupts' },
    description: {
      zh: '每秒上下文切换与中断次数。相比平时成倍上升，且系统态 CPU 升高时，检查线程数与网卡。',
      en: 'Each second. Where they are a multiple of the usual and system time rises, look at the number of threads and at the network interfaces.',
    },
    lines: [
      {
        query: of('kernel', rate('context_switches')),
        label: { zh: '上下文切换', en: 'context switches' },
      },
      { query: of('kernel', rate('interrupts')), label: { zh: '中断', en: 'interrupts' } },
    ],
    min: 0,
  },
]

/** Services, the processes that were named, and all of them together. */
export const board: Board = {
  uid: 'wardround-processes',
  title: { zh: '进程与服务', en: 'Processes and services' },
  description: {
    zh: '系统服务、配置中点名的进程，以及主机上全部进程的数量。',
    en: 'Services, the processes that the configuration names, and the number of all.',
  },
  subjects: { measurement: 'processes', field: 'total' },
  sections: [
    { title: { zh: '系统服务', en: 'Services' }, panels: SERVICES },
    { title: { zh: '指定的进程', en: 'Named processes' }, panels: NAMED },
    { title: { zh: '全部进程', en: 'All processes' }, panels: ALL },
  ],
}

import type { Board } from '../board.ts'
import { last, max, mean, of, over, plus, rate, times } from '../formula.ts'
import {
  CPU_USED,
  FILLING,
  INSTANCES_UP,
  LOAD_PER_CORE,
  MEMORY_USED,
  percentOf,
} from '../often-shown.ts'
import type { Panel, Shown } from '../panel.ts'

const CPU_TOTAL = [{ tag: 'cpu', operator: '=', value: 'cpu-total' }] as const

/** A part of the processors' time. */
function cpuPart(field: string, zh: string, en: string, rule?: Shown['rule']): Shown {
  const query = { measurement: 'cpu', value: mean(field), where: CPU_TOTAL, groupBy: ['host'] }
  return { query, label: { zh, en }, ...(rule === undefined ? {} : { rule }) }
}

const NOW: Panel[] = [
  {
    kind: 'stat',
    title: { zh: 'CPU', en: 'CPU' },
    description: {
      zh: '最近几分钟的 CPU 使用率，不含等待 I/O。持续变红时，看下方的进程与负载。',
      en: 'CPU use of the last minutes, without waiting for I/O. Where it stays red, look at processes and load below.',
    },
    width: 4,
    lines: [CPU_USED],
  },
  {
    kind: 'stat',
    title: { zh: '内存', en: 'Memory' },
    description: {
      zh: '内存使用率。变红表示可用内存将尽，系统即将换页或杀死进程。',
      en: 'Memory in use. Red: hardly any is available, and the system is about to swap or to kill processes.',
    },
    width: 4,
    lines: [MEMORY_USED],
  },
  {
    kind: 'stat',
    title: { zh: '最满的文件系统', en: 'Fullest file system' },
    description: {
      zh: '使用率最高的可写文件系统。变橙时清理或扩容，见“磁盘与文件系统”看板。',
      en: 'The fullest file system that can be written. Where it is orange, clear or enlarge it: see the board of disks.',
    },
    width: 4,
    lines: [
      {
        query: { ...of('disk', max('used_percent')), where: FILLING },
        rule: 'filesystem_used',
      },
    ],
  },
  {
    kind: 'stat',
    title: { zh: '每核负载', en: 'Load per core' },
    description: {
      zh: '5 分钟平均负载除以 CPU 核数。高而 CPU 不高时，多半是在等待磁盘。',
      en: 'The load of five minutes per core. High with an idle CPU mostly means waiting for disks.',
    },
    width: 4,
    lines: [LOAD_PER_CORE],
  },
  {
    kind: 'stat',
    title: { zh: '已运行', en: 'Up for' },
    description: {
      zh: '自上次启动以来的时间。蓝色表示刚刚重启过：确认是否为计划内操作。',
      en: 'Time since it was started. Blue: just now. Was that planned?',
    },
    width: 4,
    lines: [{ query: of('system', last('uptime')), rule: 'host_rebooted' }],
  },
  {
    kind: 'stat',
    title: { zh: '僵尸进程', en: 'Zombies' },
    description: {
      zh: '已结束但未被父进程回收的进程数。偶有几个无妨，持续增长说明父进程有缺陷，应重启该程序。',
      en: 'Processes that ended and that nobody waited for. A few do no harm; where they grow, their parent is at fault and should be restarted.',
    },
    width: 4,
    lines: [{ query: of('processes', last('zombies')) }],
  },
]

const PROCESSORS: Panel[] = [
  {
    kind: 'timeseries',
    title: { zh: 'CPU 使用率', en: 'CPU use' },
    description: {
      zh: 'CPU 使用率，不含等待 I/O，与告警规则的算法相同。长时间高于虚线：查看占用最高的进程，核对是否有批量作业或失控的查询。',
      en: 'CPU use without waiting for I/O, as the alert rule reckons. Long above the dashed lines: see which processes use it, and whether a batch job or a runaway query does.',
    },
    lines: [CPU_USED],
    min: 0,
    max: 100,
  },
  {
    kind: 'timeseries',
    title: { zh: 'CPU 时间构成', en: 'Where the CPU time goes' },
    description: {
      zh: '用户态、内核态、等待 I/O、被抢占、软中断各占多少。等待 I/O 高：看磁盘；被抢占高：联系虚拟化平台；内核态或软中断高：看网络与上下文切换。',
      en: 'User, system, waiting for I/O, stolen, soft interrupts. Much waiting: look at the disks; much stolen: ask the hypervisor; much system time: look at network and context switches.',
    },
    stacked: true,
    min: 0,
    lines: [
      cpuPart('usage_user', '用户', 'user'),
      cpuPart('usage_system', '系统', 'system'),
      cpuPart('usage_iowait', '等待 I/O', 'waiting for I/O'),
      cpuPart('usage_steal', '被抢占', 'stolen'),
      cpuPart('usage_softirq', '软中断', 'soft interrupts'),
    ],
  },
  {
    kind: 'timeseries',
    title: { zh: '系统负载', en: 'Load' },
    description: {
      zh: '1、5、15 分钟平均负载与 CPU 核数。负载长期高于核数表示有任务在排队。',
      en: 'Load of 1, 5 and 15 minutes, and the number of cores. Where load stays above the cores, work is waiting.',
    },
    lines: [
      { query: of('system', mean('load1')), label: { zh: '1 分钟', en: '1 min' } },
      { query: of('system', mean('load5')), label: { zh: '5 分钟', en: '5 min' } },
      { query: of('system', mean('load15')), label: { zh: '15 分钟', en: '15 min' } },
      { query: of('system', last('n_cpus')), label: { zh: '核数', en: 'cores' } },
    ],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '资源紧张程度（PSI）', en: 'Pressure (PSI)' },
    description: {
      zh: '近 60 秒中有任务因等待 CPU、内存或 I/O 而停顿的时间比例。持续高于 10% 时，该资源是瓶颈。需要 4.20 以上的内核。',
      en: 'The part of the last 60 seconds in which some task waited for CPU, memory or I/O. Where it stays above 10 %, that is the bottleneck. Kernels from 4.20 on have it.',
    },
    lines: [
      {
        query: {
          ...of('pressure', mean('avg60'), 'resource'),
          where: [{ tag: 'type', operator: '=', value: 'some' }],
        },
      },
    ],
    min: 0,
  },
]

const MEMORY: Panel[] = [
  {
    kind: 'timeseries',
    title: { zh: '内存使用率', en: 'Memory use' },
    description: {
      zh: '100% 减去可用内存的比例。高于虚线且可用内存很少时会告警：找出增长的进程，核对 SGA/PGA 与 JVM 堆设置。',
      en: 'What is not available. Above the dashed lines, with little left, it is told: find the process that grows; check SGA, PGA and heap sizes.',
    },
    lines: [MEMORY_USED],
    min: 0,
    max: 100,
  },
  {
    kind: 'timeseries',
    title: { zh: '内存构成', en: 'What memory is used for' },
    description: {
      zh: '可用、缓存与脏页。可用内存持续下降而缓存不变，说明有进程在泄漏；脏页很多说明写盘跟不上。',
      en: 'Available, cached and dirty. Where what is available sinks and the cache does not, some process leaks; many dirty pages mean that disks do not keep up.',
    },
    lines: [
      { query: of('mem', mean('available')), label: { zh: '可用', en: 'available' } },
      { query: of('mem', mean('cached')), label: { zh: '缓存', en: 'cached' } },
      { query: of('mem', mean('dirty')), label: { zh: '脏页', en: 'dirty' } },
    ],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '交换空间使用率', en: 'Swap in use' },
    description: {
      zh: '已用的交换空间。仅占用不换入并无大碍；同时有换入时，数据库会明显变慢。',
      en: 'Swap space in use. As long as nothing comes back in it does no harm; when it does, a database becomes slow.',
    },
    lines: [{ query: of('swap', mean('used_percent')), rule: 'swap_used' }],
    min: 0,
    max: 100,
  },
  {
    kind: 'timeseries',
    title: { zh: '换页与缺页', en: 'Swapping and page faults' },
    description: {
      zh: '每秒换入、换出的页数与主缺页次数。持续不为零说明内存不足，数据库与 JVM 会停顿。',
      en: 'Pages swapped in and out, and major faults, each second. Where they stay above zero, memory is short and databases and JVMs stall.',
    },
    lines: [
      { query: of('kernel_vmstat', rate('pswpin')), label: { zh: '换入', en: 'in' } },
      { query: of('kernel_vmstat', rate('pswpout')), label: { zh: '换出', en: 'out' } },
      {
        query: of('kernel_vmstat', rate('pgmajfault')),
        label: { zh: '主缺页', en: 'major faults' },
      },
    ],
    min: 0,
  },
]

const NET_ERRORS = over(
  times(plus(rate('err_in'), rate('err_out'), rate('drop_in'), rate('drop_out')), 100),
  plus(rate('packets_recv'), rate('packets_sent')),
)

const DISKS_AND_NETWORK: Panel[] = [
  {
    kind: 'timeseries',
    title: { zh: '文件系统使用率', en: 'File systems' },
    description: {
      zh: '各可写文件系统的使用率。高于虚线时清理或扩容；归档目录写满会使数据库停止。',
      en: 'How full each file system is that can be written. Above the dashed lines, clear or enlarge it; a full archive directory stops a database.',
    },
    lines: [
      {
        query: { ...of('disk', mean('used_percent'), 'path'), where: FILLING },
        rule: 'filesystem_used',
      },
    ],
    min: 0,
    max: 100,
  },
  {
    kind: 'timeseries',
    title: { zh: '磁盘响应时间', en: 'How long disks take' },
    description: {
      zh: '每个请求平均用时。机械盘高于 20 毫秒、固态盘高于 5 毫秒即偏慢；高于虚线时看阵列与多路径。',
      en: 'Average time of a request. Above 20 ms is slow for a hard disk, above 5 ms for a solid-state one; above the dashed lines look at array and paths.',
    },
    lines: [{ query: of('diskio', mean('io_await'), 'name'), rule: 'disk_slow' }],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '网络流量', en: 'Network' },
    description: {
      zh: '各网卡每秒收发的字节数。接近网卡速率时会丢包；突然归零说明链路或对端中断。',
      en: 'Bytes received and sent each second. Near the speed of the interface packets get lost; a sudden zero means a cut link.',
    },
    lines: [
      { query: of('net', rate('bytes_recv'), 'interface'), label: { zh: '收', en: 'in' } },
      { query: of('net', rate('bytes_sent'), 'interface'), label: { zh: '发', en: 'out' } },
    ],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '网络错误与丢包', en: 'Network errors and drops' },
    description: {
      zh: '出错或被丢弃的包占全部包的比例。高于虚线时检查网线、光模块、交换机端口与双工设置。',
      en: 'Packets that were wrong or dropped, of all. Above the dashed line check cable, transceiver, the port of the switch and duplex.',
    },
    lines: [
      {
        query: of('net', NET_ERRORS, 'interface'),
        rule: 'net_errors',
      },
    ],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: 'TCP 连接', en: 'TCP connections' },
    description: {
      zh: '各状态的 TCP 连接数。CLOSE_WAIT 持续增长说明应用没有关闭连接；TIME_WAIT 很多说明短连接过多。',
      en: 'TCP connections by state. Growing CLOSE_WAIT: an application does not close its connections; much TIME_WAIT: too many short ones.',
    },
    lines: [
      {
        query: of('netstat', mean('tcp_established')),
        label: { zh: '已建立', en: 'established' },
      },
      {
        query: of('netstat', mean('tcp_time_wait')),
        label: { zh: 'TIME_WAIT', en: 'TIME_WAIT' },
      },
      {
        query: of('netstat', mean('tcp_close_wait')),
        label: { zh: 'CLOSE_WAIT', en: 'CLOSE_WAIT' },
      },
    ],
    min: 0,
  },
  {
    kind: 'states',
    title: { zh: '网卡绑定', en: 'Bonded interfaces' },
    description: {
      zh: '绑定及其成员网卡的链路状态。成员中断时业务仍可用，但已没有冗余：尽快修复网线或交换机端口。',
      en: 'Links of bonds and of their members. With a member down everything still works, without a reserve: mend its cable or port soon.',
    },
    width: 12,
    height: 8,
    lines: [
      {
        query: of('bond', last('status'), 'bond'),
        rule: 'bond_down',
      },
      {
        query: of('bond_slave', last('status'), 'bond', 'interface'),
        rule: 'bond_degraded',
      },
    ],
  },
]

const LIMITS: Panel[] = [
  {
    kind: 'timeseries',
    title: { zh: '系统文件句柄', en: 'File handles' },
    description: {
      zh: '已用文件句柄占系统上限的比例。耗尽后任何程序都无法打开文件或建立连接：调大 fs.file-max，并查找泄漏的进程。',
      en: 'File handles in use, of the limit. Without one no program opens a file or a connection: raise fs.file-max, and look for the process that leaks.',
    },
    lines: [
      {
        query: of('linux_sysctl_fs', percentOf('file-nr', 'file-max')),
        rule: 'file_handles_used',
      },
    ],
    min: 0,
    max: 100,
  },
  {
    kind: 'timeseries',
    title: { zh: '连接跟踪表', en: 'Connection tracking' },
    description: {
      zh: '连接跟踪表的使用比例。写满后新连接会被直接丢弃：调大 nf_conntrack_max 或缩短超时。',
      en: 'How full the table of tracked connections is. When it is full new connections are dropped: raise nf_conntrack_max or shorten its time-outs.',
    },
    lines: [
      {
        query: of('conntrack', percentOf('ip_conntrack_count', 'ip_conntrack_max')),
        rule: 'conntrack_used',
      },
    ],
    min: 0,
    max: 100,
  },
  {
    kind: 'timeseries',
    title: { zh: '时钟偏差', en: 'Clock' },
    description: {
      zh: '与时间源的偏差（绝对值）。偏差过大时，日志、备份与数据库复制的时间都不可信：检查 chronyd 与时间服务器。',
      en: 'How far the clock is from its source. When it is far off, times of logs, backups and replication can not be trusted: look at chronyd and its servers.',
    },
    lines: [{ query: of('chrony', max('system_time_abs')), rule: 'clock_offset_chrony' }],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '内核杀死的进程', en: 'Processes killed by the kernel' },
    description: {
      zh: '因内存不足被内核杀死的进程数（开机以来累计）。上升时，先确认数据库与业务进程是否还在，再处理内存。',
      en: 'Processes that the kernel killed for want of memory, since the start. When it rises, see whether databases and applications still run; then see to the memory.',
    },
    lines: [{ query: of('kernel_vmstat', max('oom_kill')) }],
    min: 0,
  },
]

/** One host, or several side by side. */
export const board: Board = {
  uid: 'wardround-host',
  title: { zh: '主机', en: 'Host' },
  description: {
    zh: '一台或几台主机的处理器、内存、磁盘、网络与系统限制。',
    en: 'Processors, memory, disks, network and limits of one host or several.',
  },
  subjects: { measurement: 'system', field: 'uptime' },
  sections: [
    {
      title: { zh: '当前', en: 'Now' },
      panels: [
        ...NOW,
        {
          kind: 'stat',
          title: { zh: '这台主机上的实例', en: 'Instances on this host' },
          description: {
            zh: '这台主机上的数据库与 Tomcat 能否连接，点击打开其看板。没有实例时此处为空。',
            en: 'Whether the databases and Tomcats on this host answer; a click opens their board. Empty where there is none.',
          },
          lines: INSTANCES_UP,
        },
      ],
    },
    { title: { zh: '处理器', en: 'Processors' }, panels: PROCESSORS },
    { title: { zh: '内存', en: 'Memory' }, panels: MEMORY },
    { title: { zh: '磁盘与网络', en: 'Disks and network' }, panels: DISKS_AND_NETWORK },
    { title: { zh: '系统限制与时钟', en: 'Limits and clock' }, panels: LIMITS },
  ],
}

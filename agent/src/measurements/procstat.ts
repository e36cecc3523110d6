import type { MeasurementDeclaration } from '@wardround/protocol'
import { counter, gauge, state } from '../field.ts'

const SELECTOR_TAGS = ['pattern', 'systemd_unit', 'pidfile', 'user'] as const

/** Processes of a service together, by what selects them. Names: Telegraf's procstat. */
export const procstat = {
  identifyingTags: ['process_name'],
  descriptiveTags: SELECTOR_TAGS,
  fields: {
    cpu_usage: gauge(
      'percent',
      'CPU 使用率，各进程之和，单个核心为 100',
      'Processor time of its processes together; 100 is one core',
      0.01,
    ),
    memory_rss: gauge(
      'bytes',
      '物理内存，各进程之和（共享内存重复计算）',
      'Resident memory of its processes together (what they share is counted for each)',
    ),
    num_fds: gauge(
      'count',
      '最接近上限的那个进程打开的文件数',
      'Open files of the process that is nearest to its limit',
    ),
    num_threads: gauge('count', '线程数，各进程之和', 'Threads of its processes together'),
    rlimit_num_fds_soft: gauge(
      'count',
      '同一进程的打开文件数上限（软限制）',
      'Soft limit of open files of that same process',
    ),
    read_bytes: counter(
      'bytes',
      '采集代理开始观察以来从存储读取的字节数，各进程之和；无权读取时没有此值',
      'Read from storage by its processes since the agent began to watch; missing where not permitted',
    ),
    write_bytes: counter(
      'bytes',
      '采集代理开始观察以来写入存储的字节数，各进程之和；无权读取时没有此值',
      'Written to storage by its processes since the agent began to watch; missing where not permitted',
    ),
    created_at: gauge(
      'timestamp_nanoseconds',
      '最早启动的那个进程的启动时间',
      'Start of the process that has run longest',
      1_000_000,
    ),
  },
} as const satisfies MeasurementDeclaration

/** Whether a service's processes were found. Names: Telegraf's procstat. */
export const procstatLookup = {
  identifyingTags: ['process_name'],
  descriptiveTags: SELECTOR_TAGS,
  fields: {
    running: gauge('count', '正在运行的进程数', 'Processes that run'),
    result_code: state('查找结果', 'Outcome of the search', {
      0: { zh: '已查找', en: 'searched' },
      1: { zh: '无法查找', en: 'could not be searched' },
    }),
  },
} as const satisfies MeasurementDeclaration

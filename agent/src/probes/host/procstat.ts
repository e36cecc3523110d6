import type { LocalizedText, MeasurementDeclaration } from '@wardround/protocol'

import { counter, gauge, state } from '../../field.ts'
import { defineProbe, NoDataError, remembers } from '../../probe.ts'
import { host } from '../../sources/host.ts'
import type { ServiceSelector } from './service-scope.ts'
import { ServiceWatch, type ObservedUsage } from './service-watch.ts'

const SELECTOR_TAGS = ['pattern', 'systemd_unit', 'pidfile', 'user'] as const

const procstat = {
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
} satisfies MeasurementDeclaration

const procstatLookup = {
  identifyingTags: ['process_name'],
  descriptiveTags: SELECTOR_TAGS,
  fields: {
    running: gauge('count', '正在运行的进程数', 'Processes that run'),
    result_code: state('查找结果', 'Outcome of the search', {
      0: { zh: '已查找', en: 'searched' },
      1: { zh: '无法查找', en: 'could not be searched' },
    }),
  },
} satisfies MeasurementDeclaration

/**
 * Processes of the services that agent.yaml names, one series per service. Source: /proc/[pid] and, for
 * systemd units, control groups. Needs: nothing; bytes moved (before Linux 6.2 open files too) of other
 * users' processes only as root. Names: Telegraf's procstat. CPU and bytes of a process's last moments,
 * after the last run that saw it, are not counted.
 */
export default defineProbe({
  name: 'host.procstat',
  source: host,
  platforms: ['linux'],
  everySeconds: 10,
  cost: 'cheap',
  reads: '/proc/[pid]/{stat,status,cmdline,io,limits,fd}, /sys/fs/cgroup',
  needs: 'none',
  help: { zh: '指定服务的进程', en: 'Processes of the services that are named' },
  options: {
    services: {
      type: 'array',
      default: [],
      maxItems: 100,
      uniqueBy: 'name',
      items: {
        type: 'object',
        properties: {
          name: { type: 'string', minLength: 1 },
          pattern: { type: 'string', minLength: 1, format: 'regex' },
          systemdUnit: {
            type: 'string',
            pattern: '^[^/]+$',
            expected: {
              zh: '单元名，如 nginx.service',
              en: 'the name of a unit, such as nginx.service',
            },
          },
          pidfile: {
            type: 'string',
            pattern: '^/',
            expected: {
              zh: '完整路径，如 /run/nginx.pid',
              en: 'a whole path, such as /run/nginx.pid',
            },
          },
          user: { type: 'string', minLength: 1 },
        },
        required: ['name'],
      },
      help: {
        zh: '要观察的服务：name 以及 pattern（命令行正则表达式）、systemdUnit、pidfile、user 中的条件，须全部满足；只有 name 时按进程名或程序名查找',
        en: 'Services to watch: a name and any of pattern (regular expression on the command line), systemdUnit, pidfile and user, all of which must hold; with a name alone, processes or programs of that name',
      },
    },
  },
  measurements: { procstat, procstat_lookup: procstatLookup },
  remembers: remembers<ServiceWatch>(),
  sample({ session, options, emit, remark, memory, timeMs, monotonicMs }) {
    if (options.services.length === 0)
      throw new NoDataError({
        zh: 'agent.yaml 未指定要监视的服务',
        en: 'agent.yaml names no service to watch',
      })
    const watch = memory ?? new ServiceWatch(options.services)
    for (const seen of watch.observe(session, { timeMs, monotonicMs })) {
      const tags = toTags(seen.service)
      const resultCode = seen.answered ? 0 : 1
      emit('procstat_lookup', tags, { running: seen.running, result_code: resultCode })
      if (!seen.usage) continue
      emit('procstat', tags, toFields(seen.usage))
      if (seen.usage.readBytes === undefined) remark(notPermitted(seen.service.name))
    }
    return watch
  },
})

function toTags({ name, pattern, systemdUnit, pidfile, user }: ServiceSelector) {
  return {
    process_name: name,
    ...(pattern !== undefined && { pattern }),
    ...(systemdUnit !== undefined && { systemd_unit: systemdUnit }),
    ...(pidfile !== undefined && { pidfile }),
    ...(user !== undefined && { user }),
  }
}

function toFields(usage: ObservedUsage) {
  return {
    cpu_usage: usage.cpuPercent,
    memory_rss: usage.residentBytes,
    num_fds: usage.descriptors,
    num_threads: usage.threads,
    rlimit_num_fds_soft: usage.descriptorLimit,
    read_bytes: usage.readBytes,
    write_bytes: usage.writeBytes,
    created_at: usage.createdAtMs * 1_000_000,
  }
}

function notPermitted(service: string): LocalizedText {
  return {
    zh: `服务 ${service} 有其他用户的进程，采集代理的用户无权读取其读写字节数（/proc/[pid]/io）：没有 read_bytes 和 write_bytes`,
    en: `Service ${service} has processes of other users, whose bytes moved (/proc/[pid]/io) the agent's user may not read: read_bytes and write_bytes are missing`,
  }
}

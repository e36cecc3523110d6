import type { LocalizedText } from '@wardround/protocol'

import { procstat, procstatLookup } from '../../measurements/procstat.ts'
import { defineProbe, NoDataError, remembers } from '../../probe.ts'
import { host } from '../../sources/host.ts'
import type { ServiceSelector } from './service-scope.ts'
import { ServiceWatch, type ObservedUsage } from './service-watch.ts'

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
  async sample({ session, options, emit, remark, memory, timeMs, monotonicMs }) {
    if (options.services.length === 0)
      throw new NoDataError({
        zh: 'agent.yaml 未指定要监视的服务',
        en: 'agent.yaml names no service to watch',
      })
    const watch = memory ?? (await ServiceWatch.open(options.services))
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

import { system } from '../../measurements/system.ts'
import { defineProbe, type FieldValues } from '../../probe.ts'
import type { HostFiles } from '../../sources/host-files.ts'
import { host } from '../../sources/host.ts'
import { countCpuList } from './parse-cpu-list.ts'
import { parseLoadavg } from './parse-loadavg.ts'
import { parseNumbers } from './parse-numbers.ts'
import { countUtmpUsers } from './parse-utmp.ts'

const ONLINE = '/sys/devices/system/cpu/online'
const UTMP = '/run/utmp'
const SESSIONS = '/run/systemd/sessions'

/** Load, processors, users, uptime. Source: /proc/loadavg, /proc/uptime, /run/utmp. Needs: nothing. Names: Telegraf's system. */
export default defineProbe({
  name: 'host.system',
  source: host,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 10,
  cost: 'cheap',
  reads: `/proc/loadavg, /proc/uptime, ${ONLINE}, ${UTMP}`,
  needs: 'none',
  help: { zh: '系统负载、核心数、登录会话数与运行时间', en: 'Load, processors, users and uptime' },
  measurements: {
    system,
  },
  sample({ session, emit }) {
    const { portable, files } = session
    if (portable) return portable.system().then((fields) => emit('system', {}, fields))
    emit('system', {}, readSystem(files))
    return undefined
  },
})

function readSystem(files: HostFiles): FieldValues {
  const load = parseLoadavg(files.read('/proc/loadavg'))
  const [uptime] = parseNumbers(files.read('/proc/uptime'), '/proc/uptime')
  const online = files.readIfThere(ONLINE)?.toString('latin1')
  return {
    ...load,
    n_cpus: online === undefined ? undefined : countCpuList(online, ONLINE),
    n_users: countUsers(files),
    uptime: uptime === undefined ? undefined : Math.floor(uptime),
  }
}

/** From utmp, or from logind where there is no utmp any more; undefined where there is neither. */
function countUsers(files: HostFiles): number | undefined {
  const utmp = files.readOnceIfThere(UTMP)
  if (utmp) return countUtmpUsers(utmp, UTMP)
  const sessions = files.listIfThere(SESSIONS)?.filter((name) => !name.endsWith('.ref'))
  return sessions?.filter((name) => isUserSession(files, name)).length
}

/** Sessions of the class `user` are those of people; greeters and managers have classes of their own. */
function isUserSession(files: HostFiles, name: string): boolean {
  const text = files.readOnceIfThere(`${SESSIONS}/${name}`)?.toString('utf8') ?? ''
  return /^CLASS=user$/m.test(text) && !/^STATE=closing$/m.test(text)
}

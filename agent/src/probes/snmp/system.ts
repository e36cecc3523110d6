import { processes } from '../../measurements/processes.ts'
import { system } from '../../measurements/system.ts'
import { defineProbe } from '../../probe.ts'
import { expectHost, noHostResources } from '../../sources/snmp/host/expect-host.ts'
import { integerOf } from '../../sources/snmp/snmp-value.ts'
import { snmp } from '../../sources/snmp.ts'

const HR_SYSTEM = '1.3.6.1.2.1.25.1'
const UPTIME = `${HR_SYSTEM}.1.0`
const USERS = `${HR_SYSTEM}.5.0`
const PROCESSES = `${HR_SYSTEM}.6.0`
/** ssCpuNumCpus, of a newer net-snmp. */
const PROCESSORS = '1.3.6.1.4.1.2021.11.67.0'
const LOADS = [1, 2, 3].map((row) => `1.3.6.1.4.1.2021.10.1.5.${row}`)
const HR_PROCESSOR_ENTRY = '1.3.6.1.2.1.25.3.3.1'
const LOAD = 2

/**
 * Load, processors, users, processes and uptime of a host without an agent. Source: hrSystem and hrProcessorTable of HOST-RESOURCES-MIB, laTable
 * of UCD-SNMP-MIB. Needs: both MIBs in the view. Names: Telegraf's system and processes.
 */
export default defineProbe({
  name: 'snmp.system',
  source: snmp,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 60,
  deadlineMs: 50_000,
  cost: 'cheap',
  reads: 'HOST-RESOURCES-MIB hrSystem, hrProcessorTable; UCD-SNMP-MIB laTable',
  needs: 'none',
  help: {
    zh: '未装代理主机的负载、核心数、登录会话数、进程数与运行时间（SNMP；运行时间 497 天后重新计数）',
    en: 'Load, processors, users, processes and uptime of a host without an agent (SNMP; uptime begins again after 497 days)',
  },
  measurements: { system, processes },
  async sample({ session, emit, signal }) {
    await expectHost(session, signal)
    const values = await session.get([UPTIME, USERS, PROCESSES, PROCESSORS, ...LOADS], signal)
    const ticks = integerOf(values.get(UPTIME))
    if (ticks === undefined) throw noHostResources('hrSystemUptime')
    const processors = await session.table(HR_PROCESSOR_ENTRY, [LOAD], signal)
    const [load1, load5, load15] = LOADS.map((oid) => toLoad(integerOf(values.get(oid))))
    emit(
      'system',
      {},
      {
        load1,
        load5,
        load15,
        n_cpus: processors.size > 0 ? processors.size : integerOf(values.get(PROCESSORS)),
        n_users: integerOf(values.get(USERS)),
        uptime: Math.floor(ticks / 100),
      },
    )
    emit('processes', {}, { total: integerOf(values.get(PROCESSES)) })
  },
})

/** In hundredths. */
function toLoad(hundredths: number | undefined): number | undefined {
  return hundredths === undefined || hundredths < 0 ? undefined : hundredths / 100
}

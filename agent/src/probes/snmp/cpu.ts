import { cpu } from '../../measurements/cpu.ts'
import { defineProbe, remembers } from '../../probe.ts'
import { expectHost, noHostResources } from '../../sources/snmp/host/expect-host.ts'
import {
  evaluateTicks,
  readTicks,
  type ProcessorTicks,
} from '../../sources/snmp/host/processor-times.ts'
import { integerOf } from '../../sources/snmp/snmp-value.ts'
import { snmp } from '../../sources/snmp.ts'

const HR_PROCESSOR_ENTRY = '1.3.6.1.2.1.25.3.3.1'
const LOAD = 2

/**
 * Processors of a host without an agent. Source: UCD-SNMP-MIB (net-snmp), else hrProcessorLoad of HOST-RESOURCES-MIB (Windows, AIX), which knows
 * the active share of the last minute alone. Needs: both MIBs in the view. Names: Telegraf's cpu.
 */
export default defineProbe({
  name: 'snmp.cpu',
  source: snmp,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 60,
  deadlineMs: 50_000,
  cost: 'cheap',
  reads: 'UCD-SNMP-MIB systemStats, HOST-RESOURCES-MIB hrProcessorTable',
  needs: 'none',
  help: { zh: '未装代理主机的 CPU（SNMP）', en: 'Processors of a host without an agent (SNMP)' },
  measurements: { cpu },
  remembers: remembers<ProcessorTicks>(),
  async sample({ session, emit, memory, signal }) {
    await expectHost(session, signal)
    const ticks = await readTicks(session, signal)
    if (ticks !== undefined) {
      const usage = memory && evaluateTicks(memory, ticks)
      if (usage !== undefined) emit('cpu', { cpu: 'cpu-total' }, usage)
      return ticks
    }
    const rows = await session.table(HR_PROCESSOR_ENTRY, [LOAD], signal)
    const loads = [...rows.values()].flatMap((row) => integerOf(row.get(LOAD)) ?? [])
    const sane = loads.filter((load) => load >= 0 && load <= 100)
    if (sane.length === 0) throw noHostResources('hrProcessorTable')
    const active = sane.reduce((sum, load) => sum + load, 0) / sane.length
    emit('cpu', { cpu: 'cpu-total' }, { usage_active: active, usage_idle: 100 - active })
    return undefined
  },
})

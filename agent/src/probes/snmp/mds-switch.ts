import { fcSwitch } from '../../measurements/fc-switch.ts'
import { defineProbe, remembers } from '../../probe.ts'
import { snmp } from '../../sources/snmp.ts'
import { SYSTEM } from '../../sources/snmp/mds/mds-oids.ts'
import { requireMds } from '../../sources/snmp/mds/require-mds.ts'
import type { SnmpDevice } from '../../sources/snmp/snmp-session.ts'
import { integerOf, type SnmpValue } from '../../sources/snmp/snmp-value.ts'

const { cpu_percent, mem_percent, uptime } = fcSwitch.fields
const SEND_AGAIN_MS = 86_400_000

/** State of a Cisco MDS. Source: CISCO-SYSTEM-EXT-MIB. Needs: SNMP with read access. Built from the MIB; not seen on a real switch yet. */
export default defineProbe({
  name: 'snmp.mds-switch',
  source: snmp,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 60,
  cost: 'cheap',
  reads: 'CISCO-SYSTEM-EXT-MIB cseSysCPUUtilization, cseSysMemoryUtilization, cseSysUpTime',
  needs: { zh: 'SNMP 只读权限', en: 'SNMP with read access' },
  help: {
    zh: '思科 MDS 的处理器、内存、运行时间和版本（按 MIB 编写，尚未在真实交换机上验证）',
    en: 'Processor, memory, uptime and version of a Cisco MDS (built from the MIB, not seen on a real switch yet)',
  },
  measurements: {
    fc_switch: {
      identifyingTags: fcSwitch.identifyingTags,
      fields: { cpu_percent, mem_percent, uptime },
    },
  },
  remembers: remembers<{ readonly sent: string; readonly sentAtMs: number }>(),
  async sample({ session, emit, emitDocument, memory, timeMs, signal }) {
    const device = await requireMds(session, signal)
    const objects = await session.get(Object.values(SYSTEM), signal)
    const ticks = integerOf(objects.get(SYSTEM.upTime)) ?? (await session.upTimeTicks(signal))
    emit(
      'fc_switch',
      { device: session.subject },
      {
        cpu_percent: percentOf(objects.get(SYSTEM.cpu)),
        mem_percent: percentOf(objects.get(SYSTEM.memory)),
        uptime: Math.floor(ticks / 100),
      },
    )
    const facts = describe(device)
    const text = JSON.stringify(facts)
    if (memory?.sent === text && timeMs - memory.sentAtMs < SEND_AGAIN_MS) return memory
    emitDocument('fc_switch', 'history', facts)
    return { sent: text, sentAtMs: timeMs }
  },
})

function percentOf(value: SnmpValue | undefined): number | undefined {
  const number = integerOf(value)
  return number !== undefined && number >= 0 && number <= 100 ? number : undefined
}

function describe({ name, description, objectId }: SnmpDevice) {
  const [, firmware] = /\bVersion ([^,\s]+)/.exec(description) ?? []
  return { name, product: description, objectId, ...(firmware === undefined ? {} : { firmware }) }
}

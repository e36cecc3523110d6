import { arrayComponent, HEALTH } from '../../measurements/array-component.ts'
import { defineProbe, NoDataError, remembers } from '../../probe.ts'
import { snmp } from '../../sources/snmp.ts'
import { SYSTEM } from '../../sources/snmp/oceanstor/oceanstor-tables.ts'
import { arrayBytes, arrayText } from '../../sources/snmp/oceanstor/oceanstor-value.ts'
import { readParts, type Part } from '../../sources/snmp/oceanstor/read-parts.ts'
import { requireOceanStor } from '../../sources/snmp/oceanstor/require-ocean-stor.ts'
import type { SnmpSession } from '../../sources/snmp/snmp-session.ts'

const SEND_AGAIN_MS = 86_400_000
/** Of a document, so that one of an array of many shelves is not too long. */
const MOST_FAULTS = 200

/** Parts of a Huawei OceanStor array. Source: HUAWEI-STORAGE-HARDWARE-MIB, hwInfoDiskDomainTable. Needs: SNMP with read access. */
export default defineProbe({
  name: 'snmp.array-component',
  source: snmp,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 60,
  cost: 'moderate',
  reads: 'HUAWEI-STORAGE-HARDWARE-MIB; HUAWEI-STORAGE-SPACE-MIB hwInfoDiskDomainTable',
  needs: { zh: 'SNMP 只读权限', en: 'SNMP with read access' },
  help: {
    zh: '华为 OceanStor 的部件：控制器、框、硬盘、风扇、电源、BBU、端口、接口卡、硬盘域',
    en: 'Parts of a Huawei OceanStor array: controllers, enclosures, disks, fans, power, batteries, ports, modules, disk domains',
  },
  measurements: { array_component: arrayComponent },
  remembers: remembers<{ readonly sent: string; readonly sentAtMs: number }>(),
  async sample({ session, emit, emitDocument, memory, timeMs, signal }) {
    await requireOceanStor(session, signal)
    const parts = await readParts(session, signal)
    if (parts.length === 0)
      throw new NoDataError({
        zh: '该存储没有给出部件表（HUAWEI-STORAGE-HARDWARE-MIB）',
        en: 'this array gives no table of parts (HUAWEI-STORAGE-HARDWARE-MIB)',
      })
    for (const { type, name, fields } of parts)
      emit('array_component', { array: session.subject, type, name }, fields)
    const facts = { ...(await describeArray(session, signal)), faults: listFaults(parts) }
    const text = JSON.stringify(facts)
    if (memory?.sent === text && timeMs - memory.sentAtMs < SEND_AGAIN_MS) return memory
    emitDocument('array', 'history', facts)
    return { sent: text, sentAtMs: timeMs }
  },
})

async function describeArray(
  session: SnmpSession,
  signal: AbortSignal,
): Promise<Record<string, string | number>> {
  const objects = await session.get([SYSTEM.serial, SYSTEM.version, SYSTEM.totalMib], signal)
  const serial = arrayText(objects.get(SYSTEM.serial))
  const version = arrayText(objects.get(SYSTEM.version))
  const bytes = arrayBytes(objects.get(SYSTEM.totalMib))
  return {
    vendor: 'Huawei',
    ...(serial === undefined ? {} : { serial }),
    ...(version === undefined ? {} : { version }),
    ...(bytes === undefined ? {} : { bytes }),
  }
}

/** What the array itself does not call normal. */
function listFaults(parts: readonly Part[]): string[] {
  return parts
    .filter(({ fields }) => fields.health !== undefined && fields.health !== HEALTH.ok)
    .slice(0, MOST_FAULTS)
    .map(({ type, name }) => `${type} ${name}`)
}

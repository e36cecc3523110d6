import { fcSensor } from '../../measurements/fc-sensor.ts'
import { defineProbe, NoDataError } from '../../probe.ts'
import { snmp } from '../../sources/snmp.ts'
import { distinctNames } from '../../sources/snmp/distinct-names.ts'
import { readMdsSensors } from '../../sources/snmp/mds/mds-sensors.ts'
import { requireMds } from '../../sources/snmp/mds/require-mds.ts'

const { status, celsius, rpm } = fcSensor.fields
/** A director has some hundred, most of them in its modules. */
const MOST_SENSORS = 500

/**
 * Temperatures, fans and power supplies of a Cisco MDS. Source: CISCO-ENTITY-SENSOR-MIB with the switch's own thresholds,
 * CISCO-ENTITY-FRU-CONTROL-MIB, ENTITY-MIB. Needs: SNMP with read access. Built from the MIBs; not seen on a real switch yet.
 */
export default defineProbe({
  name: 'snmp.mds-sensor',
  source: snmp,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 300,
  cost: 'moderate',
  reads: 'CISCO-ENTITY-SENSOR-MIB; CISCO-ENTITY-FRU-CONTROL-MIB; ENTITY-MIB entPhysicalTable',
  needs: { zh: 'SNMP 只读权限', en: 'SNMP with read access' },
  help: {
    zh: '思科 MDS 的温度、风扇和电源（按 MIB 编写，尚未在真实交换机上验证）',
    en: 'Temperatures, fans and power supplies of a Cisco MDS (built from the MIBs, not seen on a real switch yet)',
  },
  measurements: {
    fc_sensor: { identifyingTags: fcSensor.identifyingTags, fields: { status, celsius, rpm } },
  },
  async sample({ session, emit, signal }) {
    await requireMds(session, signal)
    const sensors = distinctNames(await readMdsSensors(session, signal)).slice(0, MOST_SENSORS)
    if (sensors.length === 0)
      throw new NoDataError({
        zh: '该交换机没有给出传感器',
        en: 'this switch gives no sensors',
      })
    for (const { type, name, ...fields } of sensors)
      emit('fc_sensor', { device: session.subject, type, name }, fields)
  },
})

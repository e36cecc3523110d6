import type { LocalizedText } from '@wardround/protocol'
import { fcSensor, SENSOR_STATUS } from '../../measurements/fc-sensor.ts'
import { defineProbe, NoDataError, remembers } from '../../probe.ts'
import { snmp } from '../../sources/snmp.ts'
import { readSensors, type SensorReading } from '../../sources/snmp/brocade/read-sensors.ts'
import { requireBrocade } from '../../sources/snmp/brocade/require-brocade.ts'
import { KeptSet } from '../../sources/snmp/kept-set.ts'

const NOT_KEPT: LocalizedText = {
  zh: '无法保存曾在位的部件；采集代理重启后，缺失的部件不再报告为丢失',
  en: 'what was there can’t be kept: after a restart of the agent a part that is gone is no longer told as lost',
}

/**
 * Temperatures, fans and power supplies of a Brocade switch. Source: SW-MIB swSensorTable, else FCMGMT-MIB connUnitSensorTable. Needs: SNMP
 * with read access. A place that was empty from the start is left out; one that was filled and is empty now is `lost`.
 */
export default defineProbe({
  name: 'snmp.fc-sensor',
  source: snmp,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 60,
  cost: 'cheap',
  reads: 'SW-MIB swSensorTable; FCMGMT-MIB connUnitSensorTable',
  needs: { zh: 'SNMP 只读权限', en: 'SNMP with read access' },
  help: {
    zh: '博科光纤交换机的温度、风扇和电源',
    en: 'Temperatures, fans and power supplies of a Brocade FC switch',
  },
  measurements: { fc_sensor: fcSensor },
  remembers: remembers<KeptSet>(),
  async sample({ session, emit, remark, memory, signal }) {
    await requireBrocade(session, signal)
    const kept = memory ?? new KeptSet(session.keeping, 'snmp-fc-sensors')
    const sensors = await readSensors(session, signal)
    if (sensors.length === 0)
      throw new NoDataError({
        zh: '该交换机没有给出传感器表',
        en: 'this switch gives no table of sensors',
      })
    const there = sensors.filter(isThere).map(keyOf)
    if (!(await kept.add(there))) remark(NOT_KEPT)
    const known = await kept.read()
    for (const sensor of sensors.filter((one) => known.has(keyOf(one)))) {
      const { type, name, status, celsius, rpm } = sensor
      const lost = status === SENSOR_STATUS.absent ? 1 : 0
      emit('fc_sensor', { device: session.subject, type, name }, { status, celsius, rpm, lost })
    }
    return kept
  },
})

function isThere({ status }: SensorReading): boolean {
  return status !== SENSOR_STATUS.unknown && status !== SENSOR_STATUS.absent
}

function keyOf({ type, name }: SensorReading): string {
  return `${type}:${name}`
}

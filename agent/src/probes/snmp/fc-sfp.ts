import { fcSfp } from '../../measurements/fc-sfp.ts'
import { PORT_STATE } from '../../measurements/fc-port.ts'
import { defineProbe, NoDataError } from '../../probe.ts'
import { snmp } from '../../sources/snmp.ts'
import { TABLES } from '../../sources/snmp/brocade/brocade-oids.ts'
import { opticNumber } from '../../sources/snmp/brocade/optic-text.ts'
import { byPort } from '../../sources/snmp/brocade/port-index.ts'
import { requireBrocade } from '../../sources/snmp/brocade/require-brocade.ts'
import type { SnmpRow } from '../../sources/snmp/snmp-session.ts'
import { integerOf, textOf } from '../../sources/snmp/snmp-value.ts'

/** Columns of swSfpStatTable and swFCPortTable. */
const SFP = { temp: 1, voltage: 2, current: 3, rx: 4, tx: 5, hours: 6 } as const
const PORT = { oper: 4, name: 36 } as const
const MOST_HOURS = 1_000_000

/**
 * Optical modules of a Brocade switch. Source: FA-EXT-MIB swSfpStatTable, joined to swFCPortTable by the port's index, for FOS 9 leaves out
 * the rows of disabled ports. Needs: SNMP with read access.
 */
export default defineProbe({
  name: 'snmp.fc-sfp',
  source: snmp,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 300,
  cost: 'moderate',
  reads: 'FA-EXT-MIB swSfpStatTable; SW-MIB swFCPortTable',
  needs: { zh: 'SNMP 只读权限', en: 'SNMP with read access' },
  help: {
    zh: '博科光纤交换机的光模块：收发光功率、温度、电压、电流、通电时间',
    en: 'Optical modules of a Brocade FC switch: light in and out, temperature, voltage, current, hours with power',
  },
  measurements: { fc_sfp: fcSfp },
  async sample({ session, emit, signal }) {
    await requireBrocade(session, signal)
    const sfps = byPort(await session.table(TABLES.sfps, Object.values(SFP), signal))
    if (sfps.size === 0)
      throw new NoDataError({
        zh: '该交换机没有给出光模块数据（FA-EXT-MIB）',
        en: 'this switch gives nothing of its modules (FA-EXT-MIB)',
      })
    const ports = byPort(await session.table(TABLES.ports, Object.values(PORT), signal))
    for (const [number, row] of sfps) {
      const module = toFields(row)
      if (Object.values(module).every((value) => value === undefined)) continue // an empty cage
      const port = ports.get(number)
      const tags = { port: String(number), name: textOf(port?.get(PORT.name)) }
      const fields = { ...module, online: onlineOf(port) }
      emit('fc_sfp', { device: session.subject, ...tags }, fields)
    }
  },
})

function toFields(row: SnmpRow) {
  const millivolts = opticNumber(row.get(SFP.voltage), 1, 20_000)
  return {
    rx_dbm: opticNumber(row.get(SFP.rx), -60, 20),
    tx_dbm: opticNumber(row.get(SFP.tx), -60, 20),
    temp_c: opticNumber(row.get(SFP.temp), -40, 150),
    volts: millivolts === undefined ? undefined : millivolts / 1000,
    milliamperes: opticNumber(row.get(SFP.current), 0, 1000),
    // modules below 16G say 0
    power_on_hours: opticNumber(row.get(SFP.hours), 1, MOST_HOURS),
  }
}

function onlineOf(port: SnmpRow | undefined): 0 | 1 | undefined {
  const state = integerOf(port?.get(PORT.oper))
  if (state === undefined) return undefined
  return state === PORT_STATE.online ? 1 : 0
}

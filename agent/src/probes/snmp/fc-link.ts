import { fcPortDetails } from '../../measurements/fc-port.ts'
import { defineProbe, NoDataError, remembers } from '../../probe.ts'
import { snmp } from '../../sources/snmp.ts'
import { TABLES } from '../../sources/snmp/brocade/brocade-oids.ts'
import { DETAIL_COUNTERS } from '../../sources/snmp/brocade/port-counters.ts'
import { byPort } from '../../sources/snmp/brocade/port-index.ts'
import { PortWatch } from '../../sources/snmp/brocade/port-watch.ts'
import { requireBrocade } from '../../sources/snmp/brocade/require-brocade.ts'
import { knownState } from '../../sources/snmp/known-state.ts'

const { fields } = fcPortDetails
/** Columns of swFCPortTable and connUnitPortTable. */
const PORT = { adm: 5, type: 39 } as const
const UNIT_PORT_HW = 23
const BYTES_OF_MBIT = 125_000

type Watch = PortWatch<(typeof DETAIL_COUNTERS)[number]['field']>

/**
 * Ports of a Brocade switch, what is looked up when something is wrong. Source: SW-MIB swFCPortTable; FCMGMT-MIB connUnitPortTable,
 * connUnitPortStatTable. Needs: SNMP with read access.
 */
export default defineProbe({
  name: 'snmp.fc-link',
  source: snmp,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 300,
  cost: 'moderate',
  reads: 'SW-MIB swFCPortTable; FCMGMT-MIB connUnitPortTable, connUnitPortStatTable',
  needs: { zh: 'SNMP 只读权限', en: 'SNMP with read access' },
  help: {
    zh: '博科光纤交换机端口的明细：类型、速率、硬件状态、帧数、链路失效、失步、失光、链路复位',
    en: 'Details of the ports of a Brocade FC switch: type, speed, hardware, frames, link failures, losses of sync and signal, link resets',
  },
  measurements: { fc_port: fcPortDetails },
  remembers: remembers<Watch>(),
  async sample({ session, emit, memory, monotonicMs, signal }) {
    await requireBrocade(session, signal)
    const watch: Watch = memory ?? new PortWatch(DETAIL_COUNTERS)
    const rows = await watch.readRows(session, signal, Object.values(PORT))
    if (rows.size === 0)
      throw new NoDataError({
        zh: '该交换机没有给出端口',
        en: 'this switch gives no ports',
      })
    await watch.refresh(session, signal, monotonicMs, rows.keys())
    const units = byPort(await session.table(TABLES.unitPorts, [UNIT_PORT_HW], signal))
    watch.book.begin(monotonicMs, await session.upTimeTicks(signal))
    for (const [number, row] of rows) {
      const { tags, speedBytes } = watch.factsOf(number) ?? {}
      const reading = watch.readCounters(number, row)
      emit(
        'fc_port',
        { device: session.subject, port: String(number), ...tags },
        {
          adm_state: knownState(row.port?.get(PORT.adm), fields.adm_state, 0),
          port_type: knownState(row.port?.get(PORT.type), fields.port_type, 1),
          hw_state: knownState(units.get(number)?.get(UNIT_PORT_HW), fields.hw_state, 1),
          speed: speedBytes === undefined ? undefined : speedBytes / BYTES_OF_MBIT,
          ...(reading.isBlank ? {} : reading.values),
        },
      )
    }
    return watch
  },
})

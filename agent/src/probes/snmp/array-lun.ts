import { arrayLun } from '../../measurements/array-lun.ts'
import { defineProbe, NoDataError } from '../../probe.ts'
import { snmp } from '../../sources/snmp.ts'
import { distinctNames } from '../../sources/snmp/distinct-names.ts'
import { oceanStorHealth, oceanStorRunning } from '../../sources/snmp/oceanstor/oceanstor-status.ts'
import { LUN_PERFORMANCE, LUNS } from '../../sources/snmp/oceanstor/oceanstor-tables.ts'
import { arrayBytes, arrayNumber, arrayText } from '../../sources/snmp/oceanstor/oceanstor-value.ts'
import { requireOceanStor } from '../../sources/snmp/oceanstor/require-ocean-stor.ts'
import type { SnmpRow } from '../../sources/snmp/snmp-session.ts'

const LUN = LUNS.columns
const PERFORMANCE = LUN_PERFORMANCE.columns
/** Series are bounded: of an array with more LUNs the first by their number are shown. */
const MOST_LUNS = 500
const MOST_ROWS = 16_384

/**
 * LUNs of a Huawei OceanStor array. Source: HUAWEI-STORAGE-SPACE-MIB hwInfoLunTable, ISM-PERFORMANCE-MIB hwPerfLunTable (where performance
 * monitoring is on). Needs: SNMP with read access.
 */
export default defineProbe({
  name: 'snmp.array-lun',
  source: snmp,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 60,
  cost: 'moderate',
  reads: 'HUAWEI-STORAGE-SPACE-MIB hwInfoLunTable; ISM-PERFORMANCE-MIB hwPerfLunTable',
  needs: {
    zh: 'SNMP 只读权限；性能数据需在存储上开启性能监控',
    en: 'SNMP with read access; performance monitoring switched on in the array for iops, bps and latency',
  },
  help: {
    zh: '华为 OceanStor 的 LUN：健康状态、容量、IOPS、带宽、时延',
    en: 'LUNs of a Huawei OceanStor array: health, capacity, requests, throughput, latency',
  },
  measurements: { array_lun: arrayLun },
  async sample({ session, emit, remark, signal }) {
    await requireOceanStor(session, signal)
    const bounds = { maxRows: MOST_ROWS }
    const rows = await session.table(LUNS.entry, Object.values(LUN), signal, bounds)
    if (rows.size === 0)
      throw new NoDataError({ zh: '该存储没有给出 LUN', en: 'this array gives no LUNs' })
    if (rows.size > MOST_LUNS) remark(tooMany(rows.size))
    const columns = Object.values(PERFORMANCE)
    const performance = await session.table(LUN_PERFORMANCE.entry, columns, signal, bounds)
    const luns = [...rows].map(([index, row]) => toLun(index, row)).toSorted(byId)
    for (const { id, name, row } of distinctNames(luns.slice(0, MOST_LUNS)))
      emit(
        'array_lun',
        { array: session.subject, name },
        { ...toFields(row), ...toSpeeds(performance.get(id)) },
      )
  },
})

/** The number of the LUN is a text in one table and the index in the other. */
function toLun(index: string, row: SnmpRow) {
  const id = arrayText(row.get(LUN.id)) ?? index
  return { id, name: arrayText(row.get(LUN.name)) ?? id, row }
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id.length - b.id.length || (a.id < b.id ? -1 : 1)
}

function toFields(row: SnmpRow) {
  return {
    health: oceanStorHealth(row.get(LUN.health)),
    running: oceanStorRunning(row.get(LUN.running)),
    size_bytes: arrayBytes(row.get(LUN.sizeMib)),
    used_bytes: arrayBytes(row.get(LUN.usedMib)),
  }
}

function toSpeeds(row: SnmpRow | undefined) {
  const megabytes = arrayNumber(row?.get(PERFORMANCE.megabytes), 0, 1e6)
  const microseconds = arrayNumber(row?.get(PERFORMANCE.microseconds), 0, 6e8)
  return {
    iops: arrayNumber(row?.get(PERFORMANCE.iops), 0, 1e8),
    bps: megabytes === undefined ? undefined : megabytes * 1e6,
    latency_ms: microseconds === undefined ? undefined : microseconds / 1000,
  }
}

function tooMany(count: number) {
  return {
    zh: `该存储有 ${count} 个 LUN，只采集编号最小的 ${MOST_LUNS} 个`,
    en: `the array has ${count} LUNs: the first ${MOST_LUNS} by their number are shown`,
  }
}

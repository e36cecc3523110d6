import { arrayPool } from '../../measurements/array-pool.ts'
import { defineProbe, NoDataError } from '../../probe.ts'
import { snmp } from '../../sources/snmp.ts'
import { distinctNames } from '../../sources/snmp/distinct-names.ts'
import { oceanStorHealth, oceanStorRunning } from '../../sources/snmp/oceanstor/oceanstor-status.ts'
import { POOLS } from '../../sources/snmp/oceanstor/oceanstor-tables.ts'
import { arrayBytes, arrayText } from '../../sources/snmp/oceanstor/oceanstor-value.ts'
import { requireOceanStor } from '../../sources/snmp/oceanstor/require-ocean-stor.ts'
import type { SnmpRow } from '../../sources/snmp/snmp-session.ts'

const { entry, columns } = POOLS
const MOST_POOLS = 512

/** Storage pools of a Huawei OceanStor array. Source: HUAWEI-STORAGE-SPACE-MIB hwInfoStoragePoolTable. Needs: SNMP with read access. */
export default defineProbe({
  name: 'snmp.array-pool',
  source: snmp,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 60,
  cost: 'cheap',
  reads: 'HUAWEI-STORAGE-SPACE-MIB hwInfoStoragePoolTable',
  needs: { zh: 'SNMP 只读权限', en: 'SNMP with read access' },
  help: {
    zh: '华为 OceanStor 的存储池：健康状态和容量',
    en: 'Storage pools of a Huawei OceanStor array: health and capacity',
  },
  measurements: { array_pool: arrayPool },
  async sample({ session, emit, signal }) {
    await requireOceanStor(session, signal)
    const bounds = { maxRows: MOST_POOLS }
    const rows = await session.table(entry, Object.values(columns), signal, bounds)
    if (rows.size === 0)
      throw new NoDataError({
        zh: '该存储没有给出存储池',
        en: 'this array gives no storage pools',
      })
    const pools = [...rows].map(([index, row]) => ({
      name: arrayText(row.get(columns.name)) ?? arrayText(row.get(columns.id)) ?? index,
      row,
    }))
    for (const { name, row } of distinctNames(pools))
      emit('array_pool', { array: session.subject, name }, toFields(row))
  },
})

/** What is used is what is not free: with thin provisioning more may be promised than there is. */
function toFields(row: SnmpRow) {
  const total = arrayBytes(row.get(columns.totalMib))
  const free = arrayBytes(row.get(columns.freeMib))
  const isWhole = total !== undefined && free !== undefined && total > 0 && free <= total
  const used = isWhole ? total - free : undefined
  return {
    health: oceanStorHealth(row.get(columns.health)),
    running: oceanStorRunning(row.get(columns.running)),
    total,
    free,
    used,
    used_percent: isWhole ? ((total - free) / total) * 100 : undefined,
  }
}

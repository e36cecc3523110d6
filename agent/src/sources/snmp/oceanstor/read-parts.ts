import { distinctNames } from '../distinct-names.ts'
import type { SnmpRow, SnmpSession } from '../snmp-session.ts'
import { oceanStorHealth, oceanStorRunning } from './oceanstor-status.ts'
import { PART_TABLES, type PartTable } from './oceanstor-tables.ts'
import { arrayBytes, arrayNumber, arrayText } from './oceanstor-value.ts'

/** 3,200 disks are the largest array's. */
const MOST_PARTS = 5_000
const MOST_HOURS = 1_000_000

export type Part = ReturnType<typeof toPart>

/** All parts of the array, table by table. */
export async function readParts(session: SnmpSession, signal: AbortSignal): Promise<Part[]> {
  const parts: Part[] = []
  for (const table of PART_TABLES) {
    const { type: _, entry, ...columns } = table
    const wanted = Object.values(columns)
    const rows = await session.table(entry, wanted, signal, { maxRows: MOST_PARTS })
    for (const [index, row] of rows) parts.push(toPart(table, index, row))
  }
  return distinctNames(parts)
}

export function toPart(table: PartTable, index: string, row: SnmpRow) {
  const at = (column: number | undefined) => (column === undefined ? undefined : row.get(column))
  return {
    type: table.type,
    name: arrayText(at(table.name)) ?? arrayText(row.get(table.id)) ?? index,
    fields: {
      health: oceanStorHealth(row.get(table.health)),
      running: oceanStorRunning(row.get(table.running)),
      // 0 is what enclosures and disks without a sensor say
      temp_c: arrayNumber(at(table.temperature), 1, 150),
      cpu_percent: arrayNumber(at(table.cpu), 0, 100),
      mem_percent: arrayNumber(at(table.memory), 0, 100),
      size_bytes: arrayBytes(at(table.capacityMib)),
      power_on_hours: hoursOf(at(table.hours)),
      progress_percent: arrayNumber(at(table.progress), 1, 100),
    },
  }
}

/** hwInfoDiskRunTime counts days (REST interface reference, RUNTIME); the MIB itself does not say. */
function hoursOf(days: Parameters<typeof arrayNumber>[0]): number | undefined {
  const number = arrayNumber(days, 0, MOST_HOURS / 24)
  return number === undefined ? undefined : number * 24
}

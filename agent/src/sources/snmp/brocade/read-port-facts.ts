import type { SnmpRow, SnmpSession } from '../snmp-session.ts'
import { hexOf, integerOf, textOf } from '../snmp-value.ts'
import { TABLES } from './brocade-oids.ts'
import { byPort } from './port-index.ts'

/** What of a port changes only when somebody changes it. */
export interface PortFacts {
  readonly tags: {
    readonly name: string | undefined
    readonly wwn: string | undefined
    readonly slot_port: string | undefined
  }
  /** Bytes a second. */
  readonly speedBytes: number | undefined
}

/** Columns of swFCPortTable and connUnitPortTable. */
const PORT = { wwn: 34, speed: 35, name: 36, specifier: 37 } as const
const UNIT_PORT_SPEED = 15
/** swFCPortSpeed in Gbit/s; obsolete since FOS 7.2. */
const SPEEDS: Readonly<Record<number, number>> = { 1: 1, 2: 2, 4: 4, 5: 8, 6: 10, 8: 16 }
const BYTES_OF_GBIT = 125e6

export async function readPortFacts(
  session: SnmpSession,
  signal: AbortSignal,
): Promise<Map<number, PortFacts>> {
  const ports = byPort(await session.table(TABLES.ports, Object.values(PORT), signal))
  const speeds = byPort(await session.table(TABLES.unitPorts, [UNIT_PORT_SPEED], signal))
  return new Map([...ports].map(([port, row]) => [port, toFacts(row, speeds.get(port))]))
}

function toFacts(row: SnmpRow, unitPort: SnmpRow | undefined): PortFacts {
  return {
    tags: {
      name: textOf(row.get(PORT.name)),
      wwn: hexOf(row.get(PORT.wwn)),
      slot_port: textOf(row.get(PORT.specifier)),
    },
    speedBytes: speedOf(row, unitPort),
  }
}

function speedOf(row: SnmpRow, unitPort: SnmpRow | undefined): number | undefined {
  const kilobytes = integerOf(unitPort?.get(UNIT_PORT_SPEED))
  if (kilobytes !== undefined && kilobytes > 0) return kilobytes * 1000
  const gbit = SPEEDS[integerOf(row.get(PORT.speed)) ?? 0]
  return gbit === undefined ? undefined : gbit * BYTES_OF_GBIT
}

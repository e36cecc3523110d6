import { fcSensor, SENSOR_STATUS } from '../../../measurements/fc-sensor.ts'
import { distinctNames } from '../distinct-names.ts'
import { knownState } from '../known-state.ts'
import type { SnmpRow, SnmpSession } from '../snmp-session.ts'
import { integerOf, textOf, type SnmpValue } from '../snmp-value.ts'
import { TABLES } from './brocade-oids.ts'

export interface SensorReading {
  readonly type: string
  readonly name: string
  readonly status: number
  readonly celsius: number | undefined
  readonly rpm: number | undefined
}

/** Columns of swSensorTable and connUnitSensorTable. */
const SENSOR = { type: 2, status: 3, value: 4, name: 5 } as const
const UNIT_SENSOR = { name: 3, status: 4, message: 6, type: 7, characteristic: 8 } as const
/** A director has some hundred. */
const MOST_SENSORS = 1024

const TYPES: Readonly<Record<number, string>> = { 1: 'temperature', 2: 'fan', 3: 'power' }
const UNIT_TYPES: Readonly<Record<number, string>> = { 4: 'fan', 5: 'power' }
const TEMPERATURE = 3

const UNIT_STATUS: Readonly<Record<number, number>> = {
  3: SENSOR_STATUS.nominal,
  4: SENSOR_STATUS.warning,
  5: SENSOR_STATUS.faulty,
}

/** All sensors: of SW-MIB, or of FCMGMT-MIB where that is not given, as in some logical switches. */
export async function readSensors(
  session: SnmpSession,
  signal: AbortSignal,
): Promise<SensorReading[]> {
  const bounds = { maxRows: MOST_SENSORS }
  const rows = await session.table(TABLES.sensors, Object.values(SENSOR), signal, bounds)
  if (rows.size > 0) return distinctNames([...rows].map(([index, row]) => toReading(index, row)))
  const columns = Object.values(UNIT_SENSOR)
  const units = await session.table(TABLES.unitSensors, columns, signal, bounds)
  return distinctNames([...units].map(([index, row]) => toUnitReading(index, row)))
}

export function toReading(index: string, row: SnmpRow): SensorReading {
  const type = TYPES[integerOf(row.get(SENSOR.type)) ?? 0] ?? 'other'
  return {
    type,
    name: textOf(row.get(SENSOR.name)) ?? index,
    status:
      knownState(row.get(SENSOR.status), fcSensor.fields.status, SENSOR_STATUS.unknown) ??
      SENSOR_STATUS.unknown,
    ...measured(type, integerOf(row.get(SENSOR.value))),
  }
}

/** Its value stands in a sentence: `sensor  1: type 3 is OK, value is 42`. */
function toUnitReading(index: string, row: SnmpRow): SensorReading {
  const type =
    integerOf(row.get(UNIT_SENSOR.characteristic)) === TEMPERATURE
      ? 'temperature'
      : (UNIT_TYPES[integerOf(row.get(UNIT_SENSOR.type)) ?? 0] ?? 'other')
  const [, value] = /value is (-?\d{1,9})\b/.exec(textOf(row.get(UNIT_SENSOR.message)) ?? '') ?? []
  return {
    type,
    name: textOf(row.get(UNIT_SENSOR.name)) ?? index,
    status: unitStatus(row.get(UNIT_SENSOR.status)),
    ...measured(type, value === undefined ? undefined : Number(value)),
  }
}

function unitStatus(value: SnmpValue | undefined): number {
  return UNIT_STATUS[integerOf(value) ?? 0] ?? SENSOR_STATUS.unknown
}

/** −2147483648 is "unknown" (SW-MIB); what can't be true of a switch is missing too. */
function measured(type: string, value: number | undefined): Pick<SensorReading, 'celsius' | 'rpm'> {
  const within = (least: number, most: number) =>
    value !== undefined && value >= least && value <= most ? value : undefined
  return {
    celsius: type === 'temperature' ? within(-40, 200) : undefined,
    rpm: type === 'fan' ? within(0, 100_000) : undefined,
  }
}

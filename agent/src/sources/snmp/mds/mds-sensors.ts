import { SENSOR_STATUS } from '../../../measurements/fc-sensor.ts'
import { integerOf, textOf } from '../snmp-value.ts'
import type { SnmpRow, SnmpSession } from '../snmp-session.ts'
import { ENTITIES, FANS, POWER, SENSORS, THRESHOLDS } from './mds-oids.ts'

export interface MdsSensor {
  readonly type: string
  readonly name: string
  readonly status: number
  readonly celsius: number | undefined
  readonly rpm: number | undefined
}

type Rows = ReadonlyMap<string, SnmpRow>

const MOST_ROWS = 8192
const CELSIUS = 8
const RPM = 10
/** entPhysicalClass. */
const POWER_SUPPLY = 6
/** Exponent of ten of entSensorScale; 9 is the unit itself. */
const UNIT_SCALE = 9
const SCALE_STEP = 3
/** TruthValue. */
const TRUE = 1
/** lessThan, lessOrEqual. */
const BELOW: readonly number[] = [1, 2]

/** entSensorStatus: ok, unavailable, nonoperational. */
const SENSOR_STATES: Readonly<Record<number, number>> = {
  1: SENSOR_STATUS.nominal,
  2: SENSOR_STATUS.unknown,
  3: SENSOR_STATUS.faulty,
}

/** cefcFRUPowerOperStatus: what is on, what a person switched off, and what is off by itself. */
const POWER_STATES: Readonly<Record<number, number>> = {
  1: SENSOR_STATUS.faulty,
  2: SENSOR_STATUS.nominal,
  3: SENSOR_STATUS.warning,
  4: SENSOR_STATUS.faulty,
  5: SENSOR_STATUS.faulty,
  6: SENSOR_STATUS.faulty,
  7: SENSOR_STATUS.faulty,
  8: SENSOR_STATUS.faulty,
  9: SENSOR_STATUS.warning,
  10: SENSOR_STATUS.faulty,
  11: SENSOR_STATUS.faulty,
  12: SENSOR_STATUS.warning,
}

/** cefcFanTrayOperStatus: unknown, up, down, warning. */
const FAN_STATES: Readonly<Record<number, number>> = {
  1: SENSOR_STATUS.unknown,
  2: SENSOR_STATUS.nominal,
  3: SENSOR_STATUS.faulty,
  4: SENSOR_STATUS.warning,
}

/** Temperatures and speeds with the thresholds of the switch itself, power supplies and fan trays. */
export async function readMdsSensors(
  session: SnmpSession,
  signal: AbortSignal,
): Promise<MdsSensor[]> {
  const read = (entry: string, columns: Readonly<Record<string, number>>) =>
    session.table(entry, Object.values(columns), signal, { maxRows: MOST_ROWS })
  const entities = await read(ENTITIES.entry, ENTITIES.columns)
  const sensors = await read(SENSORS.entry, SENSORS.columns)
  const crossed = toCrossed(await read(THRESHOLDS.entry, THRESHOLDS.columns))
  const power = await read(POWER.entry, POWER.columns)
  const fans = await read(FANS.entry, FANS.columns)
  const nameOf = (index: string) => namedBy(entities, index)
  const measured = [...sensors].flatMap(
    ([index, row]) => toMdsSensor(nameOf(index), row, crossed.get(index)) ?? [],
  )
  const supplies = [...power]
    .filter(([index]) => classOf(entities, index) === POWER_SUPPLY)
    .map(([index, row]) =>
      toUnit('power', nameOf(index), row.get(POWER.columns.state), POWER_STATES),
    )
  const trays = [...fans].map(([index, row]) =>
    toUnit('fan', nameOf(index), row.get(FANS.columns.state), FAN_STATES),
  )
  return [...measured, ...supplies, ...trays]
}

/** undefined for what is neither a temperature nor a speed: voltages, currents and light belong elsewhere. */
export function toMdsSensor(
  name: string,
  row: SnmpRow,
  crossed: number | undefined,
): MdsSensor | undefined {
  const { columns } = SENSORS
  const kind = integerOf(row.get(columns.type))
  if (kind !== CELSIUS && kind !== RPM) return undefined
  const status = SENSOR_STATES[integerOf(row.get(columns.status)) ?? 0] ?? SENSOR_STATUS.unknown
  const isOk = status === SENSOR_STATUS.nominal
  const value = isOk ? scaled(row) : undefined
  return {
    type: kind === CELSIUS ? 'temperature' : 'fan',
    name,
    status: isOk ? (crossed ?? status) : status,
    celsius: kind === CELSIUS ? within(value, -40, 200) : undefined,
    rpm: kind === RPM ? within(value, 0, 100_000) : undefined,
  }
}

/** A value is written without its point and in a scale of its own. */
function scaled(row: SnmpRow): number | undefined {
  const { columns } = SENSORS
  const value = integerOf(row.get(columns.value))
  const scale = integerOf(row.get(columns.scale)) ?? UNIT_SCALE
  const precision = integerOf(row.get(columns.precision)) ?? 0
  if (value === undefined || Math.abs(precision) > 9 || scale < 1 || scale > 17) return undefined
  return value * 10 ** ((scale - UNIT_SCALE) * SCALE_STEP - precision)
}

function within(value: number | undefined, least: number, most: number): number | undefined {
  return value !== undefined && value >= least && value <= most ? value : undefined
}

/** Sensors of which the switch says that one of its thresholds is crossed; where it has none, none is. */
function toCrossed(thresholds: Rows): ReadonlyMap<string, number> {
  const crossed = new Map<string, number>()
  for (const [index, row] of thresholds) {
    if (integerOf(row.get(THRESHOLDS.columns.isTrue)) !== TRUE) continue
    const relation = integerOf(row.get(THRESHOLDS.columns.relation)) ?? 0
    const isBelow = BELOW.includes(relation)
    const [sensor = ''] = index.split('.')
    crossed.set(sensor, isBelow ? SENSOR_STATUS.belowMin : SENSOR_STATUS.aboveMax)
  }
  return crossed
}

function toUnit(
  type: string,
  name: string,
  value: Parameters<typeof integerOf>[0],
  states: Readonly<Record<number, number>>,
): MdsSensor {
  const status = states[integerOf(value) ?? -1] ?? SENSOR_STATUS.unknown
  return { type, name, status, celsius: undefined, rpm: undefined }
}

function namedBy(entities: Rows, index: string): string {
  const { name, description } = ENTITIES.columns
  const row = entities.get(index)
  return textOf(row?.get(name)) ?? textOf(row?.get(description)) ?? index
}

function classOf(entities: Rows, index: string): number | undefined {
  return integerOf(entities.get(index)?.get(ENTITIES.columns.class))
}

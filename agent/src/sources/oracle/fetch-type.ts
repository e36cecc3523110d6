import { isRecord } from '../../as-record.ts'
import type { OracleColumn, OracleFetchType, OracleModule } from './oracle-module.ts'

/**
 * How columns come, beside node-oracledb's own ways: CLOB as text, RAW as hexadecimal, INTERVAL DAY TO SECOND as seconds and INTERVAL
 * YEAR TO MONTH as months. Left as it is: NUMBER comes as the nearest double, DATE and TIMESTAMP as Date, CHAR with its blanks (textOf()
 * takes them away), NULL as null.
 */
export function fetchTypes(
  oracledb: OracleModule,
): (column: OracleColumn) => OracleFetchType | undefined {
  const types = new Map<unknown, OracleFetchType>([
    [oracledb.DB_TYPE_CLOB, { type: oracledb.STRING }],
    [oracledb.DB_TYPE_NCLOB, { type: oracledb.DB_TYPE_NVARCHAR }],
    [oracledb.DB_TYPE_RAW, { converter: toHexadecimal }],
    [oracledb.DB_TYPE_INTERVAL_DS, { converter: toSeconds }],
    [oracledb.DB_TYPE_INTERVAL_YM, { converter: toMonths }],
  ])
  return ({ dbType }) => types.get(dbType)
}

function toHexadecimal(value: unknown): unknown {
  return Buffer.isBuffer(value) ? value.toString('hex').toUpperCase() : value
}

function toSeconds(value: unknown): unknown {
  if (!isRecord(value)) return value
  const { days, hours, minutes, seconds, fseconds } = value
  const whole = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)
  return whole + Number(fseconds) / 1e9
}

function toMonths(value: unknown): unknown {
  return isRecord(value) ? Number(value['years']) * 12 + Number(value['months']) : value
}

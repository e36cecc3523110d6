import { expect, test } from 'vitest'

import { numberOf } from '../../row.ts'
import { fetchTypes } from './fetch-type.ts'
import { loadOracledb } from './load-oracledb.ts'
import type { OracleModule } from './oracle-module.ts'

/** How the real driver's values of a column come out. */
async function fetch(type: keyof OracleModule, value: unknown): Promise<unknown> {
  const oracledb = await loadOracledb()
  const fetched = fetchTypes(oracledb)({ name: 'X', dbType: oracledb[type] })
  return fetched?.converter === undefined ? value : fetched.converter(value)
}

const DAYS = { days: 1, hours: 2, minutes: 3, seconds: 4, fseconds: 500_000_000 }

test.each([
  ['DB_TYPE_INTERVAL_DS', DAYS, 93_784.5],
  ['DB_TYPE_INTERVAL_DS', { days: 0, hours: -1, minutes: -1, seconds: 0, fseconds: 0 }, -3_660],
  ['DB_TYPE_INTERVAL_DS', null, null],
  ['DB_TYPE_INTERVAL_YM', { years: 2, months: 3 }, 27],
  ['DB_TYPE_INTERVAL_YM', null, null],
  ['DB_TYPE_RAW', Buffer.from([0xde, 0xad]), 'DEAD'],
  ['DB_TYPE_RAW', null, null],
] as const)('%s: %o is %o', async (type, value, expected) => {
  expect(await fetch(type, value)).toEqual(expected)
})

test('long texts come as texts, and what is not named here as the driver gives it', async () => {
  const oracledb = await loadOracledb()
  const types = fetchTypes(oracledb)
  expect(types({ name: 'X', dbType: oracledb.DB_TYPE_CLOB })).toEqual({ type: oracledb.STRING })
  expect(types({ name: 'X', dbType: 'NUMBER' })).toBeUndefined()
})

test('a number beyond 2^53, as the driver rounds it or as text, is the nearest double', () => {
  expect(numberOf({ SCN: Number('9007199254740993') }, 'SCN')).toBe(2 ** 53)
  expect(numberOf({ SCN: '18446744073709551615' }, 'SCN')).toBe(2 ** 64)
})

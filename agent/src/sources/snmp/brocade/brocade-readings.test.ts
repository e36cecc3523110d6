import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fcPort } from '../../../measurements/fc-port.ts'
import { fcSensor } from '../../../measurements/fc-sensor.ts'
import { fcSwitch } from '../../../measurements/fc-switch.ts'
import { knownState } from '../known-state.ts'
import type { SnmpValue } from '../snmp-value.ts'
import { opticNumber } from './optic-text.ts'
import { byPort, portNumberOf, unitNameOf } from './port-index.ts'
import { switchDateSeconds, upSpanSeconds } from './switch-date.ts'

const anyValue: fc.Arbitrary<SnmpValue> = fc.oneof(
  fc.integer(),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.uint8Array({ maxLength: 40 }),
  fc.string({ maxLength: 40 }),
)

describe('an enumeration', () => {
  const declared = [
    { field: fcPort.fields.phy_state, good: 6, unknown: 255 },
    { field: fcPort.fields.oper_state, good: 1, unknown: 0 },
    { field: fcSensor.fields.status, good: 4, unknown: 1 },
    { field: fcSwitch.fields.oper_state, good: 1, unknown: 0 },
    { field: fcSwitch.fields.status, good: 3, unknown: 1 },
  ]

  test('is good only where the device says the number for it', () => {
    fc.assert(
      fc.property(anyValue, fc.constantFrom(...declared), (value, { field, good, unknown }) => {
        const state = knownState(value, field, unknown)
        expect(Object.keys(field.states ?? {})).toContain(String(state))
        if (state === good) expect(Number(value)).toBe(good)
      }),
    )
  })

  test('that the device left out is missing', () => {
    expect(knownState(undefined, fcPort.fields.oper_state, 0)).toBeUndefined()
  })
})

describe('a module’s number', () => {
  test.each([
    ['-2.7   ', -2.7],
    ['35     ', 35],
    ['3289.5 ', 3289.5],
    ['NA', undefined],
    ['-inf   ', undefined],
    ['inf', undefined],
    ['--', undefined],
    ['', undefined],
    ['1e3', undefined],
    ['-99999', undefined],
  ])('%j is %s', (text, expected) => {
    expect(opticNumber(Buffer.from(text), -60, 10_000)).toBe(expected)
  })

  test('may come as a number, and never leaves its bounds', () => {
    expect(opticNumber(41, -40, 150)).toBe(41)
    fc.assert(
      fc.property(anyValue, (value) => {
        const number = opticNumber(value, -60, 20)
        if (number !== undefined) expect(Math.abs(number)).toBeLessThanOrEqual(60)
      }),
    )
  })
})

describe('the index of a row', () => {
  test('of a port is its number + 1, alone or behind the name of the unit', () => {
    expect(portNumberOf('1')).toBe(0)
    expect(portNumberOf('16.0.0.5.30.54.5.176.0.0.0.0.0.0.0.0.48')).toBe(47)
    expect(unitNameOf('16.0.0.5.30.54.5.176.0.0.0.0.0.0.0.0')).toBe('10:00:00:05:1e:36:05:b0')
  })

  test('that is no port or unit is left out', () => {
    const row = new Map<number, SnmpValue>()
    const indexes = ['0', '', 'x', '99999999', '-4', '2']
    expect([...byPort(new Map(indexes.map((index) => [index, row]))).keys()]).toEqual([1])
    expect(unitNameOf('16.0')).toBeUndefined()
    expect(unitNameOf(Array(16).fill('256').join('.'))).toBeUndefined()
  })
})

describe('a date', () => {
  test.each([
    ['Thu Nov 24 13:54:01 2016', Date.UTC(2016, 10, 24, 13, 54, 1) / 1000],
    ['"Mon Nov  3 08:37:12 2017', Date.UTC(2017, 10, 3, 8, 37, 12) / 1000],
    ['Thu ovN 24 13:54:01 2016', undefined],
    ['2016-11-24', undefined],
    [undefined, undefined],
  ])('%j is %s', (text, expected) => expect(switchDateSeconds(text)).toBe(expected))

  test('of the start and of now say how long it is up', () => {
    const boot = 'Thu Nov 24 13:54:01 2016'
    expect(upSpanSeconds(boot, 'Fri Nov 25 13:54:02 2016')).toBe(86_401)
    expect(upSpanSeconds(boot, undefined)).toBeUndefined()
  })

  test('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void switchDateSeconds(text)))
  })
})

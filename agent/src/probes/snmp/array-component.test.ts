import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HEALTH, RUNNING } from '../../measurements/array-component.ts'
import { NoDataError } from '../../probe.ts'
import { oceanStorHealth, oceanStorRunning } from '../../sources/snmp/oceanstor/oceanstor-status.ts'
import { PART_TABLES } from '../../sources/snmp/oceanstor/oceanstor-tables.ts'
import { arrayNumber } from '../../sources/snmp/oceanstor/oceanstor-value.ts'
import { toPart } from '../../sources/snmp/oceanstor/read-parts.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { RecordedDevice } from '../../testing/recorded-device.ts'
import { readRecorded } from '../../testing/recorded-walk.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { oceanStorWalk } from '../../testing/snmp-walks/ocean-stor-walk.ts'
import arrayComponent from './array-component.ts'

const MIB = 1_048_576
const open = () => new RecordedDevice(oceanStorWalk(), 'array-1')

describeProbe(arrayComponent, { open: () => Promise.resolve(open()) })

async function namesOf(device: RecordedDevice) {
  const { samples } = await sampleOnce(arrayComponent, device)
  return new Map(samples.map(({ tags, fields }) => [`${tags['type']} ${tags['name']}`, fields]))
}

test('gives each part its health and what it is doing', async () => {
  const parts = await namesOf(open())
  expect([...parts.keys()]).toEqual([
    'disk CTE0.0',
    'disk CTE0.1',
    'controller CTE0.A',
    'controller CTE0.B',
    'fan CTE0.FAN0',
    'fan CTE0.FAN0 (2)',
    'battery B0',
    'enclosure CTE0',
  ])
  expect(parts.get('disk CTE0.0')).toEqual({
    health: HEALTH.warning,
    running: RUNNING.online,
    temp_c: 43,
    cpu_percent: undefined,
    mem_percent: undefined,
    size_bytes: 3_662_109 * MIB,
    power_on_hours: 13_920,
    progress_percent: undefined,
  })
  expect(parts.get('disk CTE0.1')).toMatchObject({
    running: RUNNING.rebuilding,
    temp_c: undefined,
    progress_percent: 40,
  })
  expect(parts.get('controller CTE0.A')).toMatchObject({ cpu_percent: 22, mem_percent: 71 })
  expect(parts.get('controller CTE0.B')).toMatchObject({
    health: HEALTH.critical,
    running: RUNNING.offline,
    cpu_percent: undefined,
    mem_percent: undefined,
  })
  expect(parts.get('fan CTE0.FAN0')).toMatchObject({ health: HEALTH.ok, running: RUNNING.online })
  expect(parts.get('fan CTE0.FAN0 (2)')).toMatchObject({
    health: HEALTH.unknown,
    running: RUNNING.unknown,
  })
  expect(parts.get('battery B0')).toMatchObject({
    health: HEALTH.warning,
    running: RUNNING.discharging,
  })
})

test('sends what the array is and what is wrong with it when that changes', async () => {
  const device = open()
  const first = await sampleOnce(arrayComponent, device)
  expect(first.documents).toEqual([
    {
      name: 'array',
      keep: 'history',
      body: {
        vendor: 'Huawei',
        serial: '2102350000000001',
        version: '6.1.3',
        bytes: 1_048_576 * MIB,
        faults: ['disk CTE0.0', 'controller CTE0.B', 'fan CTE0.FAN0 (2)', 'battery B0'],
      },
    },
  ])
  const { memory } = first
  expect((await sampleOnce(arrayComponent, device, { memory, timeMs: 1 })).documents).toEqual([])
  const aDayLater = await sampleOnce(arrayComponent, device, { memory, timeMs: 86_400_000 })
  expect(aDayLater.documents).toHaveLength(1)
})

test('has no data of another device, nor of an array that gives none', async () => {
  for (const id of ['1.3.6.1.4.1.2011.2.239', '1.3.6.1.4.1.2011.2.91']) {
    const device = new RecordedDevice(`1.3.6.1.2.1.1.2.0|6|${id}`)
    await expect(sampleOnce(arrayComponent, device)).rejects.toThrow(NoDataError)
  }
})

test('finds in the recorded Dorado 3000 what others did', async (context) => {
  const walk = readRecorded(context, 'snmp-storage/oceanstor_dorado3k.snmprec')
  const expected: unknown = JSON.parse(
    readRecorded(context, 'snmp-storage/oceanstor_dorado3k.expected.summary.json'),
  )
  const found = [...(await namesOf(new RecordedDevice(walk)))]
  const healthy = (type: string) =>
    found.filter(([name, { health }]) => name.startsWith(type) && health === HEALTH.ok).length
  expect(expected).toMatchObject({
    sensors_by_class: {
      temperature: found.filter(([, { temp_c }]) => temp_c !== undefined).length,
    },
    state_counts: {
      'hwInfoControllerHealthStatus=1': healthy('controller'),
      'hwInfoDiskHealthStatus=1': healthy('disk'),
    },
  })
})

describe('what comes from outside', () => {
  const value = fc.oneof(
    fc.integer(),
    fc.double(),
    fc.uint8Array({ maxLength: 40 }),
    fc.string(),
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  )

  test('is ok or online only by the number for it', () => {
    fc.assert(
      fc.property(value, (any) => {
        if (oceanStorHealth(any) === HEALTH.ok) expect([1, 8]).toContain(Number(any))
        if (oceanStorRunning(any) === RUNNING.online)
          expect([1, 2, 9, 24, 27, 30, 43, 49]).toContain(Number(any))
      }),
    )
    expect(oceanStorHealth(77)).toBe(HEALTH.unknown)
    expect(oceanStorHealth(undefined)).toBeUndefined()
  })

  test('never leaves its bounds or throws', () => {
    const columns = fc.array(fc.tuple(fc.nat({ max: 26 }), value))
    fc.assert(
      fc.property(columns, fc.constantFrom(...PART_TABLES), (row, table) => {
        const { fields } = toPart(table, '1', new Map(row))
        for (const number of Object.values(fields))
          if (number !== undefined) expect(Number.isFinite(number)).toBe(true)
        expect(fields.cpu_percent ?? 0).toBeLessThanOrEqual(100)
      }),
    )
    expect(arrayNumber(Buffer.from('12'), 0, 100)).toBe(12)
    expect(arrayNumber(Buffer.from('1e2'), 0, 100)).toBeUndefined()
  })
})

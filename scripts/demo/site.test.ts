import { CATALOGUE, type FieldDeclaration } from '@wardround/protocol'
import { describe, expect, test } from 'vitest'
import { DAY_MS, faultsOf, HOUR_MS, MINUTE_MS } from './faults.ts'
import type { Part } from './part.ts'
import { part } from './part.ts'
import { siteOf } from './site.ts'

const BORN_MS = Date.UTC(2026, 10, 23, 2, 17)
const MOMENTS = [-30, -13.58, -6.095, -2.2, -0.3, 0, 0.01, 3, 11].map(
  (days) => BORN_MS + days * DAY_MS,
)
const PARTS = siteOf(BORN_MS).flatMap(({ subjects }) => subjects.flatMap(({ parts }) => parts))

const FIELDS: ReadonlyMap<string, FieldDeclaration> = new Map(
  CATALOGUE.flatMap(({ name, measurements }) =>
    Object.entries(measurements).flatMap(([measurement, { fields }]) =>
      Object.entries(fields).map(
        ([field, declared]) => [`${name} ${measurement}.${field}`, declared] as const,
      ),
    ),
  ),
)

/** Each value of a part at a time, with what the catalogue says of it. */
function valuesOf(one: Part, timeMs: number) {
  return Object.entries(one.sample(timeMs) ?? {}).flatMap(([field, value]) => {
    const what = `${one.probe} ${one.measurement}.${field}`
    return value === undefined ? [] : [{ what, value, declared: FIELDS.get(what) }]
  })
}

describe('the invented site', () => {
  test('says nothing that the catalogue does not declare, and only numbers that can be', () => {
    const wrong = PARTS.flatMap((one) =>
      MOMENTS.flatMap((timeMs) =>
        valuesOf(one, timeMs).filter(({ what, value, declared }) => {
          if (declared === undefined || !Number.isFinite(value)) return true
          if (declared.states !== undefined) return declared.states[value] === undefined
          if (declared.unit === 'boolean') return value !== 0 && value !== 1
          if (declared.unit === 'percent' && !/change|procstat/.test(what))
            return value < 0 || value > 100.01
          return false
        }),
      ),
    )
    expect(wrong).toEqual([])
  })

  test('never takes a counter back, but where a host was started anew', () => {
    const fallen = siteOf(BORN_MS).flatMap(({ host, subjects }) =>
      subjects.flatMap(({ parts }) =>
        parts.flatMap((one) => {
          const last = new Map<string, number>()
          const found: string[] = []
          for (let timeMs = BORN_MS - HOUR_MS; timeMs < BORN_MS + HOUR_MS / 2; timeMs += 30_000)
            for (const { what, value, declared } of valuesOf(one, timeMs)) {
              if (declared?.kind === 'counter' && value < (last.get(what) ?? 0))
                found.push(`${host} ${what}`)
              last.set(what, value)
            }
          return found
        }),
      ),
    )
    expect([...new Set(fallen)]).toEqual([])
  })

  test('is the same when it is made anew: what was sent before a stop and what comes after it are of one piece', () => {
    const again = siteOf(BORN_MS).flatMap(({ subjects }) => subjects.flatMap(({ parts }) => parts))
    const at = BORN_MS - 3 * HOUR_MS + 40_000
    expect(again.map((one) => one.sample(at))).toEqual(PARTS.map((one) => one.sample(at)))
  })

  test('has what every board shows', () => {
    const there = new Set(PARTS.map(({ measurement }) => measurement))
    const wanted =
      'cpu mem disk diskio net system procstat systemd_units agent probe source oracle_tablespace oracle_sysmetric oracle_sessions oracle_wait oracle_dataguard oracle_fra ' +
      'pg_connections pg_database pg_wal mysql_status mysql_innodb tomcat_connector tomcat_gc fc_port fc_sfp fc_sensor array_component array_pool array_lun ' +
      'multipath fc_host backup_job backup_copy restore_test x509_cert exchange logwatch http_response ping'
    expect(wanted.split(' ').filter((measurement) => !there.has(measurement))).toEqual([])
  })

  test('works by day and rests at night', () => {
    const cpu = PARTS.find(({ measurement }) => measurement === 'cpu')
    const at = (day: number, hour: number) =>
      cpu?.sample(Date.UTC(2026, 10, day, hour - 8))?.['usage_active'] ?? 0
    expect(at(18, 10)).toBeGreaterThan(2 * at(18, 3))
    expect(at(18, 10)).toBeGreaterThan(1.5 * at(22, 10)) // a Sunday
  })
})

describe('its story', () => {
  const faults = faultsOf(BORN_MS)

  test('a tablespace has filled up and is not beyond its end', () => {
    expect(faults.tablespaceUsed(BORN_MS - 30 * DAY_MS)).toBeLessThan(0.85)
    expect(faults.tablespaceUsed(BORN_MS)).toBeGreaterThan(0.95)
    expect(faults.tablespaceUsed(BORN_MS + 300 * DAY_MS)).toBeLessThan(1)
  })

  test('a port goes dark while people look', () => {
    expect(faults.portIsDark(BORN_MS)).toBe(false)
    expect(faults.portIsDark(BORN_MS + 6 * MINUTE_MS)).toBe(true)
  })

  test.each([0, 3, 6, 9, 12, 15, 18, 21])('a backup is missed once, born at %i:00 UTC', (hour) => {
    const bornMs = Date.UTC(2026, 4, 5, hour)
    const parts = siteOf(bornMs).flatMap(({ subjects }) => subjects.flatMap((one) => one.parts))
    const jobs = parts.filter(({ measurement }) => measurement === 'backup_job')
    const late = jobs.map(({ tags, sample }) => [tags['job'], sample(bornMs)?.['late_periods']])
    expect(Object.fromEntries(late)).toEqual({
      'health-full': 0,
      'report-full': 0,
      'supplies-daily': 0,
      'orders-daily': 1,
    })
  })

  test('what nobody declared can not be invented', () => {
    expect(() => part('host.cpu', 'cpus', {}, () => ({}))).toThrow(
      'the catalogue has no cpus of host.cpu',
    )
    expect(() => part('host.cpu', 'cpu', { core: '1' }, () => ({}))).toThrow(
      'tags missing: cpu; not declared: core',
    )
    expect(() => part('host.cpu', 'cpu', { cpu: '1' }, () => ({})).field('usage')).toThrow(
      'no field usage',
    )
  })
})

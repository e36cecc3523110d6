import { describe, expect, test } from 'vitest'
import { RuleEngine } from '../engine.ts'
import { rulesFromYaml } from '../testing/rules-from-yaml.ts'
import { SampleFeed } from '../testing/sample-feed.ts'

const START_MS = Date.UTC(2026, 10, 22, 4)
const TEXT = 'name: {zh: x, en: x}'

interface Sent {
  readonly fields: Readonly<Record<string, number>>
  readonly tags?: Readonly<Record<string, string>>
  readonly late?: boolean
  /** The sample's own time, where it is not now. */
  readonly timeMs?: number
}

/** An engine over one measurement of one host. */
class Bench {
  readonly feed = new SampleFeed()
  readonly engine: RuleEngine
  readonly #measurement: string
  atMs = START_MS

  constructor(measurement: string, rule: string) {
    this.#measurement = measurement
    const rules = rulesFromYaml(`rules:\n  - id: watched\n    ${TEXT}\n${rule}`)
    this.engine = new RuleEngine({ rules, directory: this.feed.table, subjectLabels: () => ({}) })
  }

  /** Time passes, and a sample comes; what of it was told. */
  after(seconds: number, { fields, tags = {}, late = false, timeMs }: Sent): string[] {
    this.atMs += seconds * 1000
    const point = { measurement: this.#measurement, tags, fields }
    const batch = this.feed.batch('db1', timeMs ?? this.atMs, [point], { late })
    return this.engine
      .accept(batch, this.atMs)
      .map(({ kind, alert }) => `${kind} ${alert.summary.en}`)
  }

  /** The value of the alert that lives. */
  get value(): number | undefined {
    return this.engine.list()[0]?.value
  }
}

const NET = { interface: 'eth0' }

test('a rate and a growth are watched and shown like fields', () => {
  const bench = new Bench(
    'net',
    `    value: rate(net.err_in) + rate(net.err_out)
    warning: {atLeast: 5, and: "increase(net.err_in, 10m) >= 100", clear: {samples: 1}}
    summary: {zh: x, en: "{{value}}, {{ increase(net.err_in, 10m) }} in ten minutes, {{rate(net.bytes_recv)}}"}
`,
  )
  const send = (err_in: number, err_out = 0) =>
    bench.after(60, { tags: NET, fields: { err_in, err_out, bytes_recv: err_in * 1e6 } })
  expect([0, 0, 0, 0, 0, 0].flatMap((value) => send(value))).toEqual([])
  expect(send(300, 60)).toEqual(['firing 6/s, 300 in ten minutes, 5 MB/s'])
  expect(send(300, 60)).toEqual(['resolved 0/s, 300 in ten minutes, 0 B/s'])
})

describe('a window', () => {
  const AVERAGE = `    value: avg(mem.used_percent, 10m)
    warning: {atLeast: 90, clear: {samples: 1}}
    summary: {zh: x, en: "{{value}}"}
`

  test('has no value before half its length', () => {
    const bench = new Bench('mem', AVERAGE)
    const fields = { used_percent: 95 }
    for (let minute = 0; minute < 5; minute++) expect(bench.after(60, { fields })).toEqual([])
    expect(bench.after(60, { fields })).toEqual(['firing 95%'])
  })

  test('lets an alert stand while it has no value after a gap', () => {
    const bench = new Bench('mem', AVERAGE)
    for (let minute = 0; minute < 11; minute++) bench.after(60, { fields: { used_percent: 95 } })
    const low = { fields: { used_percent: 10 } }
    expect(bench.after(3600, low)).toEqual([])
    for (let minute = 1; minute < 5; minute++) expect(bench.after(60, low)).toEqual([])
    expect(bench.after(60, low)).toEqual(['resolved 10%'])
  })

  test('knows no late sample, and none that comes twice', () => {
    const bench = new Bench('mem', AVERAGE)
    for (let minute = 0; minute < 8; minute++) bench.after(60, { fields: { used_percent: 92 } })
    expect(bench.value).toBe(92)
    const before = bench.atMs
    const high = { fields: { used_percent: 99 } }
    expect(bench.after(5, { ...high, timeMs: before })).toEqual([])
    expect(bench.after(5, { ...high, timeMs: before - 30_000 })).toEqual([])
    expect(bench.after(5, { ...high, late: true, timeMs: before - 100_000 })).toEqual([])
    bench.after(45, { fields: { used_percent: 92 } })
    expect(bench.value).toBe(92)
  })

  test('goes on when the clock of the agent is set back', () => {
    const bench = new Bench('mem', AVERAGE)
    for (let minute = 0; minute < 8; minute++) bench.after(60, { fields: { used_percent: 92 } })
    for (let minute = 0; minute < 3; minute++)
      bench.after(60, { fields: { used_percent: 98 }, timeMs: bench.atMs - 3_540_000 })
    expect(bench.value).toBeCloseTo((7 * 92 + 3 * 98) / 10, 0)
  })

  test('is of the point, whatever its descriptive tags', () => {
    const bench = new Bench(
      'net_response',
      `    value: max(net_response.response_time, 10m)
    where: {result: "!timeout"}
    warning: {atLeast: 5, clear: {samples: 1}}
    summary: {zh: x, en: "{{value}}"}
`,
    )
    const tags = { server: 'db1', port: '1521', protocol: 'tcp' }
    for (let minute = 0; minute < 4; minute++)
      bench.after(60, { tags: { ...tags, result: 'success' }, fields: { response_time: 7 } })
    const later = { tags: { ...tags, result: 'refused' }, fields: { response_time: 1 } }
    bench.after(60, later)
    expect(bench.after(60, later)).toEqual(['firing 7 s'])
  })
})

describe('timeTo', () => {
  const FULL = `    value: timeTo(disk.used, disk.total, 24h)
    warning: {atMost: 7d, clear: {above: 10d, samples: 1}}
    summary: {zh: x, en: "full in {{value}}"}
`
  const DISK = { path: '/data', device: 'sdb', fstype: 'xfs', mode: 'rw' }
  const GB = 1e9

  function fill(bench: Bench, hours: number, usedAt: (hour: number) => number): string[] {
    return Array.from({ length: hours * 4 }, (_, quarter) =>
      bench.after(900, {
        tags: DISK,
        fields: { used: usedAt(quarter / 4) * GB, total: 1000 * GB },
      }),
    ).flat()
  }

  test('tells when a disk is full, after a quarter of its window, and that it no longer will be', () => {
    const bench = new Bench('disk', FULL)
    expect(fill(bench, 6, (hour) => 100 + 10 * hour)).toEqual([])
    expect(fill(bench, 1, (hour) => 160 + 10 * hour)).toEqual(['firing full in 3.5 d'])
    expect(bench.value! / 3600).toBeCloseTo((1000 - 167.5) / 10, 0)
    expect(fill(bench, 48, () => 167.5)).toEqual(['resolved full in 10.2 d'])
  })

  test('says nothing where a disk fills and empties as it goes', () => {
    const bench = new Bench('disk', FULL)
    expect(fill(bench, 96, (hour) => 500 + 200 * Math.sin(hour * 2))).toEqual([])
  })

  test('is nothing for a value that has passed the limit of late, and for ever for one that goes away from it', () => {
    const bench = new Bench(
      'disk',
      FULL.replace('disk.used, disk.total', 'disk.used, 500GB').replace('disk.total', '500GB'),
    )
    expect(fill(bench, 8, (hour) => 450 + 10 * hour)).toEqual(['firing full in 0 s'])
    expect(fill(bench, 26, (hour) => 530 + 10 * hour).at(0)).toBe('resolved full in 3650 d')
  })
})

test('late samples have windows of their own: an outage of the past is told from them', () => {
  const bench = new Bench(
    'mem',
    `    value: avg(mem.used_percent, 10m)
    warning: {atLeast: 90, clear: {samples: 1}}
    summary: {zh: x, en: "{{value}}"}
`,
  )
  for (let minute = 0; minute < 8; minute++) bench.after(60, { fields: { used_percent: 10 } })
  const dayBefore = bench.atMs - 86_400_000
  for (let minute = 0; minute < 30; minute++) {
    const used_percent = minute < 15 ? 95 : 10
    const sent = { fields: { used_percent }, late: true, timeMs: dayBefore + minute * 60_000 }
    expect(bench.after(1, sent)).toEqual([])
  }
  const past = bench.engine.takePast(bench.atMs + 120_000)
  expect(past.map(({ startsAtMs, endsAtMs }) => [startsAtMs, endsAtMs])).toEqual([
    [dayBefore + 5 * 60_000, dayBefore + 15 * 60_000],
  ])
  expect(bench.engine.list()).toEqual([])
})

test('a counter that the catalogue declares to have 32 bits goes round; another is reset', () => {
  const rule = (field: string) => `    value: increase(fc_port.${field}, 10m)
    warning: {atLeast: 1, clear: {samples: 1}}
    summary: {zh: x, en: "{{value}}"}
`
  const tags = { device: 'fcsw1', port: '3' }
  const told = (field: string) => {
    const bench = new Bench('fc_port', rule(field))
    const values = [0, 1, 2, 3, 4].map((step) => 2 ** 32 - 50 + step * 10)
    for (const value of [...values, 5]) bench.after(120, { tags, fields: { [field]: value } })
    return bench.value
  }
  expect(told('crc_errors_total')).toBe(55)
  expect(told('invalid_words_total')).toBe(45)
})

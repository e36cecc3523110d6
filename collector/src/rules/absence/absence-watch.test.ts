import { expect, test } from 'vitest'
import { EngineBench, MINUTE, TEXT } from '../testing/engine-bench.ts'
import { rulesFromYaml } from '../testing/rules-from-yaml.ts'
import type { Point } from '../testing/sample-feed.ts'

const RULES = `rules:
  - id: gone
    name: {zh: 不见, en: Gone}
    noData: disk
    where: {fstype: "!tmpfs"}
    warning: {for: 5m}
    critical: {for: 30m}${TEXT}
  - id: full
    name: {zh: 满, en: Full}
    value: disk.used_percent
    critical: {atLeast: 90}${TEXT}
  - id: silent
    name: {zh: 失联, en: Silent}
    noData: agent
    critical: {for: 3m}${TEXT}
`

const disk = (path: string, used: number, tags: Record<string, string> = {}): Point => ({
  measurement: 'disk',
  tags: { path, device: path, fstype: 'xfs', mode: 'rw', ...tags },
  fields: { used_percent: used, free: 1e9 },
})

class DiskBench extends EngineBench {
  constructor(text = RULES) {
    super(text)
  }

  /** These points every ten seconds for so many minutes. */
  run(minutes: number, points: readonly Point[], host = 'db1'): string[] {
    const seen: string[] = []
    for (let index = 0; index < minutes * 6; index++) {
      seen.push(...this.points(points, {}, host), ...this.tick())
      this.atMs += 10_000
    }
    return seen
  }

  /** Nothing of anybody. */
  pass(minutes: number): string[] {
    const seen: string[] = []
    for (let index = 0; index < minutes * 60; index++) {
      this.atMs += 1000
      seen.push(...this.tick())
    }
    return seen
  }
}

const BOTH = [disk('/', 40), disk('/data', 95)]
const ROOT = [disk('/', 40)]

test('a point that was seen and comes no more has an alert of its own; that of its value stays as it was', () => {
  const bench = new DiskBench()
  expect(bench.run(1, BOTH)).toEqual(['firing full critical +0s'])
  expect(bench.run(4, ROOT)).toEqual([])
  expect(bench.engine.list().map(({ ruleId, phase }) => `${ruleId} ${phase}`)).toEqual([
    'full firing',
    'gone pending',
  ])
  expect(bench.run(30, ROOT)).toEqual([
    'firing gone warning +350s',
    'severity gone critical +1850s',
  ])
  const alerts = bench.engine.list()
  expect(alerts.map(({ key, phase }) => [key, phase])).toEqual([
    ['db1{device="/data",fstype="xfs",path="/data"}', 'firing'],
    ['db1{device="/data",fstype="xfs",path="/data"}', 'firing'],
  ])
  expect(alerts[1]).toMatchObject({ unit: 'seconds', sinceFirstWatched: false })
})

test('two samples end it, or as many as `clear` says', () => {
  for (const [clear, samples] of [
    ['', 2],
    [', clear: {samples: 4}', 4],
  ] as const) {
    const bench = new DiskBench(
      RULES.replace('{for: 30m}', `{for: 30m${clear}}`).replace(
        'warning: {for: 5m}',
        `warning: {for: 5m${clear}}`,
      ),
    )
    bench.run(1, BOTH)
    bench.run(7, ROOT)
    const ended: string[] = []
    let came = 0
    while (ended.length === 0 && came < 10) {
      came++
      ended.push(...bench.points(BOTH))
      bench.atMs += 10_000
    }
    expect([came, ended]).toMatchObject([samples, [expect.stringMatching('resolved gone warning')]])
  }
})

test('a point that comes and goes while it clears goes on as the same alert', () => {
  const bench = new DiskBench(
    RULES.replace('warning: {for: 5m}', 'warning: {for: 5m, clear: {samples: 3}}'),
  )
  bench.run(1, BOTH)
  bench.run(7, ROOT)
  bench.points(BOTH)
  expect(bench.engine.list().map(({ phase }) => phase)).toEqual(['firing', 'resolving'])
  bench.run(6, ROOT)
  expect(bench.engine.list().map(({ phase }) => phase)).toEqual(['firing', 'firing'])
  expect(bench.seen.filter(({ alert }) => alert.ruleId === 'gone')).toHaveLength(1)
})

test('a changed descriptive tag is not missing, and goes on as the same alert', () => {
  const bench = new DiskBench()
  bench.run(1, BOTH)
  const readOnly = [disk('/', 40, { mode: 'ro' }), disk('/data', 96, { mode: 'ro' })]
  expect(bench.run(40, readOnly)).toEqual([])
  expect(bench.engine.list()).toMatchObject([{ ruleId: 'full', phase: 'firing', value: 96 }])
})

test('what `where` leaves out is not missed, and a descriptive tag may stand there', () => {
  const bench = new DiskBench(RULES.replace('fstype: "!tmpfs"', 'mode: rw'))
  bench.run(1, [disk('/', 40), disk('/iso', 40, { mode: 'ro' }), disk('/data', 40)])
  // /data is still there, with another mode: it is known, so it is not missing
  expect(bench.run(40, [disk('/', 40), disk('/data', 40, { mode: 'ro' })])).toEqual([])
})

test('of one field alone: the point may go on without it', () => {
  const bench = new DiskBench(RULES.replace('noData: disk', 'noData: disk.free'))
  bench.run(1, BOTH)
  const noFree = { ...disk('/data', 40), fields: { used_percent: 40 } }
  const seen = bench.run(10, [disk('/', 40), noFree])
  expect(seen.filter((text) => text.includes('gone'))).toEqual(['firing gone warning +350s'])
})

test('a rule of the measurement and one of a field each see their own', () => {
  const bench = new DiskBench(`${RULES}
  - id: no_free
    name: {zh: 无余量, en: No free}
    noData: disk.free
    warning: {for: 3m}${TEXT}
`)
  bench.run(1, BOTH)
  const seen = bench.run(10, [
    disk('/', 40),
    { ...disk('/data', 95), fields: { used_percent: 95 } },
  ])
  expect(seen).toEqual(['firing no_free warning +230s'])
  expect(bench.run(10, ROOT)).toEqual(['firing gone warning +950s'])
})

test('a field that a rule of its own watches is a sign of the whole point, too', () => {
  const bench = new DiskBench(`${RULES}
  - id: no_free
    name: {zh: 无余量, en: No free}
    noData: disk.free
    warning: {for: 3m}${TEXT}
`)
  bench.run(1, BOTH)
  const onlyFree = { ...disk('/data', 95), fields: { free: 1e9 } }
  expect(bench.run(40, [disk('/', 40), onlyFree])).toEqual([])
})

test('while the whole host is silent nothing is missing, and after it every point has its full time again', () => {
  const bench = new DiskBench()
  bench.run(4, BOTH)
  bench.run(2, ROOT)
  expect(bench.pass(60)).toEqual(['firing silent critical +530s'])
  // it comes back without /data
  const seen = bench.run(4, ROOT)
  expect(seen.filter((text) => text.includes('gone'))).toEqual([])
  expect(bench.run(2, ROOT)).toEqual([expect.stringMatching('firing gone warning')])
})

test('a silence of the host ends no alert of a missing point', () => {
  const bench = new DiskBench()
  bench.run(1, BOTH)
  bench.run(10, ROOT)
  bench.pass(60)
  bench.run(1, ROOT)
  expect(bench.seen.map(({ kind, alert }) => `${kind} ${alert.ruleId}`)).toEqual([
    'firing full',
    'firing gone',
    'firing silent',
    'resolved silent',
  ])
})

test('late samples are no sign of a point, nor of its host', () => {
  const bench = new DiskBench()
  bench.run(1, BOTH)
  for (let index = 0; index < 60; index++) {
    bench.points(ROOT)
    bench.points(BOTH, { late: true, receivedAtMs: bench.atMs - 3_600_000 })
    bench.tick()
    bench.atMs += 10_000
  }
  expect(bench.seen.map(({ alert }) => alert.ruleId)).toEqual(['full', 'gone'])
})

test('a point that disappears while the collector is down is missed', () => {
  const bench = new DiskBench()
  bench.run(1, BOTH)
  bench.restart(60 * MINUTE)
  const from = bench.seen.length
  bench.run(4, ROOT)
  expect(bench.seen.slice(from)).toEqual([])
  bench.run(2, ROOT)
  expect(bench.seen.slice(from)).toMatchObject([
    {
      kind: 'firing',
      alert: { ruleId: 'gone', key: 'db1{device="/data",fstype="xfs",path="/data"}' },
    },
  ])
})

test('the time that the collector was away does not count; what was missing before does', () => {
  const bench = new DiskBench()
  bench.run(1, BOTH)
  bench.run(4, ROOT)
  expect(bench.restart(20 * MINUTE)).toEqual([])
  expect(bench.run(0.5, ROOT)).toEqual([])
  expect(bench.run(1, ROOT)).toEqual([expect.stringMatching('firing gone warning')])
})

test('an alert of a missing point outlives a restart, and ends when the point is back', () => {
  const bench = new DiskBench()
  bench.run(1, BOTH)
  bench.run(7, ROOT)
  expect(bench.restart(60_000)).toEqual([])
  expect(bench.run(3, ROOT)).toEqual([])
  expect(bench.run(1, [disk('/', 40), disk('/data', 95)])).toEqual([
    expect.stringMatching('resolved gone warning'),
  ])
  bench.save()
  expect([...bench.rows.values()].map(({ ruleId }) => ruleId).toSorted()).toEqual(
    ['@agent', '@known', '@points', 'full'].toSorted(),
  )
})

test('other rules go on from what these knew; a rule that is gone takes its rows with it', () => {
  const bench = new DiskBench()
  bench.run(1, BOTH)
  bench.run(4, ROOT)
  bench.save()
  const shorter = rulesFromYaml(RULES.replace('warning: {for: 5m}', 'warning: {for: 270s}'))
  bench.note(bench.engine.replaceRules(shorter, bench.atMs))
  expect(bench.run(1, ROOT)).toEqual([expect.stringMatching('firing gone warning')])
  const none = rulesFromYaml(`rules: []`)
  bench.note(bench.engine.replaceRules(none, bench.atMs))
  expect(bench.engine.list()).toEqual([])
  bench.save()
  expect([...bench.rows.values()].map(({ ruleId }) => ruleId)).toEqual(['@agent', '@known'])
})

test('after staleAfter without a sample it ends, with the reason; the point is known anew when it comes', () => {
  const bench = new DiskBench(
    RULES.replace('noData: disk', 'noData: disk\n    staleAfter: 2h').replace(
      'value: disk.used_percent',
      'value: disk.used_percent\n    staleAfter: 3h',
    ),
  )
  bench.run(1, BOTH)
  bench.run(100, ROOT)
  bench.restart(10 * MINUTE)
  bench.run(100, ROOT)
  expect(
    bench.seen.slice(-3).map(({ kind, reason, alert }) => [kind, reason, alert.ruleId]),
  ).toEqual([
    ['severity', 'condition', 'gone'],
    ['resolved', 'stale', 'gone'],
    ['resolved', 'stale', 'full'],
  ])
  bench.save()
  expect(bench.rows.get('@points\ngone\ndb1')?.json).not.toContain('/data')
  expect(bench.run(1, BOTH)).toEqual([expect.stringMatching('firing full critical')])
  expect(bench.run(7, ROOT)).toEqual([expect.stringMatching('firing gone warning')])
})

test('the time that the collector was away makes nothing stale, however often it is away', () => {
  const bench = new DiskBench(
    RULES.replace('value: disk.used_percent', 'value: disk.used_percent\n    staleAfter: 2h'),
  )
  bench.run(1, BOTH)
  bench.run(60, ROOT)
  for (let times = 0; times < 3; times++) bench.restart(180 * MINUTE)
  bench.run(30, ROOT)
  expect(bench.seen.filter(({ reason }) => reason === 'stale')).toEqual([])
  bench.run(31, ROOT)
  expect(bench.seen.at(-1)).toMatchObject({ reason: 'stale', alert: { ruleId: 'full' } })
})

test('50,000 watched points take no object each', () => {
  const bench = new DiskBench()
  const hosts = Array.from({ length: 500 }, (_, at) => `host${at}`)
  const points = Array.from({ length: 100 }, (_, at) => disk(`/m${at}`, 40))
  for (const host of hosts) bench.points(points, {}, host)
  bench.atMs += 10_000
  for (const host of hosts) bench.points(points.slice(1), {}, host)
  const startedMs = performance.now()
  bench.tick()
  expect(performance.now() - startedMs).toBeLessThan(100)
})

import { describe, expect, test } from 'vitest'
import { RuleEngine } from './engine.ts'
import { EngineBench as Bench, MINUTE, RULES, START_MS, TEXT } from './testing/engine-bench.ts'
import { rulesFromYaml } from './testing/rules-from-yaml.ts'
import type { Point } from './testing/sample-feed.ts'

describe('what an alert says', () => {
  test('its labels, fingerprint and times are those of the moment it fired', () => {
    const bench = new Bench()
    bench.hold(85, 2)
    bench.cpu(85)
    expect(bench.seen).toHaveLength(1)
    expect(bench.seen[0]).toMatchObject({
      kind: 'firing',
      reason: 'condition',
      atMs: START_MS + 2 * MINUTE,
      alert: {
        ruleId: 'cpu',
        key: 'db1{cpu="cpu-total"}',
        host: 'db1',
        phase: 'firing',
        labels: {
          alertname: 'cpu',
          host: 'db1',
          severity: 'warning',
          project: 'his',
          role: 'db',
          cpu: 'cpu-total',
        },
        summary: { zh: 'db1 85%', en: 'db1 85%' },
        startsAtMs: START_MS + 2 * MINUTE,
        severitySinceMs: START_MS + 2 * MINUTE,
        endsAtMs: undefined,
      },
    })
  })

  test('a change of severity ends one fingerprint and begins another under the same key', () => {
    const bench = new Bench()
    bench.hold(85, 3)
    bench.hold(95, 3)
    const [firing, change] = bench.seen
    expect(change).toMatchObject({
      kind: 'severity',
      alert: { severity: 'critical', endsAtMs: undefined, startsAtMs: firing?.alert.startsAtMs },
      before: {
        severity: 'warning',
        fingerprint: firing?.alert.fingerprint,
        endsAtMs: change?.atMs,
      },
    })
    expect(change?.alert.fingerprint).not.toBe(firing?.alert.fingerprint)
    expect(change?.alert.key).toBe(firing?.alert.key)
  })

  test('it says the threshold of the severity in force, after a restart and another reading of its rule too', () => {
    const bench = new Bench()
    bench.hold(85, 3)
    const threshold = () => bench.engine.list().map((alert) => alert.threshold?.zh)
    expect(bench.seen[0]?.alert.threshold).toEqual({ zh: '> 80%', en: '> 80%' })
    bench.restart(0)
    expect(threshold()).toEqual(['> 80%'])
    bench.hold(95, 3)
    expect(bench.seen.at(-1)).toMatchObject({
      alert: { severity: 'critical', threshold: { zh: '> 90%' } },
      before: { severity: 'warning', threshold: { zh: '> 80%' } },
    })
    bench.engine.replaceRules(rulesFromYaml(RULES.replace('above: 90', 'above: 92')), bench.atMs)
    bench.hold(96, 1)
    expect(threshold()).toEqual(['> 92%'])
  })

  test('a row that an older version wrote is read, and its threshold is the rule’s', () => {
    const bench = new Bench()
    bench.hold(85, 3)
    const rows = bench.engine.takeChanges(bench.atMs).put.map((row) => ({
      ...row,
      json: row.json.replace(/,"threshold":\{[^}]*\}/, ''),
    }))
    expect(rows.map(({ json }) => json).join('')).not.toContain('threshold')
    const rules = rulesFromYaml(RULES)
    const subjectLabels = () => ({})
    const again = new RuleEngine({ rules, directory: bench.feed.table, subjectLabels })
    again.restore(rows, { atMs: bench.atMs, downMs: 0 })
    expect(again.list().map(({ severity, threshold }) => [severity, threshold?.en])).toEqual([
      ['warning', '> 80%'],
    ])
  })

  test('a warning that holds when critical clears need not wait anew', () => {
    const bench = new Bench(RULES.replace('above: 80, for: 2m', 'above: 80, for: 30m'))
    bench.hold(95, 3)
    expect(bench.hold(82, 2)).toEqual(['severity cpu warning +240s'])
  })

  test('the list shows what is pending, firing and resolving', () => {
    const bench = new Bench()
    bench.hold(85, 1)
    expect(bench.engine.list()).toMatchObject([
      { phase: 'pending', severity: 'warning', startsAtMs: START_MS, summary: { en: 'db1 85%' } },
    ])
    bench.hold(85, 2)
    expect(bench.engine.list()).toMatchObject([{ phase: 'firing', value: 85 }])
    bench.cpu(20)
    expect(bench.engine.list()).toMatchObject([{ phase: 'resolving', value: 20 }])
    bench.hold(20, 2)
    expect(bench.engine.list()).toEqual([])
  })
})

describe('restart (A1, A2)', () => {
  test.each([0, 10, 50, 110, 120, 130, 300, 310, 350, 360, 370])(
    'at second %i neither forgets nor repeats anything, and keeps the timers',
    (second) => {
      const play = (bench: Bench, downMs: number | undefined) => {
        const seen: string[] = []
        for (let step = 0; step <= 48; step++) {
          const sinceMs = step * 10_000
          if (downMs !== undefined && sinceMs === second * 1000) {
            seen.push(...bench.restart(downMs))
          }
          seen.push(...bench.cpu(sinceMs < 5 * MINUTE ? 85 : 20), ...bench.tick())
          bench.atMs += 10_000
        }
        return seen
      }
      const undisturbed = play(new Bench(), undefined)
      expect(undisturbed).toEqual(['firing cpu warning +120s', 'resolved cpu warning +360s'])
      // Without downtime nothing at all may differ.
      expect(play(new Bench(), 0)).toEqual(undisturbed)
      const disturbed = play(new Bench(), 8000)
      expect(disturbed.map((text) => text.split('+')[0])).toEqual([
        'firing cpu warning ',
        'resolved cpu warning ',
      ])
      const secondsOf = (text: string | undefined) => Number(/\+(\d+)s/.exec(text ?? '')?.[1])
      disturbed.forEach((text, index) => {
        expect(secondsOf(text) - secondsOf(undisturbed[index])).toBeLessThanOrEqual(18)
      })
    },
  )

  test('a condition that cleared during the downtime is resolved by fresh samples, once', () => {
    const bench = new Bench()
    bench.hold(85, 3)
    expect(bench.restart(10 * MINUTE)).toEqual([])
    expect(bench.engine.list()).toMatchObject([{ phase: 'firing' }])
    expect(bench.hold(20, 2)).toEqual(['resolved cpu warning +840s'])
    expect(bench.hold(20, 2)).toEqual([])
  })

  test('an alert that fires still is not told again', () => {
    const bench = new Bench()
    bench.hold(85, 3)
    expect(bench.restart(10 * MINUTE)).toEqual([])
    expect(bench.hold(85, 10)).toEqual([])
    expect(bench.engine.list()).toHaveLength(1)
  })

  test('a wall clock that was set back during the downtime delays no timer beyond its length', () => {
    const bench = new Bench()
    bench.hold(85, 1)
    bench.restart(-60 * MINUTE)
    expect(bench.hold(85, 3)).toHaveLength(1)
  })

  test('after hours of downtime a pending alert begins anew', () => {
    const bench = new Bench()
    bench.hold(85, 1)
    bench.restart(120 * MINUTE)
    expect(bench.cpu(85)).toEqual([])
    expect(bench.hold(85, 3)).toHaveLength(1)
  })

  test('a row that can not be read is counted and left alone', () => {
    const bench = new Bench()
    const rows = [
      { ruleId: 'cpu', key: 'db1', json: '{"format":99}' },
      { ruleId: 'cpu', key: 'db2', json: 'garbage' },
      { ruleId: '@agent', key: 'db2', json: 'x' },
    ]
    const restored = bench.engine.restore(rows, { atMs: bench.atMs, downMs: 0 })
    expect(restored).toEqual({ transitions: [], unreadable: 3 })
    expect(bench.hold(85, 3)).toHaveLength(1)
  })

  test('changes that could not be written are given again', () => {
    const bench = new Bench()
    bench.hold(85, 3)
    const changes = bench.engine.takeChanges(bench.atMs)
    expect(changes.put.map(({ ruleId }) => ruleId)).toEqual(['cpu', '@agent', '@known'])
    expect(bench.engine.takeChanges(bench.atMs)).toEqual({ put: [], remove: [] })
    bench.engine.returnChanges(changes)
    expect(bench.engine.takeChanges(bench.atMs)).toEqual(changes)
  })

  test('an alert that came and went leaves no row', () => {
    const bench = new Bench()
    bench.hold(85, 3)
    bench.save()
    bench.hold(20, 3)
    bench.save()
    expect([...bench.rows.values()].map(({ ruleId }) => ruleId)).toEqual(['@agent', '@known'])
  })
})

describe('what is not new', () => {
  test('a back-fill fires and resolves nothing (A7)', () => {
    const bench = new Bench()
    bench.hold(20, 1)
    for (let index = 0; index < 360; index++) {
      const receivedAtMs = bench.atMs - 24 * 60 * MINUTE + index * 10_000
      expect(bench.cpu(99, { late: true, receivedAtMs })).toEqual([])
    }
    bench.hold(85, 3)
    for (let index = 0; index < 360; index++) {
      const receivedAtMs = bench.atMs - 24 * 60 * MINUTE + index * 10_000
      expect(bench.cpu(1, { late: true, receivedAtMs })).toEqual([])
    }
    expect(bench.engine.list()).toMatchObject([{ phase: 'firing' }])
  })

  test('a sample of the same time or an earlier one is ignored', () => {
    const bench = new Bench()
    bench.hold(85, 3)
    for (let index = 0; index < 50; index++) bench.cpu(1, { receivedAtMs: bench.atMs - 10_000 })
    expect(bench.engine.list()).toMatchObject([{ phase: 'firing', value: 85 }])
  })

  test('a series that vanishes keeps its alert (A13), whatever else the host sends', () => {
    const bench = new Bench()
    bench.hold(85, 3)
    for (let index = 0; index < 600; index++) {
      bench.atMs += 10_000
      bench.points([{ measurement: 'mem', fields: { available_percent: 50 } }])
      bench.tick()
    }
    expect(bench.seen).toHaveLength(1)
    expect(bench.engine.list()).toMatchObject([{ phase: 'firing' }])
  })

  test('after a long gap the timers begin anew', () => {
    const bench = new Bench()
    bench.hold(85, 1)
    bench.atMs += 6 * MINUTE
    expect(bench.cpu(85)).toEqual([])
    expect(bench.hold(85, 3)).toHaveLength(1)
  })
})

describe('clocks', () => {
  test('sample times that jump an hour ahead fire nothing early', () => {
    const bench = new Bench()
    bench.cpu(85)
    bench.atMs += 10_000
    expect(bench.cpu(85, { receivedAtMs: bench.atMs + 60 * MINUTE })).toEqual([])
    expect(bench.engine.list()).toMatchObject([{ phase: 'pending' }])
  })

  test('sample times that go back an hour are evaluated on', () => {
    const bench = new Bench()
    bench.hold(20, 2)
    const seen: string[] = []
    for (let index = 0; index < 18; index++) {
      seen.push(...bench.cpu(85, { receivedAtMs: bench.atMs - 60 * MINUTE }))
      bench.atMs += 10_000
    }
    expect(seen).toEqual(['firing cpu warning +240s'])
  })

  test('an earlier batch of the outbox that comes in between is no clock set back', () => {
    const bench = new Bench()
    bench.hold(85, 3)
    const before = { id: { epoch: '0123456789abcdef', sequence: 1 } }
    bench.cpu(1, { ...before, receivedAtMs: bench.atMs - 5 * MINUTE })
    expect(bench.engine.list()).toMatchObject([{ phase: 'firing', value: 85 }])
  })
})

describe('the past, as late samples tell it', () => {
  const HOUR = 60 * MINUTE

  /** Late samples of one value, every ten seconds for so many minutes; returns when the next one would be. */
  function fill(bench: Bench, value: number, fromMs: number, minutes: number): number {
    const untilMs = fromMs + minutes * MINUTE
    for (let timeMs = fromMs; timeMs < untilMs; timeMs += 10_000)
      expect(bench.cpu(value, { late: true, receivedAtMs: timeMs })).toEqual([])
    return untilMs
  }

  const past = (bench: Bench) =>
    bench.engine
      .takePast(bench.atMs)
      .map(({ ruleId, startsAtMs, endsAtMs }) => ({ ruleId, startsAtMs, endsAtMs }))

  test('an outage is written down once, with the times of its samples', () => {
    const bench = new Bench()
    const startMs = bench.atMs - 24 * HOUR
    const raisedMs = fill(bench, 20, startMs, 60)
    const clearMs = fill(bench, 85, raisedMs, 180)
    fill(bench, 20, clearMs, 60)
    const outage = {
      ruleId: 'cpu',
      startsAtMs: raisedMs + 2 * MINUTE,
      endsAtMs: clearMs + MINUTE,
    }
    expect(past(bench)).toEqual([outage])
    expect(past(bench)).toEqual([])
    expect(bench.engine.list()).toEqual([])
  })

  test('what is too short for the rule is none', () => {
    const bench = new Bench()
    const nextMs = fill(bench, 85, bench.atMs - HOUR, 1)
    fill(bench, 20, nextMs, 5)
    bench.atMs += 2 * MINUTE
    expect(past(bench)).toEqual([])
  })

  test('one that late samples do not end has its last sample for its end, a minute after the last of them came', () => {
    const bench = new Bench()
    const startMs = bench.atMs - HOUR
    const nextMs = fill(bench, 85, startMs, 30)
    expect(past(bench)).toEqual([])
    bench.atMs += MINUTE
    const outage = {
      ruleId: 'cpu',
      startsAtMs: startMs + 2 * MINUTE,
      endsAtMs: nextMs - 10_000,
    }
    expect(past(bench)).toEqual([outage])
    bench.atMs += MINUTE
    expect(past(bench)).toEqual([])
  })

  test('nor is what an alert told that has ended since', () => {
    const bench = new Bench()
    bench.hold(85, 10)
    const lostMs = bench.atMs
    bench.atMs += HOUR
    expect(bench.hold(20, 3)).toHaveLength(1)
    const before = fill(bench, 85, lostMs - 24 * HOUR, 20)
    fill(bench, 20, before, 5)
    const calmMs = fill(bench, 85, lostMs, 20)
    fill(bench, 20, calmMs, 30)
    expect(past(bench)).toMatchObject([{ endsAtMs: before + MINUTE }])
  })

  test('what a live alert told already is not told again', () => {
    const bench = new Bench()
    bench.hold(85, 10)
    fill(bench, 85, bench.atMs - 5 * MINUTE, 4)
    bench.atMs += MINUTE
    expect(past(bench)).toEqual([])
    expect(bench.engine.list()).toMatchObject([{ phase: 'firing' }])
  })
})

describe('silence', () => {
  test('a back-log of many batches is one heartbeat', () => {
    const bench = new Bench()
    bench.hold(20, 1)
    bench.atMs += 4 * MINUTE
    expect(bench.tick()).toEqual(['firing offline critical +300s'])
    for (let index = 0; index < 20; index++) expect(bench.cpu(20, { late: true })).toEqual([])
    bench.atMs += 10_000
    expect(bench.note(bench.engine.contact('db1', bench.atMs))).toEqual([
      'resolved offline critical +310s',
    ])
  })

  test('one heartbeat and silence again is no recovery', () => {
    const bench = new Bench()
    bench.hold(20, 1)
    bench.atMs += 4 * MINUTE
    bench.tick()
    bench.engine.contact('db1', bench.atMs)
    bench.atMs += 4 * MINUTE
    expect(bench.tick()).toEqual([])
    expect(bench.note(bench.engine.contact('db1', bench.atMs))).toEqual([])
    expect(bench.engine.list()).toMatchObject([{ phase: 'resolving' }])
  })

  test('the collector being away is nobody else’s silence: no storm after 30 minutes (A8)', () => {
    const bench = new Bench()
    for (let index = 0; index < 20; index++) bench.cpu(20, {}, `host${index}`)
    bench.restart(30 * MINUTE)
    for (let index = 0; index < 17; index++) {
      bench.atMs += 10_000
      expect(bench.tick()).toEqual([])
    }
    bench.atMs += 20_000
    expect(bench.tick()).toHaveLength(20)
  })

  test('silence before a restart counts', () => {
    const bench = new Bench()
    bench.cpu(20)
    bench.atMs += 2 * MINUTE
    bench.restart(5000)
    bench.atMs += 50_000
    expect(bench.tick()).toEqual([])
    bench.atMs += 10_000
    expect(bench.tick()).toEqual(['firing offline critical +185s'])
  })

  test('who was nearly silent long enough gets the time that agents take to come back', () => {
    const bench = new Bench()
    bench.cpu(20)
    bench.atMs += 170_000
    bench.restart(30 * MINUTE)
    bench.atMs += 50_000
    expect(bench.tick()).toEqual([])
    bench.engine.contact('db1', bench.atMs)
    bench.atMs += 50_000
    expect(bench.tick()).toEqual([])
  })
})

describe('other rules put in force', () => {
  const replace = (bench: Bench, text: string) =>
    bench.note(bench.engine.replaceRules(rulesFromYaml(text), bench.atMs))

  test('an alert whose rule stays, with other numbers, goes on untold', () => {
    const bench = new Bench()
    bench.hold(85, 3)
    expect(replace(bench, RULES.replace('above: 80', 'above: 75'))).toEqual([])
    expect(bench.hold(85, 3)).toEqual([])
    expect(bench.hold(20, 2)).toEqual(['resolved cpu warning +420s'])
  })

  test('an alert whose rule is gone ends, and says why', () => {
    const bench = new Bench()
    bench.hold(85, 3)
    expect(replace(bench, RULES.replace('id: cpu', 'id: other'))).toEqual([
      'resolved cpu warning +180s',
    ])
    expect(bench.seen.at(-1)?.reason).toBe('rule')
    expect(bench.engine.list()).toEqual([])
  })

  test('an alert that its rule no longer looks at ends', () => {
    const bench = new Bench()
    bench.hold(85, 3)
    expect(replace(bench, RULES.replace('cpu-total', 'cpu0'))).toHaveLength(1)
  })

  test('a severity that is gone falls back to the milder one', () => {
    const bench = new Bench()
    bench.hold(95, 3)
    const milder = RULES.split('\n').filter((line) => !line.includes('above: 90'))
    expect(replace(bench, milder.join('\n'))).toEqual(['severity cpu warning +180s'])
  })
})

describe('which series a rule watches', () => {
  const text = (where: string, value = 'disk.used_percent', more = '') => `rules:
  - id: full
    name: {zh: 满, en: Full}
    value: ${value}
    where: ${where}
    critical: {above: 90${more}, clear: {for: 0s}}${TEXT}
`
  const disk = (path: string, mode: string, fields: Record<string, number>): Point => ({
    measurement: 'disk',
    tags: { path, device: 'sda1', fstype: 'ext4', mode },
    fields,
  })

  test('host and project filter, and project is no part of the key', () => {
    const bench = new Bench(text('{host: "~^db", project: "!test"}'))
    expect(bench.points([disk('/', 'rw', { used_percent: 95 })])).toHaveLength(1)
    expect(bench.points([disk('/', 'rw', { used_percent: 95 })], {}, 'app1')).toEqual([])
    expect(bench.seen[0]?.alert.key).toBe('db1{device="sda1",fstype="ext4",path="/"}')
  })

  test('two rules may see the same point through different descriptive tags', () => {
    const two = text('{mode: rw}') + text('{}').replace('rules:\n', '').replaceAll('full', 'any')
    const bench = new Bench(two)
    const firing = (mode: string) =>
      bench.points([disk('/', mode, { used_percent: 95 })]).map((seen) => seen.split(' ')[1])
    expect(firing('ro')).toEqual(['any'])
    bench.atMs += 10_000
    expect(firing('rw')).toEqual(['full'])
    bench.atMs += 10_000
    expect(bench.points([disk('/', 'ro', { used_percent: 5 })])).toEqual([
      'resolved any critical +20s',
    ])
    bench.atMs += 10_000
    expect(firing('rw')).toEqual(['any'])
    expect(bench.engine.list().map(({ ruleId }) => ruleId)).toEqual(['full', 'any'])
  })

  test('fields of one point that come in two batches are read together', () => {
    const bench = new Bench(text('{}', 'disk.used_percent', ', and: disk.free < 1GB'))
    expect(bench.points([disk('/', 'rw', { used_percent: 95 })])).toEqual([])
    expect(bench.points([disk('/', 'rw', { free: 5e8 })])).toHaveLength(1)
    bench.atMs += 10_000
    // Half a point says nothing.
    expect(bench.points([disk('/', 'rw', { used_percent: 10 })])).toEqual([])
  })

  test('a division by zero has no value', () => {
    const bench = new Bench(
      text('{}', 'disk.used / disk.total', '').replace(
        'critical: {above: 90',
        'unit: ratio\n    critical: {above: 0.9',
      ),
    )
    expect(bench.points([disk('/', 'rw', { used: 5, total: 0 })])).toEqual([])
    bench.atMs += 10_000
    expect(bench.points([disk('/', 'rw', { used: 5, total: 5 })])).toHaveLength(1)
  })

  test('many hosts and points keep apart', () => {
    const bench = new Bench(text('{}'))
    for (let host = 0; host < 300; host++) {
      const points = Array.from({ length: 20 }, (_, path) =>
        disk(`/data${path}`, 'rw', { used_percent: (host + path) % 50 === 0 ? 99 : 10 }),
      )
      bench.points(points, {}, `host${host}`)
    }
    const keys = bench.seen.map(({ alert }) => alert.key)
    const expected = Array.from({ length: 300 }, (_, host) =>
      Array.from({ length: 20 }, (_path, path) => ({ host, path })),
    )
      .flat()
      .filter(({ host, path }) => (host + path) % 50 === 0)
      .map(({ host, path }) => `host${host}{device="sda1",fstype="ext4",path="/data${path}"}`)
    expect(keys).toEqual(expected)
    expect(bench.engine.instanceCount).toBe(6000)
  })
})

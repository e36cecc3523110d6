import { expect, test } from 'vitest'
import { EngineBench, MINUTE, TEXT } from '../testing/engine-bench.ts'
import { rulesFromYaml } from '../testing/rules-from-yaml.ts'

const RULES = `rules:
  - id: cpu
    name: {zh: CPU, en: CPU}
    value: cpu.usage_active
    where: {cpu: cpu-total}
    warning: {above: 80, for: 2m, clear: {below: 70, for: 1m}}
    critical: {above: 90, for: 2m, clear: {below: 85, for: 1m}}${TEXT}
  - id: down
    name: {zh: 库不可用, en: Database is down}
    value: mysql_up.up
    critical: {equals: 0, for: 1m, clear: {for: 1m}}${TEXT}
`

const open = () => new EngineBench(RULES)

const up = (instance: string, value: number) => ({
  measurement: 'mysql_up',
  tags: { instance },
  fields: { up: value },
})

/** A point every ten seconds for so many minutes. */
function run(bench: EngineBench, minutes: number, ...points: Parameters<EngineBench['points']>[0]) {
  for (let index = 0; index < minutes * 6; index++) {
    bench.points(points)
    bench.tick()
    bench.atMs += 10_000
  }
}

const told = (bench: EngineBench) =>
  bench.seen.map(({ kind, alert }) => [kind, alert.severity, alert.sinceFirstWatched])

test('what is wrong from the first sample of a host on was so before', () => {
  const bench = open()
  bench.hold(85, 3)
  expect(told(bench)).toEqual([['firing', 'warning', true]])
  expect(bench.engine.list()).toMatchObject([{ sinceFirstWatched: true }])
})

test('what goes wrong a minute after the host is first watched is new', () => {
  const bench = open()
  bench.hold(20, 1)
  bench.hold(85, 3)
  expect(told(bench)).toEqual([['firing', 'warning', false]])
})

test('what was wrong, was well for a moment, and is wrong again is new', () => {
  const bench = open()
  bench.hold(85, 1)
  bench.hold(20, 1)
  bench.hold(85, 3)
  expect(told(bench)).toEqual([['firing', 'warning', false]])
})

test('it is the severity of the first sample: what grew worse since is new', () => {
  const bench = open()
  bench.hold(85, 3)
  bench.hold(95, 3)
  expect(told(bench)).toEqual([
    ['firing', 'warning', true],
    ['severity', 'critical', false],
  ])
})

test('a severity that was so at first, and then was not for a while, is new when it comes again', () => {
  const bench = open()
  bench.hold(95, 1)
  bench.hold(85, 2)
  bench.hold(95, 3)
  expect(told(bench)).toEqual([
    ['firing', 'warning', true],
    ['severity', 'critical', false],
  ])
})

test('an instance that is first watched on a host that is long known, down from the first', () => {
  const bench = open()
  bench.hold(20, 120)
  run(bench, 2, up('his', 0))
  expect(told(bench)).toEqual([['firing', 'critical', true]])
})

test('an instance that is long known, too, is not first watched, whatever else comes of it', () => {
  const bench = open()
  run(bench, 120, up('his', 1), up('lis', 1))
  run(bench, 2, up('his', 0))
  expect(told(bench)).toEqual([['firing', 'critical', false]])
})

test('a series that is new on a host that is long known is new', () => {
  const bench = new EngineBench(`${RULES}
  - id: full
    name: {zh: 满, en: Full}
    value: disk.used_percent
    critical: {atLeast: 90}${TEXT}
`)
  bench.hold(20, 20)
  const tags = { path: '/data', device: 'sdb', fstype: 'xfs' }
  run(bench, 1, { measurement: 'disk', tags, fields: { used_percent: 95 } })
  expect(told(bench)).toEqual([['firing', 'critical', false]])
})

test('a restart makes nothing first watched, and forgets nothing that is', () => {
  const calm = open()
  calm.hold(20, 1)
  calm.restart(MINUTE)
  calm.hold(85, 3)
  expect(told(calm)).toEqual([['firing', 'warning', false]])

  const pending = open()
  pending.hold(85, 1)
  pending.restart(10_000)
  pending.hold(85, 3)
  expect(told(pending)).toEqual([['firing', 'warning', true]])
  pending.restart(10_000)
  expect(pending.engine.list()).toMatchObject([{ sinceFirstWatched: true }])
})

test('an instance that came before the restart is known after it', () => {
  const bench = open()
  run(bench, 1, up('his', 1))
  bench.restart(MINUTE)
  run(bench, 2, up('his', 0))
  expect(told(bench)).toEqual([['firing', 'critical', false]])
})

test('a rule that is new on a host that is known is not about what was first watched', () => {
  const bench = new EngineBench('rules: []')
  bench.hold(85, 5)
  bench.note(bench.engine.replaceRules(rulesFromYaml(RULES), bench.atMs))
  bench.hold(85, 3)
  expect(told(bench)).toEqual([['firing', 'warning', false]])
})

test('late samples make nobody known', () => {
  const bench = open()
  for (let index = 0; index < 60; index++)
    bench.cpu(85, { late: true, receivedAtMs: bench.atMs - 3_600_000 + index * 10_000 })
  bench.atMs += 60 * MINUTE
  bench.hold(85, 3)
  expect(told(bench)).toEqual([['firing', 'warning', true]])
})

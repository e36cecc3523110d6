import { expect, test } from 'vitest'
import { EngineBench, TEXT } from './testing/engine-bench.ts'

const RULES = `rules:
  - id: down
    name: {zh: 库不可用, en: Database is down}
    value: mysql_up.up
    critical: {equals: 0, for: 1m, clear: {for: 1m}}${TEXT}
  - id: missing
    name: {zh: 库不见, en: Database is gone}
    noData: mysql_up
    warning: {for: 3m}${TEXT}
  - id: silent
    name: {zh: 失联, en: Silent}
    noData: agent
    critical: {for: 3m}${TEXT}
`

const up = (instance: string, value: number) => ({
  measurement: 'mysql_up',
  tags: { instance },
  fields: { up: value },
})

function run(bench: EngineBench, minutes: number, ...points: Parameters<EngineBench['points']>[0]) {
  for (let index = 0; index < minutes * 6; index++) {
    bench.points(points)
    bench.cpu(20, {}, 'db2')
    bench.tick()
    bench.atMs += 10_000
  }
}

function openWithAlerts(): EngineBench {
  const bench = new EngineBench(RULES)
  run(bench, 1, up('his', 0), up('lis', 0), up('pacs', 1))
  run(bench, 5, up('his', 0), up('lis', 0))
  expect(bench.engine.list().map(({ ruleId, key }) => `${ruleId} ${key}`)).toEqual([
    'down db1{instance="his"}',
    'down db1{instance="lis"}',
    'missing db1{instance="pacs"}',
  ])
  return bench
}

const retire = (bench: EngineBench, host: string, tags?: Record<string, string>) => {
  const { transitions, wasKnown } = bench.engine.retire(host, tags, bench.atMs)
  return [
    wasKnown,
    ...transitions.map(({ kind, reason, alert }) => `${kind} ${reason} ${alert.key}`),
  ]
}

test('all alerts of a retired host end with the reason said, and nothing of it is missed', () => {
  const bench = openWithAlerts()
  bench.save()
  expect(retire(bench, 'db1')).toEqual([
    true,
    'resolved retired db1{instance="his"}',
    'resolved retired db1{instance="lis"}',
    'resolved retired db1{instance="pacs"}',
  ])
  for (let second = 0; second < 600; second++) {
    bench.atMs += 1000
    bench.note(bench.engine.contact('db2', bench.atMs))
    expect(bench.tick()).toEqual([])
  }
  bench.save()
  expect([...bench.rows.values()].map(({ ruleId, key }) => `${ruleId} ${key}`)).toEqual([
    '@agent db2',
    '@known db2',
  ])
})

test('an agent that is silent ends with its host', () => {
  const bench = openWithAlerts()
  for (let second = 0; second < 200; second++) {
    bench.atMs += 1000
    bench.tick()
  }
  expect(retire(bench, 'db1')).toContain('resolved retired db1')
})

test('an instance is retired by its tags; the rest of the host goes on', () => {
  const bench = openWithAlerts()
  expect(retire(bench, 'db1', { instance: 'pacs' })).toEqual([
    true,
    'resolved retired db1{instance="pacs"}',
  ])
  expect(retire(bench, 'db1', { instance: 'his' })).toEqual([
    true,
    'resolved retired db1{instance="his"}',
  ])
  const before = bench.seen.length
  run(bench, 10, up('lis', 0))
  expect(bench.seen.slice(before)).toEqual([])
})

test('what comes later makes it known anew, and wrong things fire again', () => {
  const bench = openWithAlerts()
  retire(bench, 'db1')
  bench.save()
  const before = bench.seen.length
  run(bench, 2, up('his', 0), up('pacs', 1))
  run(bench, 6, up('his', 0))
  expect(bench.seen.slice(before).map(({ kind, alert }) => `${kind} ${alert.key}`)).toEqual([
    'firing db1{instance="his"}',
    'firing db1{instance="pacs"}',
  ])
  bench.restart(1000)
  expect(bench.engine.list()).toHaveLength(2)
})

test('of what nobody heard of, it is said', () => {
  expect(retire(new EngineBench(RULES), 'db9')).toEqual([false])
})

import { describe, expect, test } from 'vitest'
import { compileMatcher } from './alert-matcher.ts'
import { MAX_ALERTS_PER_NOTICE } from './limits.ts'
import { aRoute, Simulator } from './testing/simulator.ts'

describe('grouping', () => {
  test('the first alert of a group goes out at once, what follows after 30 s, then every 5 minutes', () => {
    const world = new Simulator()
    world.fire('cpu@db1')
    expect(world.said()).toEqual(['0 news duty: cpu@db1'])
    world.pass(10)
    world.fire('load@db1')
    world.pass(5)
    world.fire('memory@db1', { severity: 'critical' })
    world.pass(45)
    expect(world.said()).toEqual(['0.5 news duty: !memory@db1 load@db1'])
    world.fire('disk@db1')
    world.pass(300)
    expect(world.said()).toEqual(['5.5 news duty: disk@db1'])
    world.pass(600)
    world.fire('inodes@db1')
    expect(world.said()).toEqual(['16 news duty: inodes@db1'])
  })

  test('what follows on the route within 30 s joins one notice, whatever its group', () => {
    const world = new Simulator()
    world.fire('cpu@db1')
    world.pass(1)
    for (const host of ['db2', 'db3', 'db4']) world.fire(`cpu@${host}`)
    world.pass(40)
    expect(world.said()).toEqual(['0 news duty: cpu@db1', '0.5 news duty: cpu@db2 cpu@db3 cpu@db4'])
    world.resolve('cpu@db2')
    world.resolve('cpu@db3')
    world.resolve('cpu@db1')
    world.pass(100)
    expect(world.said()).toEqual(['2.18 news duty: -cpu@db1', '2.18 news duty: -cpu@db2 -cpu@db3'])
  })

  test('an end is gathered 30 s where the group is quiet, 90 s where it was told just now', () => {
    const world = new Simulator()
    world.fire('cpu@db1')
    world.pass(10)
    world.resolve('cpu@db1')
    world.pass(90)
    expect(world.said()).toEqual(['0 news duty: cpu@db1', '1.67 news duty: -cpu@db1'])
    world.fire('cpu@db1')
    world.pass(600)
    world.resolve('cpu@db1')
    world.pass(30)
    expect(world.said()).toEqual(['1.67 news duty: cpu@db1', '12.17 news duty: -cpu@db1'])
  })

  test('what fires and ends before it was told is told once, as ended', () => {
    const world = new Simulator()
    world.fire('cpu@db1')
    world.pass(5)
    world.fire('load@db1')
    world.pass(5)
    world.resolve('load@db1')
    world.pass(100)
    expect(world.said()).toEqual(['0 news duty: cpu@db1', '0.5 news duty: -load@db1'])
  })

  test('what ends and comes back before its end was told is not news', () => {
    const world = new Simulator()
    world.fire('cpu@db1')
    world.pass(600)
    world.resolve('cpu@db1')
    world.pass(5)
    world.fire('cpu@db1')
    world.pass(400)
    expect(world.said()).toEqual(['0 news duty: cpu@db1'])
    expect(world.decisionsOf('cpu@db1')).toContain('unchanged')
  })

  test('another severity is told as the end of the one and the beginning of the other', () => {
    const world = new Simulator()
    world.fire('cpu@db1')
    world.pass(600)
    world.fire('cpu@db1', { severity: 'critical' })
    expect(world.said()).toEqual(['0 news duty: cpu@db1', '10 news duty: !cpu@db1 -cpu@db1'])
  })

  test('several alerts of one batch are one notice', () => {
    const world = new Simulator()
    const transitions = ['cpu@db1', 'load@db1', 'cpu@db2'].map((name) => {
      const other = new Simulator()
      const alert = other.fire(name)
      return {
        kind: 'firing',
        atMs: world.nowMs,
        reason: 'condition',
        alert,
        before: undefined,
      } as const
    })
    world.take(transitions)
    expect(world.said()).toEqual(['0 news duty: cpu@db1 load@db1'])
    world.pass(30)
    expect(world.said()).toEqual(['0.5 news duty: cpu@db2'])
  })

  test('5,000 alerts in one minute are two notices, and none is forgotten', () => {
    const world = new Simulator()
    for (let second = 0; second < 60; second++) {
      for (let index = 0; index < 5000 / 60; index++)
        world.fire(`port@switch${index % 50}?port=${second}.${index}`)
      world.pass(1)
    }
    world.pass(600)
    const [first, second, ...others] = world.notices
    expect(others).toEqual([])
    expect(first?.alerts).toHaveLength(1)
    expect(second?.alerts).toHaveLength(MAX_ALERTS_PER_NOTICE)
    expect((second?.truncated ?? 0) + MAX_ALERTS_PER_NOTICE + 1).toBe(5040)
    expect(second?.atMs).toBeLessThanOrEqual(world.nowMs - 600_000 + 10_000)
  })
})

describe('over a restart', () => {
  test('what was told is not told again, and its end is', () => {
    const world = new Simulator()
    world.fire('cpu@db1')
    world.restart(600)
    world.pass(60)
    world.resolve('cpu@db1')
    world.pass(120)
    expect(world.said()).toEqual(['0 news duty: cpu@db1', '11.5 news duty: -cpu@db1'])
  })

  test('what was gathered goes out when its time comes', () => {
    const world = new Simulator()
    world.fire('cpu@db1')
    world.fire('cpu@db2')
    world.fire('load@db1')
    world.restart(3)
    world.pass(60)
    expect(world.said()).toEqual(['0 news duty: cpu@db1', '0.5 news duty: load@db1 cpu@db2'])
    world.fire('disk@db1')
    world.restart(1000)
    world.pass(1)
    expect(world.said()).toEqual(['17.73 news duty: disk@db1'])
  })

  test('a clock set back by hours meanwhile delays nothing', () => {
    const world = new Simulator()
    world.fire('old@db9', { sinceFirstWatched: true })
    world.fire('cpu@db1')
    world.fire('load@db1')
    for (let times = 0; times < 3; times++) {
      world.fire('flaps@db2')
      world.pass(1)
      if (times < 2) world.resolve('flaps@db2')
    }
    world.said()
    world.restart(-5 * 3600)
    world.pass(31 * 60)
    const told = world.notices.flatMap(({ alerts }) => alerts.map(({ alert }) => alert.ruleId))
    expect(new Set(told)).toEqual(new Set(['load', 'flaps', 'old']))
    expect(world.dispatcher.get({ ruleId: 'flaps', key: 'db2' })?.flappingUntilMs).toBeUndefined()
  })

  test('what ended while nobody watched is told within two minutes', () => {
    const world = new Simulator()
    world.fire('cpu@db1')
    world.said()
    world.restart(60)
    world.resolve('cpu@db1')
    world.pass(120)
    expect(world.said()).toEqual(['2.5 news duty: -cpu@db1'])
  })
})

describe('routing', () => {
  const root = aRoute({
    routes: [
      aRoute({
        key: '{}/{severity="critical"}',
        matcher: compileMatcher({ severity: 'critical' }),
        channels: ['phone'],
        continues: true,
      }),
      aRoute({
        key: '{}/{project="lis"}',
        matcher: compileMatcher({ project: 'lis' }),
        channels: ['lab'],
      }),
    ],
  })

  test('the deepest route that matches leads; one that continues lets the next ones match too', () => {
    const world = new Simulator({ root })
    world.fire('cpu@db1')
    world.fire('cpu@lis1', { project: 'lis', severity: 'critical' })
    expect(world.said()).toEqual([
      '0 news duty: cpu@db1',
      '0 news phone: !cpu@lis1',
      '0 news lab: !cpu@lis1',
    ])
  })

  test('a route that no longer leads to an alert hears of the end of what it was told', () => {
    const world = new Simulator({ root })
    world.fire('cpu@db1')
    world.pass(600)
    world.fire('cpu@db1', { severity: 'critical' })
    world.pass(60)
    expect(world.said()).toEqual([
      '0 news duty: cpu@db1',
      '10 news phone: !cpu@db1',
      '10.5 news duty: -cpu@db1',
    ])
  })

  test('without a channel nothing is sent, and that is recorded', () => {
    const world = new Simulator({ root: aRoute({ channels: [] }) })
    world.fire('cpu@db1')
    expect(world.said()).toEqual([])
    expect(world.decisionsOf('cpu@db1')).toEqual(['noRoute'])
  })

  test('other routes in force: what fires goes on there untold, and what waits is told there', () => {
    const world = new Simulator({
      root: aRoute({ routes: [aRoute({ key: '{}/{old}', channels: ['old'] })] }),
    })
    world.fire('cpu@db1')
    world.fire('load@db1')
    world.pass(1)
    world.fire('disk@db1')
    expect(world.said()).toEqual(['0 news old: cpu@db1'])
    world.replaceRules({
      root: aRoute({ routes: [aRoute({ key: '{}/{new}', channels: ['new'] })] }),
    })
    world.pass(60)
    world.resolve('cpu@db1')
    world.pass(120)
    const said = world.said()
    expect(
      said.filter((line) => line.includes(' load@db1') || line.includes(' disk@db1')),
    ).not.toEqual([])
    expect(said.at(-1)).toContain('new: -cpu@db1')
  })
})

test('notices tell times by the zone in force', () => {
  const world = new Simulator()
  world.fire('cpu@db1')
  world.replaceRules({ timeZone: 'Asia/Urumqi' })
  world.pass(300)
  world.fire('load@db1')
  world.pass(60)
  expect(world.notices.map(({ timeZone }) => timeZone)).toEqual(['Asia/Shanghai', 'Asia/Urumqi'])
})

test('what has ended is told with what it said while it fired', () => {
  const world = new Simulator()
  const fired = world.fire('cpu@db1')
  world.pass(60)
  const summary = { zh: 'db1 有 0 个空密码账号', en: 'db1 has 0 accounts without a password' }
  const ended = { ...fired, summary, value: 0, endsAtMs: world.nowMs }
  world.take([
    { kind: 'resolved', atMs: world.nowMs, reason: 'condition', alert: ended, before: undefined },
  ])
  world.pass(100)
  expect(world.notices.at(-1)?.alerts).toMatchObject([
    { alert: { summary: fired.summary, value: 0, endsAtMs: ended.endsAtMs } },
  ])
})

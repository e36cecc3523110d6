import { expect, test } from 'vitest'
import { compileMatcher } from './alert-matcher.ts'
import { aRoute, Simulator } from './testing/simulator.ts'

// Alerts about clocks tell of the alerts of their incident: nobody is called by them for what nobody is to hear of.

const dependencies = [
  {
    parent: compileMatcher({ alertname: 'silent' }),
    child: compileMatcher({ alertname: '!~^(silent|sla_.*)$' }),
    equal: [],
  },
]
const escalation = [
  { afterMs: 600_000, unless: 'claimed' as const, channels: ['lead'], people: [] },
]

const REPEATS = { critical: 600_000, warning: 600_000, info: undefined }

const SILENCE = {
  id: 's1',
  where: { host: 'db1' },
  author: '张三',
  comment: '换盘',
}

/** A disk that is broken since five minutes, and the alert about its clock, of another host's labels. */
function begin(rules: ConstructorParameters<typeof Simulator>[0] = {}) {
  const world = new Simulator({ dependencies, ...rules })
  world.aboutOf = ({ ruleId }) => (ruleId === 'sla_clock' ? [world.idOf('disk@db1')] : [])
  world.fire('disk@db1', { severity: 'critical' })
  world.pass(300)
  return world
}

const silence = (world: Simulator, minutes: number) =>
  world.act(({ held }) => {
    const startsAtMs = world.nowMs
    const times = { startsAtMs, endsAtMs: startsAtMs + minutes * 60_000, createdAtMs: startsAtMs }
    held.putSilence({ ...SILENCE, ...times }, world.nowMs)
  })

test('a clock of what is silenced is held by the same silence, and told when it ends', () => {
  const world = begin()
  silence(world, 30)
  world.fire('sla_clock@pair?incident=i1')
  world.pass(60)
  world.fire('sla_clock@pair?incident=i1', { severity: 'critical' })
  world.pass(1500)
  expect(world.said()).toEqual(['0 news duty: !disk@db1'])
  expect(world.decisionsOf('sla_clock@pair?incident=i1')).toEqual(['silenced', 'silenced'])
  world.pass(300)
  expect(world.said()).toEqual(['35 catchUp duty: !sla_clock@pair?incident=i1'])
})

test('one that was told is neither repeated nor escalated while its fault is silenced; its end is told', () => {
  const world = begin({ root: aRoute({ escalation, repeatMs: REPEATS }) })
  world.fire('sla_clock@pair?incident=i1', { severity: 'critical' })
  world.pass(60)
  silence(world, 60)
  world.said()
  world.pass(3000)
  expect(world.said()).toEqual([])
  world.resolve('sla_clock@pair?incident=i1')
  world.pass(120)
  expect(world.said()).toEqual(['56.5 news duty: -!sla_clock@pair?incident=i1'])
})

test('one of several faults is told while one of them is', () => {
  const world = begin()
  world.aboutOf = () => [world.idOf('disk@db1'), world.idOf('disk@db2')]
  world.fire('disk@db2', { severity: 'critical' })
  world.pass(300)
  world.said()
  silence(world, 30)
  world.fire('sla_clock@pair?incident=i1')
  world.pass(60)
  expect(world.said()).toHaveLength(1)
})

test('one of what is muted by a cause is muted with it, and free with it', () => {
  const world = begin()
  world.fire('silent@sw', { severity: 'critical' })
  world.fire('sla_clock@pair?incident=i1')
  world.pass(600)
  expect(world.said().join()).not.toContain('sla_clock')
  expect(world.decisionsOf('sla_clock@pair?incident=i1')).toEqual(['muted'])
  world.resolve('silent@sw')
  world.pass(180)
  expect(world.said().at(-1)).toMatch(/catchUp duty: .*sla_clock@pair/)
})

test('over a restart too', () => {
  const world = begin()
  silence(world, 30)
  world.fire('sla_clock@pair?incident=i1')
  world.restart(5)
  world.pass(600)
  expect(world.said()).toEqual(['0 news duty: !disk@db1'])
  world.pass(1800)
  expect(world.said()).toEqual(['35 catchUp duty: sla_clock@pair?incident=i1'])
})

test.each(['the incident is over', 'its alerts have ended'])(
  'when %s, the clock is not told while it has not ended itself',
  (what) => {
    const world = begin()
    silence(world, 120)
    world.fire('sla_clock@pair?incident=i1', { severity: 'critical' })
    world.pass(300)
    world.said()
    world.resolve('disk@db1')
    if (what === 'the incident is over') world.aboutOf = () => []
    // what holds clocks against incidents looks each 10 s
    world.pass(6)
    world.restart(2)
    world.pass(2)
    world.resolve('sla_clock@pair?incident=i1')
    world.pass(120)
    expect(world.said().join()).not.toContain('sla_clock')
    expect(world.decisionsOf('sla_clock@pair?incident=i1')[0]).toBe('silenced')
  },
)

test('a clock of another fault of the same incident is told at once', () => {
  const world = begin()
  world.aboutOf = () => [world.idOf('disk@db1'), world.idOf('disk@db2')]
  silence(world, 120)
  world.fire('sla_clock@pair?incident=i1', { severity: 'critical' })
  world.pass(60)
  world.resolve('disk@db1')
  world.pass(60)
  world.said()
  world.fire('disk@db2', { severity: 'critical' })
  world.pass(60)
  expect(world.said().join()).toContain('!sla_clock@pair')
})

test('a clock that goes on after the alerts have ended, since the user did not accept that, is told after two minutes', () => {
  const world = begin()
  silence(world, 120)
  world.fire('sla_clock@pair?incident=i1', { severity: 'critical' })
  world.pass(60)
  world.said()
  world.resolve('disk@db1')
  world.pass(100)
  expect(world.said().join()).not.toContain('sla_clock')
  world.pass(60)
  expect(world.said().join()).toContain('!sla_clock@pair')
})

test('clocks are not counted among what a cause mutes, over a restart neither', () => {
  const world = begin()
  world.fire('silent@sw', { severity: 'critical' })
  world.fire('sla_clock@pair?incident=i1')
  world.pass(60)
  const mutes = () => world.dispatcher.held.mutes(world.idOf('silent@sw'))
  expect(mutes()).toBe(1)
  world.restart(5)
  world.pass(60)
  expect(mutes()).toBe(1)
  world.resolve('sla_clock@pair?incident=i1')
  expect(mutes()).toBe(1)
})

import { describe, expect, test } from 'vitest'
import { compileMatcher } from './alert-matcher.ts'
import { aRoute, Simulator } from './testing/simulator.ts'

const HOST_DOWN = {
  parent: compileMatcher({ alertname: 'offline' }),
  child: compileMatcher({ alertname: '!offline' }),
  equal: [{ child: 'host', parent: 'host' }],
}
const DATABASE_DOWN = {
  parent: compileMatcher({ alertname: 'oracle_down' }),
  child: compileMatcher({ measurement: '~^oracle', alertname: '!oracle_down' }),
  equal: [
    { child: 'host', parent: 'host' },
    { child: 'instance', parent: 'instance' },
  ],
}
const dependencies = [HOST_DOWN, DATABASE_DOWN]

describe('one notice per root cause', () => {
  test('while the cause fires, what it brings about is recorded and not told', () => {
    const world = new Simulator({ dependencies })
    world.fire('offline@db1', { severity: 'critical' })
    world.fire('tomcat_down@db1?instance=a')
    world.fire('oracle_down@db1?instance=his')
    world.fire('oracle_sessions@db1?instance=his')
    world.fire('cpu@db2')
    world.pass(60)
    expect(world.said()).toEqual(['0 news duty: !offline@db1', '0.5 news duty: cpu@db2'])
    expect(world.decisionsOf('oracle_down@db1?instance=his')).toEqual(['muted'])
    const hold = world.dispatcher.find(
      world.fire('oracle_locks@db1?instance=his').fingerprint,
    )?.hold
    expect(hold).toMatchObject({ kind: 'muted', by: world.idOf('offline@db1') })
    world.pass(4 * 3600)
    expect(world.notices.at(-1)?.alerts[0]).toMatchObject({ mutes: 4 })
  })

  test('why it is not told is recorded under each severity', () => {
    const world = new Simulator({ dependencies })
    world.fire('offline@db1', { severity: 'critical' })
    world.fire('cpu@db1')
    world.pass(60)
    const { fingerprint } = world.fire('cpu@db1', { severity: 'critical' })
    const own = world.decisions.filter((one) => one.fingerprint === fingerprint)
    expect(own).toMatchObject([{ code: 'muted', atMs: world.nowMs, by: world.idOf('offline@db1') }])
  })

  test('what waits when its cause comes is not told', () => {
    const world = new Simulator({ dependencies })
    world.fire('cpu@db1')
    world.fire('load@db1')
    world.pass(5)
    world.fire('disk@db1')
    world.fire('offline@db1', { severity: 'critical' })
    world.pass(60)
    expect(world.said()).toEqual(['0 news duty: cpu@db1', '0.5 news duty: !offline@db1'])
  })

  test('when the cause has ended, what still fires two minutes later is told in one notice', () => {
    const world = new Simulator({ dependencies })
    world.fire('offline@db1', { severity: 'critical' })
    for (const name of ['cpu@db1', 'load@db1', 'disk@db1']) world.fire(name)
    world.pass(600)
    world.resolve('offline@db1')
    world.pass(60)
    world.resolve('load@db1')
    world.restart(5)
    world.pass(120)
    expect(world.said()).toEqual([
      '0 news duty: !offline@db1',
      '10.5 news duty: -!offline@db1',
      '12 catchUp duty: cpu@db1 disk@db1',
    ])
    expect(world.decisionsOf('load@db1')).toEqual(['muted', 'endedUntold'])
  })

  test('what was told before its cause is not repeated, and its end is told when it ends', () => {
    const world = new Simulator({ dependencies })
    world.fire('cpu@db1', { severity: 'critical' })
    world.pass(600)
    world.fire('offline@db1', { severity: 'critical' })
    world.pass(9 * 3600)
    world.resolve('offline@db1')
    world.pass(300)
    world.resolve('cpu@db1')
    world.pass(100)
    const said = world.said().map((line) => line.replace(/^\S+ /, ''))
    expect(said.filter((line) => line.includes('cpu') && !line.startsWith('repeat'))).toEqual([
      'news duty: !cpu@db1',
      'news duty: -!cpu@db1',
    ])
    expect(said.filter((line) => /^repeat.*cpu/.test(line)).length).toBeLessThanOrEqual(1)
  })

  test.each(['db1', 'db1:1521', 'http://db1:8080/app', 'https://user@db1', 'tcp://db1?x=1'])(
    'what is checked of a host from elsewhere is told by its address: %s',
    (server) => {
      const seen = {
        parent: compileMatcher({ alertname: 'agent_offline' }),
        child: compileMatcher({ alertname: 'tcp' }),
        equal: [{ child: 'server', parent: 'host', childIs: 'address' as const }],
      }
      const world = new Simulator({ dependencies: [seen] })
      world.fire('agent_offline@db1')
      world.fire(`tcp@web1?server=${encodeURIComponent(server)}`)
      world.fire('tcp@web1?server=db2:1521')
      world.fire(`tcp@web1?server=${encodeURIComponent('[2001:db8::5]:1521')}`)
      world.pass(60)
      expect(
        world
          .said()
          .join(' ')
          .match(/tcp@web1\?server=\S+/g),
      ).toEqual(['tcp@web1?server=db2:1521', 'tcp@web1?server=[2001:db8::5]:1521'])
    },
  )

  test('of two that are each other’s cause, the older is told', () => {
    const both = { parent: compileMatcher({}), child: compileMatcher({}), equal: HOST_DOWN.equal }
    const world = new Simulator({ dependencies: [both] })
    world.fire('a@db1')
    world.pass(1)
    world.fire('b@db1')
    world.pass(60)
    expect(world.said()).toEqual(['0 news duty: a@db1'])
  })

  test('5,000 alerts of hosts that fall silent are looked at in good time', () => {
    const world = new Simulator({ dependencies })
    const startMs = performance.now()
    for (let index = 0; index < 1000; index++) {
      world.fire(`cpu@h${index}`)
      world.fire(`offline@h${index}`)
    }
    world.pass(100)
    expect(performance.now() - startMs).toBeLessThan(20_000)
    expect(world.notices).toHaveLength(2)
  })
})

describe('silences', () => {
  const silence = (minutes: number, nowMs: number) => ({
    id: 's1',
    where: { host: 'db1' },
    author: '王工',
    comment: '换盘',
    startsAtMs: nowMs,
    endsAtMs: nowMs + minutes * 60_000,
    createdAtMs: nowMs,
  })

  test('nothing of it is told until it ends; then what still fires is', () => {
    const world = new Simulator()
    world.act(({ held }) => held.putSilence(silence(30, world.nowMs), world.nowMs))
    world.fire('cpu@db1')
    world.fire('load@db1')
    world.fire('cpu@db2')
    world.pass(60)
    world.resolve('load@db1')
    world.restart(60)
    world.pass(1800)
    expect(world.said()).toEqual(['0 news duty: cpu@db2', '30 catchUp duty: cpu@db1'])
    expect(world.decisionsOf('cpu@db1').slice(0, 2)).toEqual(['silenced', 'sent'])
  })

  test('at its end is told what is new, has come back or is worse, not what was told before and is as it was', () => {
    const world = new Simulator()
    for (const name of ['told', 'claimed', 'worse', 'back']) world.fire(`${name}@db1`)
    world.pass(60)
    world.said()
    world.act(({ held }) => held.putSilence(silence(60, world.nowMs), world.nowMs))
    const { fingerprint } = world.fire('claimed@db1')
    world.act((dispatcher) => {
      dispatcher.claim(fingerprint, { by: '王工', note: '', takeOver: false }, world.nowMs)
    })
    world.fire('worse@db1', { severity: 'critical' })
    world.resolve('back@db1')
    world.pass(900)
    world.fire('back@db1')
    world.fire('new@db1')
    world.said()
    world.restart(60)
    world.pass(2700)
    expect(world.said()).toEqual([
      expect.stringMatching(/^61 catchUp duty: !worse@db1 back@db1 new@db1 -worse@db1$/),
    ])
    expect(world.decisionsOf('told@db1').slice(-2)).toEqual(['silenced', 'unchanged'])
  })

  test('the end of what was told before is told', () => {
    const world = new Simulator()
    world.fire('cpu@db1')
    world.act(({ held }) => held.putSilence(silence(30, world.nowMs), world.nowMs))
    world.pass(600)
    world.resolve('cpu@db1')
    world.pass(100)
    expect(world.said()).toEqual(['0 news duty: cpu@db1', '10.5 news duty: -cpu@db1'])
  })
})

describe('held back for other reasons', () => {
  test('warnings of load while a backup runs, not what is critical', () => {
    const world = new Simulator({ duringBackup: new Set(['cpu']) })
    world.act(({ held }) => held.setBackup('db1', 'nightly', true, world.nowMs))
    world.fire('cpu@db1')
    world.fire('cpu@db2')
    world.pass(1200)
    expect(world.said()).toEqual(['0 news duty: cpu@db2'])
    world.fire('cpu@db1', { severity: 'critical' })
    expect(world.said()).toEqual(['20 news duty: !cpu@db1'])
    world.fire('cpu@db1')
    world.act(({ held }) => held.setBackup('db1', 'nightly', false, world.nowMs))
    world.pass(400)
    expect(world.said()).toEqual([expect.stringContaining('catchUp duty: cpu@db1')])
  })

  test('what comes and goes is told as such the third time, and again when it is stable', () => {
    const world = new Simulator({ root: aRoute({ groupWaitMs: 0, groupIntervalMs: 0 }) })
    for (let minute = 0; minute < 30; minute++) {
      world.fire('cpu@db1')
      world.pass(30)
      world.resolve('cpu@db1')
      world.pass(30)
    }
    const flapping = world.notices.at(-1)?.alerts[0]?.alert.summary.zh
    expect(world.said()).toHaveLength(5)
    expect(flapping).toContain('反复告警：1 小时内第 3 次')
    world.restart()
    world.pass(1810)
    expect(world.said()).toEqual([expect.stringContaining('news duty: -cpu@db1')])
  })

  test('a value that swings around its threshold for an hour is two notices at most (A9)', () => {
    const world = new Simulator()
    for (let step = 0; step < 360; step++) {
      if (step % 2 === 0) world.fire('cpu@db1')
      else world.resolve('cpu@db1')
      world.pass(10)
    }
    expect(world.said().length).toBeLessThanOrEqual(2)
  })

  test('what was already wrong when first watched is one list per project', () => {
    const world = new Simulator()
    for (const [index, host] of ['db1', 'db2', 'db3'].entries()) {
      const severity = index === 2 ? 'critical' : 'warning'
      world.fire(`disk@${host}`, { sinceFirstWatched: true, severity })
    }
    world.fire('disk@lis1', { sinceFirstWatched: true, project: 'lis' })
    world.fire('cpu@db1')
    world.restart(60)
    world.pass(900)
    expect(world.said()).toEqual([
      '0 news duty: cpu@db1',
      '15 digest duty: !disk@db3 disk@db1 disk@db2',
      '15 digest duty: disk@lis1',
    ])
    world.pass(25 * 3600)
    expect(world.said().filter((line) => line.includes('disk'))).toEqual([])
    world.resolve('disk@db1')
    world.pass(60)
    expect(world.said()).toEqual([expect.stringContaining('news duty: -disk@db1')])
  })

  test('while the collector’s own network fails nothing is told but that; then what still fires', () => {
    const world = new Simulator()
    world.act(({ held }) => held.setFrozen({ zh: '出口不通', en: 'no way out' }, world.nowMs))
    world.fire('incidents_frozen@collector', { severity: 'critical' })
    world.fire('cpu@db1')
    world.fire('offline@db2')
    world.pass(600)
    world.resolve('offline@db2')
    world.restart(5)
    world.act(({ held }) => held.setFrozen(undefined, world.nowMs))
    world.resolve('incidents_frozen@collector')
    world.pass(200)
    expect(world.said().map((line) => line.replace(/^\S+ /, ''))).toEqual([
      'news duty: !incidents_frozen@collector',
      'news duty: -!incidents_frozen@collector',
      'catchUp duty: cpu@db1',
    ])
  })
})

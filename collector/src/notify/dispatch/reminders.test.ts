import { describe, expect, test } from 'vitest'
import { aRoute, Simulator } from './testing/simulator.ts'

describe('repeats, claims and escalation', () => {
  test('critical alerts are repeated every 4 hours, warnings every 24, info never', () => {
    const world = new Simulator()
    world.fire('cpu@db1', { severity: 'critical' })
    world.fire('load@db2')
    world.fire('info@db3', { severity: 'info' })
    world.pass(31)
    world.said()
    world.pass(5 * 3600)
    expect(world.said()).toEqual([expect.stringMatching(/^240(\.\d+)? repeat duty: !cpu@db1$/)])
    world.pass(20 * 3600)
    expect(world.said().filter((line) => !line.includes('!cpu'))).toEqual([
      expect.stringMatching(/^1440(\.\d+)? repeat duty: load@db2$/),
    ])
  })

  test('a rule may repeat otherwise', () => {
    const world = new Simulator({ repeatOf: (rule) => (rule === 'cpu' ? 3_600_000 : 0) })
    world.fire('cpu@db1')
    world.fire('load@db1', { severity: 'critical' })
    world.said()
    world.pass(3 * 3600 + 60)
    expect(world.said().filter((line) => line.includes('repeat'))).toHaveLength(3)
  })

  test('a claim is told once and stops repeats; given up, they go on', () => {
    const world = new Simulator()
    const { fingerprint } = world.fire('cpu@db1', { severity: 'critical' })
    world.pass(60)
    world.dispatcher.claim(fingerprint, { by: '王工', note: '在看', takeOver: false }, world.nowMs)
    world.pass(9 * 3600)
    expect(world.notices.at(-1)?.alerts[0]?.claimedBy).toBe('王工')
    expect(world.said()).toEqual(['0 news duty: !cpu@db1', '1 claim duty: !cpu@db1'])
    expect(world.decisionsOf('cpu@db1')).toEqual(['sent', 'takenOn', 'sent', 'claimed', 'claimed'])
    world.restart()
    world.dispatcher.unclaim(fingerprint, world.nowMs)
    world.pass(4 * 3600)
    expect(world.said()).toEqual([expect.stringContaining('repeat duty: !cpu@db1')])
  })

  test('what somebody has is taken over only when that is said; both are told and recorded', () => {
    const world = new Simulator()
    const { fingerprint } = world.fire('cpu@db1')
    const claim = (by: string, takeOver: boolean, note = '') =>
      world.act((dispatcher) => dispatcher.claim(fingerprint, { by, note, takeOver }, world.nowMs))
    claim('王工', false)
    expect(claim('李工', false)).toMatchObject({ kind: 'taken', claim: { by: '王工' } })
    expect(claim('李工', true, '换班')).toMatchObject({ kind: 'claimed' })
    expect(claim('李工', false)).toMatchObject({ kind: 'claimed', claim: { note: '换班' } })
    expect(world.notices.at(-1)?.alerts).toMatchObject([
      { claimedBy: '李工', claimedFrom: '王工', claimNote: '换班' },
    ])
    expect(world.said().map((line) => line.split(' ')[1])).toEqual(['news', 'claim', 'claim'])
    world.restart()
    expect(world.dispatcher.find(fingerprint)?.claim).toMatchObject({ by: '李工', from: '王工' })
    expect(world.decisions.filter(({ code }) => code.startsWith('taken'))).toMatchObject([
      { code: 'takenOn', by: '王工' },
      { code: 'takenOver', by: '李工', from: '王工' },
    ])
  })

  test('a claim between two severities is told under the one that is known', () => {
    const world = new Simulator()
    const { fingerprint: known } = world.fire('cpu@db1')
    world.pass(60)
    const { fingerprint } = world.fire('cpu@db1', { severity: 'critical' })
    world.act((dispatcher) =>
      dispatcher.claim(fingerprint, { by: '王工', note: '', takeOver: false }, world.nowMs),
    )
    expect(world.notices.at(-1)).toMatchObject({
      occasion: 'claim',
      alerts: [{ alert: { fingerprint: known } }],
    })
    world.pass(300)
    expect(world.said().slice(-1)).toEqual([expect.stringMatching(/news duty: !cpu@db1 -cpu@db1/)])
  })

  const escalation = [
    { afterMs: 900_000, unless: 'claimed', channels: ['lead'], people: [{ name: '李主任' }] },
    { afterMs: 3_600_000, unless: 'resolved', channels: ['boss'], people: [] },
  ] as const

  test('levels come one after the other, over restarts too, and all that were told hear of the end', () => {
    const world = new Simulator({ root: aRoute({ escalation }) })
    world.fire('cpu@db1', { severity: 'critical' })
    world.restart(300)
    world.pass(700)
    expect(world.notices.at(-1)?.people.map(({ name }) => name)).toEqual([
      '李主任',
      'level 1 of his',
      'duty of his',
    ])
    world.restart(60)
    world.pass(3000)
    world.resolve('cpu@db1')
    world.pass(100)
    expect(world.said().map((line) => line.replace(/^\S+ /, ''))).toEqual([
      'news duty: !cpu@db1',
      'escalation 1 lead: !cpu@db1',
      'escalation 2 boss: !cpu@db1',
      'news duty: -!cpu@db1',
      'news lead: -!cpu@db1',
      'news boss: -!cpu@db1',
    ])
  })

  test('what is told again is told with the numbers of that moment, and its end quotes the last ones', () => {
    const world = new Simulator({ root: aRoute({ escalation }) })
    const alert = world.fire('cpu@db1', { severity: 'critical' })
    world.presentOf = ({ key }) => {
      const minutes = Math.round(world.minutes)
      const summary = { zh: `已 ${minutes} 分钟没有消息`, en: `silent for ${minutes} min` }
      return key === alert.key ? { ...alert, summary, value: minutes * 60 } : undefined
    }
    world.pass(3620)
    world.restart()
    world.resolve('cpu@db1')
    world.pass(100)
    const told = world.notices.map(({ occasion, alerts: [one] }) => [
      occasion,
      one?.alert.summary.zh,
    ])
    expect(told).toEqual([
      ['news', alert.summary.zh],
      ['escalation', '已 15 分钟没有消息'],
      ['escalation', '已 60 分钟没有消息'],
      ['news', '已 60 分钟没有消息'],
      ['news', '已 60 分钟没有消息'],
      ['news', '已 60 分钟没有消息'],
    ])
  })

  test('an alert of another severity, or another one of the same point, is not what was told', () => {
    const world = new Simulator({ root: aRoute({ escalation }) })
    const alert = world.fire('cpu@db1', { severity: 'critical' })
    const others = [{ fingerprint: 'f' }, { startsAtMs: alert.startsAtMs + 1 }]
    for (const other of others) {
      world.presentOf = () => ({ ...alert, ...other, summary: { zh: '另一条', en: 'other' } })
      world.pass(3600)
    }
    expect(world.notices.length).toBeGreaterThan(2)
    expect(JSON.stringify(world.notices)).not.toContain('另一条')
  })

  test('a change of severity is told with the one that was told before', () => {
    const world = new Simulator()
    world.fire('cpu@db1')
    world.fire('cpu@db1', { severity: 'critical' })
    world.pass(600)
    world.restart()
    world.fire('cpu@db1')
    world.pass(600)
    const changes = world.notices.map(({ alerts }) => alerts.map((one) => one.severityWas))
    expect(changes).toEqual([[undefined], ['warning', undefined], ['critical', undefined]])
  })

  test('a claim in time is no escalation, except where only the end counts', () => {
    const world = new Simulator({ root: aRoute({ escalation, tellClaims: false }) })
    const { fingerprint } = world.fire('cpu@db1', { severity: 'critical' })
    world.dispatcher.claim(fingerprint, { by: '王工', note: '', takeOver: false }, world.nowMs)
    world.pass(7200)
    expect(world.said()).toEqual(['0 news duty: !cpu@db1'])
  })
})

import { describe, expect, test } from 'vitest'
import { ProblemList } from '../../rules/problem-list.ts'
import type { MaintenanceSettings } from './maintenance-settings.ts'
import { compileWindows } from './maintenance-window.ts'
import { aRoute, Simulator } from './testing/simulator.ts'

function windowsOf(...settings: MaintenanceSettings[]) {
  const problems = new ProblemList()
  const known = {
    labels: new Set(['project', 'host']),
    checkRegex: () => undefined,
    timeZone: 'Asia/Shanghai',
    calendar: () => ({ isWorkdayOn: (day: number) => ((day + 4) % 7) % 6 !== 0 }),
  }
  const windows = compileWindows(settings, ['maintenance'], known, problems)
  expect(problems.problems).toEqual([])
  return windows
}

describe('maintenance windows', () => {
  // The simulator begins on Sunday 22 November 2026 at 12:31:31 in Shanghai.
  test('an alert that fires through a window is told once at its end (A16)', () => {
    const windows = windowsOf({
      name: 'w',
      where: { host: 'db1' },
      cron: '45 12 * * *',
      duration: '1h',
    })
    const world = new Simulator({ windows })
    world.fire('cpu@db1')
    world.pass(1200)
    world.fire('load@db1')
    world.fire('cpu@db2')
    world.pass(1800)
    world.restart(30)
    world.pass(1700)
    expect(world.said()).toEqual([
      '0 news duty: cpu@db1',
      '20 news duty: cpu@db2',
      expect.stringMatching(/^73\.\d+ catchUp duty: cpu@db1 load@db1$/),
    ])
  })

  test('a window that ended while nobody watched is told of at the start', () => {
    const windows = windowsOf({
      name: 'w',
      where: { host: 'db1' },
      from: '2026-11-22T12:00',
      to: '2026-11-22T13:00',
    })
    const world = new Simulator({ windows })
    world.fire('cpu@db1')
    world.restart(7200)
    world.pass(120)
    expect(world.said()).toEqual([expect.stringContaining('catchUp duty: cpu@db1')])
  })

  test.each([
    {
      note: 'across the beginning of summer time',
      zone: 'Europe/Berlin',
      cron: '30 1 * * *',
      at: '2026-03-29T00:30:00Z',
    },
    {
      note: 'across its end',
      zone: 'Europe/Berlin',
      cron: '30 1 * * *',
      at: '2026-10-24T23:30:00Z',
    },
    {
      note: 'of another zone',
      zone: 'Asia/Shanghai',
      cron: '0 2 * * 6',
      at: '2026-11-20T18:00:00Z',
    },
  ])('a window $note has its length', ({ zone, cron, at }) => {
    const [window] = windowsOf({
      name: 'w',
      where: { host: 'x' },
      cron,
      duration: '2h',
      timeZone: zone,
    })
    const startMs = Date.parse(at)
    expect(window?.rangeAt(startMs - 1)).toBeUndefined()
    expect(window?.nextStartMs(startMs - 1)).toBe(startMs)
    const range = { startsAtMs: startMs, endsAtMs: startMs + 7_200_000 }
    expect(window?.rangeAt(startMs)).toEqual(range)
    expect(window?.rangeAt(startMs + 7_199_999)).toEqual(range)
    expect(window?.rangeAt(startMs + 7_200_000)).toBeUndefined()
  })

  test('only on days that count', () => {
    const [window] = windowsOf({
      name: 'w',
      where: { host: 'x' },
      cron: '0 2 * * *',
      duration: '1h',
      days: 'workday',
    })
    expect(window?.rangeAt(Date.parse('2026-11-20T18:30:00Z'))).toBeUndefined()
    expect(window?.rangeAt(Date.parse('2026-11-19T18:30:00Z'))).toBeDefined()
  })
})

test('a group from which all alerts have gone to another is forgotten', () => {
  const world = new Simulator({ root: aRoute({ groupBy: ['host'] }) })
  for (const host of ['db1', 'db2', 'db3']) world.fire(`cpu@${host}`)
  world.pass(60)
  const root = aRoute({ groupBy: ['host'] })
  const windows = windowsOf({
    name: 'w',
    where: { host: '!~^$' },
    from: '2026-11-22T12:33',
    to: '2026-11-22T12:34',
  })
  world.replaceRules({ root, windows })
  world.pass(120)
  expect(world.notices.at(-1)).toMatchObject({ occasion: 'catchUp', groupKey: '{}:{}' })
  expect(world.rowsOf('group').map(({ key }) => key)).toEqual(['{}:{}'])
  for (const host of ['db1', 'db2', 'db3']) world.resolve(`cpu@${host}`)
  world.pass(600)
  expect(world.rowsOf('group')).toEqual([])
})

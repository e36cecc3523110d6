import { describe, expect, test } from 'vitest'
import type { Alert, Transition } from '../rules/alert.ts'
import { IncidentBook } from './incident-book.ts'
import { clocksOf, findClocks } from './incident-clocks.ts'
import { phaseOf } from './incident.ts'
import { ProjectBook } from './project-book.ts'
import { aProject } from './testing/a-project.ts'
import { WorkDays } from './work-days.ts'

const at = (text: string) => Date.parse(`${text}:00+08:00`)
const HOUR_MS = 3_600_000

const SLA = `sla:
  - id: all
    name: {zh: 全部, en: all}
    respond: {value: 1h, calendar: always, clause: S06}
    arrive: {value: 2h, calendar: always, clause: S06}
    sparePart: {value: 8h, calendar: always, clause: S07}
    substitute: {value: 8h, calendar: always, clause: S06}
    resolve: {value: 2 workdays, calendar: office, clause: S06}`

/** Friday morning. */
const START_MS = at('2026-11-20T10:00')

function bookOf(more = '') {
  const project = aProject(`${SLA}\n${more}`)
  const projects = new ProjectBook([project], new WorkDays())
  return { project, book: new IncidentBook(projects, (ruleId) => ruleId.startsWith('sla_')) }
}

function transition(
  kind: Transition['kind'],
  more: Partial<Alert> = {},
  atMs = START_MS,
): Transition {
  const alert: Alert = {
    ruleId: 'oracle_down',
    key: 'db-1',
    host: 'db-1',
    phase: 'firing',
    severity: 'critical',
    labels: { project: 'clinic' },
    fingerprint: 'x',
    name: { zh: '数据库中断', en: 'database down' },
    summary: { zh: 'db-1 中断', en: 'db-1 is down' },
    clauses: [],
    numbers: 'platform',
    runbook: undefined,
    quote: undefined,
    unit: 'count',
    threshold: undefined,
    value: 1,
    recent: [],
    startsAtMs: atMs,
    severitySinceMs: atMs,
    endsAtMs: undefined,
    sinceFirstWatched: false,
    measurement: '',
    tags: {},
    ...more,
  }
  return { kind, atMs, reason: 'condition', alert, before: undefined }
}

describe('an incident', () => {
  test('begins with a critical alert of a project, once', () => {
    const { book } = bookOf()
    book.take(transition('firing'))
    book.take(transition('severity'))
    expect(book.list()).toHaveLength(1)
    expect(book.list()[0]).toMatchObject({ project: 'clinic', row: 'all', startMs: START_MS })
  })

  test.each([
    ['a warning', { severity: 'warning' as const }],
    ['of no project', { labels: {} }],
    ['of a project without a file', { labels: { project: 'other' } }],
    ['about a clock itself', { ruleId: 'sla_respond' }],
  ])('is not begun by an alert that is %s', (_, more) => {
    const { book } = bookOf()
    book.take(transition('firing', more))
    expect(book.list()).toEqual([])
  })

  test('begins when what held its alert back is over, if it still fires', () => {
    const { book } = bookOf()
    const other = { ruleId: 'disk_full', key: 'db-1' }
    book.take(transition('firing'), true)
    book.take(transition('firing', other), true)
    book.release(() => true, START_MS + HOUR_MS)
    book.take(transition('resolved', other))
    expect(book.list()).toEqual([])
    book.release(() => false, START_MS + 2 * HOUR_MS)
    expect(book.list()).toMatchObject([{ ruleId: 'oracle_down', startMs: START_MS + 2 * HOUR_MS }])
  })

  test('goes on when its alert is held back later', () => {
    const { book } = bookOf()
    book.take(transition('firing'))
    book.take(transition('severity'), true)
    book.release(() => false, START_MS + HOUR_MS)
    expect(book.list()).toMatchObject([{ startMs: START_MS }])
  })

  test('is over when its alert ends, and is given to be written down', () => {
    const { book } = bookOf()
    book.take(transition('firing'))
    expect(book.takeChanges()).toHaveLength(1)
    book.take(transition('resolved', {}, START_MS + HOUR_MS))
    expect(book.list()).toEqual([])
    expect(book.takeChanges()).toMatchObject([{ resolvedMs: START_MS + HOUR_MS }])
    expect(book.takeChanges()).toEqual([])
  })

  test('waits for the user where the contract says so; what is rejected goes on', () => {
    const { book } = bookOf('acceptance: {clause: S09}')
    book.take(transition('firing'))
    book.take(transition('resolved', {}, START_MS + HOUR_MS))
    const [waiting] = book.list()
    expect(waiting && phaseOf(waiting, true)).toBe('awaitingAcceptance')
    const id = waiting?.id ?? ''
    const said = { who: '用户', atMs: START_MS + 2 * HOUR_MS }
    expect(book.record(id, 'rejected', said)).toBe(true)
    expect(book.find(id)?.resolvedMs).toBeUndefined()
    book.take(transition('resolved', {}, START_MS + 3 * HOUR_MS))
    expect(book.record(id, 'accepted', said)).toBe(true)
    expect(book.list()).toEqual([])
    expect(book.record(id, 'accepted', said)).toBe(false)
  })

  test('goes on over a restart', () => {
    const { book } = bookOf()
    book.take(transition('firing'))
    const after = bookOf().book
    after.restore(book.takeChanges())
    after.take(transition('resolved', {}, START_MS + HOUR_MS))
    expect(after.list()).toEqual([])
  })

  test('no more are begun than there is room for, and that is said', () => {
    const { book } = bookOf()
    for (let index = 0; index < 2_010; index++)
      book.take(transition('firing', { key: `db-${index}` }))
    expect(book.list()).toHaveLength(2_000)
    expect(book.dropped).toBe(10)
  })
})

describe('the clocks of an incident', () => {
  function clocksAt(time: string, act: (book: IncidentBook, id: string) => void = () => undefined) {
    const { book, project } = bookOf()
    book.take(transition('firing'))
    const id = book.list()[0]?.id ?? ''
    act(book, id)
    const [incident] = book.list()
    const [row] = project.sla
    if (incident === undefined || row === undefined) throw new Error('no incident')
    const clocks = clocksOf(incident, row, at(time))
    return Object.fromEntries(
      clocks.map(({ name, phase, usedPercent }) => [name, `${phase} ${Math.round(usedPercent)}`]),
    )
  }

  test('run on their calendars', () => {
    expect(clocksAt('2026-11-20T10:30')).toEqual({
      respond: 'running 50',
      arrive: 'running 25',
      substitute: 'running 6',
      resolve: 'running 3',
    })
    // Sunday: seven hours of Friday were served, of sixteen
    expect(clocksAt('2026-11-22T12:00')).toMatchObject({
      arrive: 'over 2500',
      resolve: 'running 44',
    })
  })

  test('stop when somebody takes it on, arrives, brings the part', () => {
    expect(
      clocksAt('2026-11-20T12:30', (book, id) => {
        book.claim({ ruleId: 'oracle_down', key: 'db-1' }, '甲', at('2026-11-20T10:15'))
        book.record(id, 'arrival', { who: '甲', atMs: at('2026-11-20T12:15') })
        book.record(id, 'spare_part_wanted', { who: '甲', atMs: at('2026-11-20T12:20') })
      }),
    ).toEqual({
      respond: 'kept 25',
      arrive: 'broken 113',
      sparePart: 'running 2',
      substitute: 'running 31',
      resolve: 'running 16',
    })
  })

  test('of which the first claim counts', () => {
    expect(
      clocksAt('2026-11-20T12:30', (book) => {
        const alert = { ruleId: 'oracle_down', key: 'db-1' }
        book.claim(alert, '甲', at('2026-11-20T10:15'))
        book.claim(alert, '乙', at('2026-11-20T12:15'))
      }),
    ).toMatchObject({ respond: 'kept 25' })
  })

  test('that run are found, for rules to tell of', () => {
    const { book, project } = bookOf()
    book.take(transition('firing'))
    const [incident] = book.list()
    const found = incident && findClocks(project, incident, at('2026-11-20T10:30'))
    expect(found).toMatchObject([
      { kind: 'sla_clock', host: 'db-1', tags: { clock: 'respond' }, value: 50 },
      { kind: 'sla_clock', host: 'db-1', tags: { clock: 'arrive' }, value: 25 },
    ])
    expect(found?.[0]?.details).toEqual({
      clock_zh: '响应',
      clock_en: 'response',
      about_zh: 'db-1 中断',
      about_en: 'db-1 is down',
      due: '2026-11-20 11:00',
      limit: '1h',
    })
  })

  test('and are used up are breaches, and no warnings any more', () => {
    const { book, project } = bookOf()
    book.take(transition('firing'))
    const [incident] = book.list()
    const kindAt = (time: string) =>
      incident &&
      findClocks(project, incident, at(time)).find(({ tags }) => tags['clock'] === 'respond')?.kind
    expect(kindAt('2026-11-20T10:59')).toBe('sla_clock')
    expect(kindAt('2026-11-20T11:00')).toBe('sla_breach')
    expect(kindAt('2026-11-20T12:00')).toBe('sla_breach')
  })
})

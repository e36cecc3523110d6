import { describe, expect, test } from 'vitest'
import type { Alert, Transition } from '../rules/alert.ts'
import { IncidentBook } from './incident-book.ts'
import { clocksOf, findClocks } from './incident-clocks.ts'
import { phaseOf } from './incident.ts'
import { ProjectBook } from './project-book.ts'
import { aProject } from './testing/a-project.ts'
import { recorderOf } from './testing/recorder.ts'
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

const GRADED = `sla:
  - {id: grave, name: {zh: 严重, en: grave}, severities: [critical], respond: {value: 15m, calendar: always, clause: S06}}
  - {id: mild, name: {zh: 一般, en: mild}, severities: [warning], respond: {value: 4h, calendar: always, clause: S06}}`

/** Friday morning. */
const START_MS = at('2026-11-20T10:00')

function bookOf(more = '') {
  const project = aProject(`${SLA}\n${more}`)
  const projects = new ProjectBook([project], new WorkDays())
  return { project, projects, book: new IncidentBook(projects, () => 'clinic') }
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

  test('is not begun by what the SLA has no row for, nor by what is of no project', () => {
    const { book, projects } = bookOf()
    book.take(transition('firing', { severity: 'warning' }))
    expect(book.list()).toEqual([])
    const elsewhere = new IncidentBook(projects, () => undefined)
    elsewhere.take(transition('firing', { labels: {} }))
    elsewhere.take(transition('firing', { labels: { project: 'other' } }))
    expect(elsewhere.list()).toEqual([])
  })

  const SILENCED = { kind: 'silenced', by: 's1' }

  test('begins when what held its alert back is over, if it still fires', () => {
    const { book } = bookOf()
    const other = { ruleId: 'disk_full', key: 'db-1' }
    book.take(transition('firing'), SILENCED)
    book.take(transition('firing', other), SILENCED)
    book.follow(() => SILENCED, START_MS + HOUR_MS)
    book.take(transition('resolved', other))
    expect(book.list()).toEqual([])
    book.follow(() => undefined, START_MS + 2 * HOUR_MS)
    expect(book.list()).toMatchObject([{ ruleId: 'oracle_down', startMs: START_MS + 2 * HOUR_MS }])
  })

  test('goes on when its alert is held back later', () => {
    const { book } = bookOf()
    book.take(transition('firing'))
    book.take(transition('severity'), SILENCED)
    book.follow(() => undefined, START_MS + HOUR_MS)
    expect(book.list()).toMatchObject([{ startMs: START_MS }])
  })

  test('is of the project that its host is of now: an alert keeps the label of its beginning', () => {
    const { projects } = bookOf()
    const renamed = aProject(`project: clinic-new\n${SLA}`)
    let name = 'clinic'
    const book = new IncidentBook(projects, () => name)
    book.take(transition('firing'), SILENCED)
    book.take(transition('firing', { ruleId: 'disk_full', host: 'db-2', key: 'db-2' }))
    name = 'clinic-new'
    projects.replace([renamed], new WorkDays())
    book.follow(() => undefined, START_MS + HOUR_MS)
    expect(book.list()).toMatchObject([
      { ruleId: 'disk_full', project: 'clinic-new', startMs: START_MS },
      { ruleId: 'oracle_down', project: 'clinic-new', startMs: START_MS + HOUR_MS },
    ])
  })

  test('is claimed by who claims an alert about its clocks', () => {
    const { book } = bookOf()
    book.take(transition('firing'))
    const tags = { incident: book.list()[0]?.id ?? '' }
    book.claim({ ruleId: 'sla_clock', key: 'x', tags }, '甲', START_MS + 60_000)
    expect(book.list()).toMatchObject([{ claim: { by: '甲' } }])
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
    const record = recorderOf(book)
    book.take(transition('firing'))
    book.take(transition('resolved', {}, START_MS + HOUR_MS))
    const [waiting] = book.list()
    expect(waiting && phaseOf(waiting, true)).toBe('awaitingAcceptance')
    const id = waiting?.id ?? ''
    const said = { who: '用户', atMs: START_MS + 2 * HOUR_MS }
    expect(record(id, 'rejected', said)).toBe(true)
    expect(book.find(id)?.resolvedMs).toBeUndefined()
    book.take(transition('firing', {}, START_MS + 2 * HOUR_MS))
    expect(book.list()).toHaveLength(1)
    book.take(transition('resolved', {}, START_MS + 3 * HOUR_MS))
    expect(record(id, 'accepted', said)).toBe(true)
    expect(book.list()).toEqual([])
    expect(record(id, 'accepted', said)).toBe(false)
  })

  test('that was rejected and whose alert did not come back is over when the user says so', () => {
    const { book } = bookOf('acceptance: {clause: S09}')
    const record = recorderOf(book)
    book.take(transition('firing'))
    book.take(transition('resolved', {}, START_MS + HOUR_MS))
    const id = book.list()[0]?.id ?? ''
    const said = { who: '用户', atMs: START_MS + 2 * HOUR_MS }
    record(id, 'rejected', said)
    record(id, 'accepted', said)
    expect(book.list()).toEqual([])
    expect(book.takeChanges()).toMatchObject([{ resolvedMs: said.atMs }])
  })

  test('goes on over a restart', () => {
    const { book } = bookOf()
    book.take(transition('firing'))
    const after = bookOf().book
    after.restore(book.takeChanges())
    after.reconcile([transition('firing').alert], () => undefined, { atMs: START_MS })
    expect(after.list()).toHaveLength(1)
    after.take(transition('resolved', {}, START_MS + HOUR_MS))
    expect(after.list()).toEqual([])
  })

  test('no more are begun than there is room for, and that is said', () => {
    const { book } = bookOf()
    for (let index = 0; index < 2_010; index++)
      book.take(transition('firing', { key: `db-${index}`, host: `db-${index}` }))
    expect(book.list()).toHaveLength(2_000)
    expect(book.dropped).toBe(10)
  })
})

describe('alerts of one cause are one incident', () => {
  const MINUTE_MS = 60_000
  const fire = (book: IncidentBook, host: string, ruleId: string, minutes: number) =>
    book.take(transition('firing', { host, key: host, ruleId }, START_MS + minutes * MINUTE_MS))
  const end = (book: IncidentBook, host: string, ruleId: string, minutes: number) =>
    book.take(transition('resolved', { host, key: host, ruleId }, START_MS + minutes * MINUTE_MS))
  const shown = (book: IncidentBook) =>
    book.list().map(({ ruleId, host, alertCount, alerts, startMs }) => {
      const minutes = (startMs - START_MS) / MINUTE_MS
      return `${ruleId}@${host} from ${minutes}: ${alerts.length}/${alertCount}`
    })
  /** Mutes what fires on these hosts. */
  const mutedBy =
    (cause: string, ...hosts: string[]) =>
    ({ key, ruleId }: { readonly key: string; readonly ruleId: string }) =>
      hosts.includes(key) && `${ruleId}\n${key}` !== cause
        ? { kind: 'muted', by: cause }
        : undefined

  test('where they come soon after each other on one host; it ends with the last of them', () => {
    const { book } = bookOf()
    fire(book, 'sw', 'port_down', 0)
    fire(book, 'sw', 'fan_broken', 9)
    fire(book, 'sw', 'power_lost', 11)
    fire(book, 'db', 'oracle_down', 1)
    expect(shown(book)).toEqual([
      'port_down@sw from 0: 2/2',
      'power_lost@sw from 11: 1/1',
      'oracle_down@db from 1: 1/1',
    ])
    end(book, 'sw', 'port_down', 12)
    expect(shown(book)[0]).toBe('port_down@sw from 0: 1/2')
    end(book, 'sw', 'fan_broken', 13)
    expect(shown(book)).toHaveLength(2)
  })

  test('where one mutes the others: they are of its incident, and it is named after it', () => {
    const { book } = bookOf()
    fire(book, 'sw', 'port_down', 0)
    fire(book, 'sw', 'silent', 2)
    const holdOf = mutedBy('silent\nsw', 'sw', 'web')
    book.take(
      transition('firing', { host: 'web', key: 'web', ruleId: 'offline' }),
      holdOf({ key: 'web', ruleId: 'offline' }),
    )
    book.follow(holdOf, START_MS + 3 * MINUTE_MS)
    expect(shown(book)).toEqual(['silent@sw from 0: 3/3'])
    end(book, 'sw', 'silent', 5)
    end(book, 'sw', 'port_down', 5)
    expect(shown(book)).toEqual(['silent@sw from 0: 1/3'])
    end(book, 'web', 'offline', 6)
    expect(shown(book)).toEqual([])
  })

  test('where the cause is found later, their incident becomes part of its: what was done counts, from the earlier beginning', () => {
    const { book } = bookOf()
    fire(book, 'web', 'offline', 0)
    book.claim({ ruleId: 'offline', key: 'web' }, '甲', START_MS + MINUTE_MS)
    fire(book, 'sw', 'silent', 30)
    expect(shown(book)).toHaveLength(2)
    book.follow(mutedBy('silent\nsw', 'web'), START_MS + 31 * MINUTE_MS)
    expect(shown(book)).toEqual(['silent@sw from 0: 2/2'])
    expect(book.list()).toMatchObject([{ claim: { by: '甲' } }])
    const closed = book.takeChanges().find(({ mergedInto }) => mergedInto !== undefined)
    expect(closed).toMatchObject({ host: 'web', mergedInto: book.list()[0]?.id })
    expect(closed && phaseOf(closed, true)).toBe('closed')
  })

  test('under the row of the gravest of them, from when that began', () => {
    const projects = new ProjectBook([aProject(GRADED)], new WorkDays())
    const book = new IncidentBook(projects, () => 'clinic')
    const cause = { host: 'sw', key: 'sw', ruleId: 'silent', severity: 'warning' } as const
    book.take(transition('firing', cause))
    const holdOf = mutedBy('silent\nsw', 'db', 'web')
    const joins = { host: 'db', key: 'db', ruleId: 'down' }
    const partMs = START_MS + 5 * MINUTE_MS
    book.take(transition('firing', joins, partMs), holdOf(joins))
    expect(book.list()).toMatchObject([
      { host: 'sw', row: 'grave', severity: 'critical', startMs: START_MS, rowSinceMs: partMs },
    ])
  })

  test('not where only some of its alerts are muted', () => {
    const { book } = bookOf()
    fire(book, 'web', 'offline', 0)
    fire(book, 'web', 'disk_broken', 1)
    fire(book, 'sw', 'silent', 2)
    const holdOf = ({ key, ruleId }: { readonly key: string; readonly ruleId: string }) =>
      key === 'web' && ruleId === 'offline' ? { kind: 'muted', by: 'silent\nsw' } : undefined
    book.follow(holdOf, START_MS + 3 * MINUTE_MS)
    expect(shown(book)).toEqual(['offline@web from 0: 2/2', 'silent@sw from 2: 1/1'])
  })

  test('over a restart too', () => {
    const before = bookOf().book
    fire(before, 'sw', 'silent', 0)
    fire(before, 'sw', 'port_down', 1)
    const { book } = bookOf()
    book.restore(before.takeChanges())
    const again = transition('firing', { host: 'sw', key: 'sw', ruleId: 'port_down' }).alert
    book.reconcile([again], () => undefined, { atMs: START_MS + 5 * MINUTE_MS })
    expect(shown(book)).toEqual(['silent@sw from 0: 1/2'])
    end(book, 'sw', 'port_down', 6)
    expect(shown(book)).toEqual([])
  })
})

test('a fault that gets worse is under the row of what it is now, from then on', () => {
  const project = aProject(GRADED)
  const book = new IncidentBook(new ProjectBook([project], new WorkDays()), () => 'clinic')
  book.take(transition('firing', { severity: 'warning' }))
  expect(book.list()).toMatchObject([{ row: 'mild', severity: 'warning' }])
  const worseMs = START_MS + HOUR_MS
  book.take(transition('severity', { severitySinceMs: worseMs }, worseMs))
  const [incident] = book.list()
  const grave = project.sla.find(({ id }) => id === incident?.row)
  expect(incident).toMatchObject({ row: 'grave', severity: 'critical', startMs: START_MS })
  expect(incident && grave && clocksOf(incident, grave, worseMs + 60_000)).toMatchObject([
    { phase: 'running', startMs: worseMs, dueMs: worseMs + 15 * 60_000 },
  ])
  book.take(transition('severity', { severity: 'warning', severitySinceMs: worseMs + HOUR_MS }))
  expect(book.list()).toMatchObject([{ row: 'grave', severity: 'critical' }])
})

test('an incident that waits for the user is over when nobody asks the user any more', () => {
  const { projects, book } = bookOf('acceptance: {clause: S09}')
  book.take(transition('firing'))
  book.take(transition('resolved'))
  book.follow(() => undefined, START_MS)
  expect(book.list()).toHaveLength(1)
  book.takeChanges()
  projects.replace([], new WorkDays())
  book.follow(() => undefined, START_MS)
  expect(book.list()).toEqual([])
  expect(book.takeChanges()).toHaveLength(1)
})

test('incidents that wait for the user take no room of those that go on', () => {
  const { book } = bookOf('acceptance: {clause: S09}')
  for (let index = 0; index <= 2_000; index++) {
    const one = { host: `db-${index}`, key: `db-${index}` }
    book.take(transition('firing', one))
    if (index < 2_000) book.take(transition('resolved', one))
  }
  expect(book.list()).toHaveLength(2_001)
  expect(book.dropped).toBe(0)
})

test('what was done first about the cause or its part counts for both', () => {
  const { book } = bookOf()
  const part = { ruleId: 'offline', key: 'web', host: 'web' }
  const cause = { ruleId: 'silent', key: 'sw', host: 'sw' }
  book.take(transition('firing', part))
  book.take(transition('firing', cause))
  book.claim(part, '甲', START_MS + 5 * 60_000)
  book.claim(cause, '乙', START_MS + 50 * 60_000)
  const record = recorderOf(book)
  for (const { id, host } of book.list()) {
    const minutes = host === 'web' ? 10 : 55
    record(id, 'arrival', { who: '甲', atMs: START_MS + minutes * 60_000 })
  }
  const holdOf = ({ key }: { readonly key: string }) =>
    key === 'web' ? { kind: 'muted', by: 'silent\nsw' } : undefined
  book.follow(holdOf, START_MS + HOUR_MS)
  expect(book.list()).toMatchObject([
    { host: 'sw', claim: { by: '甲' }, arrivedMs: START_MS + 10 * 60_000 },
  ])
})

test('a row that a contract gets while an alert fires begins its incident from then on', () => {
  const none = aProject('')
  const projects = new ProjectBook([none], new WorkDays())
  const book = new IncidentBook(projects, () => 'clinic')
  book.take(transition('firing'))
  book.follow(() => undefined, START_MS + HOUR_MS)
  expect(book.list()).toEqual([])
  projects.replace([aProject(SLA)], new WorkDays())
  book.follow(() => undefined, START_MS + 48 * HOUR_MS)
  expect(book.list()).toMatchObject([{ startMs: START_MS + 48 * HOUR_MS }])
  book.take(transition('resolved', {}, START_MS + 49 * HOUR_MS))
  expect(book.list()).toEqual([])
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
        const record = recorderOf(book)
        book.claim({ ruleId: 'oracle_down', key: 'db-1' }, '甲', at('2026-11-20T10:15'))
        record(id, 'arrival', { who: '甲', atMs: at('2026-11-20T12:15') })
        record(id, 'spare_part_wanted', { who: '甲', atMs: at('2026-11-20T12:20') })
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

  const foundAt = (time: string) => {
    const { book, project } = bookOf()
    book.take(transition('firing'))
    book.take(transition('firing', { ruleId: 'listener_down' }))
    const [incident] = book.list()
    return incident === undefined ? [] : findClocks(project, incident, at(time))
  }

  test('that run are one finding, of the one that is nearest its end', () => {
    const found = foundAt('2026-11-20T10:30')
    expect(found).toMatchObject([
      { kind: 'sla_clock', host: 'db-1', value: 50, basis: { numbers: 'contract' } },
    ])
    expect(found[0]?.details).toEqual({
      about_zh: '数据库中断（连同其他 1 条告警）',
      about_en: 'database down (and 1 more of the same fault)',
      clocks_zh:
        '须在 2026-11-20 11:00 前认领（时限 1 小时，已用 50%）；须在 2026-11-20 12:00 前到达现场（时限 2 小时，已用 25%）；' +
        '须在 2026-11-20 18:00 前建成替代环境（时限 8 小时，已用 6%）；须在 2026-11-24 10:00 前解决（时限 2 个工作日，已用 3%）',
      clocks_en:
        'to be claimed by 2026-11-20 11:00 (within 1 hour, 50% used); somebody on site by 2026-11-20 12:00 (within 2 hours, 25% used); ' +
        'the substitute environment running by 2026-11-20 18:00 (within 8 hours, 6% used); to be resolved by 2026-11-24 10:00 (within 2 working days, 3% used)',
    })
  })

  test('that are used up are a finding each, and no longer among those that run', () => {
    const kinds = (time: string) =>
      foundAt(time).map(({ kind, value, tags }) => [kind, tags['clock'] ?? '', value].join(' '))
    expect(kinds('2026-11-20T10:05')).toEqual([])
    expect(kinds('2026-11-20T11:00')).toEqual(['sla_clock  100'])
    expect(kinds('2026-11-20T11:01')).toEqual(['sla_clock  50', 'sla_breach respond 101'])
    expect(kinds('2026-11-20T12:06')).toEqual([
      'sla_clock  26',
      'sla_breach respond 210',
      'sla_breach arrive 105',
    ])
  })
})

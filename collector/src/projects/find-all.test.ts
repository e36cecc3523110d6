import { describe, expect, test } from 'vitest'
import type { Finding } from '../rules/finding.ts'
import { FINDING_KINDS } from '../rules/findings/finding-kinds.ts'
import { countStates, findCounts } from './counts.ts'
import { findAll } from './find-all.ts'
import { findDifferences } from './find-differences.ts'
import { findEndedContract, findLedgerEntries, findUnknownYear } from './find-dates.ts'
import { findDuties, findGuards } from './find-duties.ts'
import { findMissing, findUndecided } from './find-missing.ts'
import { aProject } from './testing/a-project.ts'
import { aRecord, Known, NOW_MS } from './testing/known.ts'

const show = ({ kind, host, tags, value, details }: Finding) =>
  [kind, host, ...Object.values(tags), value, ...Object.values(details)].join(' ')

/** A finding says what its kind declares, and no more. */
function shown(findings: readonly Finding[]): string[] {
  for (const { kind, tags, details } of findings) {
    const facts = FINDING_KINDS[kind]
    expect(Object.keys(tags), kind).toEqual(facts?.identifying)
    expect(Object.keys(details).toSorted(), kind).toEqual([...(facts?.shown ?? [])].toSorted())
  }
  return findings.map(show)
}

describe('what is expected and not there', () => {
  const HOST = (sources: string) => aProject(`hosts: [{name: db-1, role: db, sources: ${sources}}]`)

  test('a host of which nothing was ever heard, once it had its time', () => {
    const project = HOST('[host]')
    expect(shown(findMissing(project, new Known().facts()))).toEqual([
      'expected_host_missing db-1 1 db',
    ])
    const early = new Known().facts({ sinceMs: NOW_MS - 60_000 })
    expect(findMissing(project, early)).toEqual([])
  })

  test('is undecided until it had its time', () => {
    const project = HOST('[host, account]')
    const undecided = (known: Known, minutes: number) =>
      shown(findUndecided(project, known.facts({ sinceMs: NOW_MS - minutes * 60_000 })))
    const sources = [
      'expected_source_missing db-1 host 1',
      'expected_source_missing db-1 account 1',
    ]
    expect(undecided(new Known(), 9)).toEqual(['expected_host_missing db-1 1 db', ...sources])
    expect(undecided(new Known(), 10)).toEqual([])
    const alive = new Known().probe('db-1', 'host.cpu', 'host')
    expect(undecided(alive, 9)).toContain('expected_source_missing db-1 account 1')
    expect(undecided(alive, 24 * 60 * 30)).toEqual([])
    const gone = new Known().probe('db-1', 'host.cpu', 'host').probe('db-1', 'mysql.status', 'x', 9)
    expect(findUndecided(HOST('[mysql]'), gone.facts({ sinceMs: NOW_MS }))).toEqual([])
  })

  test('a device of which nothing was ever heard', () => {
    const project = aProject('devices: [{name: fc-1, role: fc-switch}]')
    expect(shown(findMissing(project, new Known().facts()))).toEqual([
      'expected_host_missing fc-1 1 fc-switch',
    ])
    const seen = new Known().add('fc-1', 'snmp_up', {}, { field: 'up' })
    expect(findMissing(project, seen.facts())).toEqual([])
  })

  test.each([
    ['that runs', '[mysql]', (known: Known) => known.probe('db-1', 'mysql.status', 'his'), []],
    ['that was never there', '[mysql]', (known: Known) => known, ['mysql']],
    [
      'of another name',
      '[{type: mysql, name: his}]',
      (known: Known) => known.probe('db-1', 'mysql.status', 'other'),
      ['mysql:his'],
    ],
    [
      'that has gone while the host went on',
      '[mysql]',
      (known: Known) => known.probe('db-1', 'mysql.status', 'his', 2),
      ['mysql'],
    ],
    [
      'that runs seldom',
      '[account]',
      (known: Known) => known.probe('db-1', 'account.local', 'account', 7),
      [],
    ],
  ])('a source %s', (_, sources, add, missing) => {
    const known = add(new Known().probe('db-1', 'host.cpu', 'host'))
    expect(shown(findMissing(HOST(sources), known.facts()))).toEqual(
      missing.map((source) => `expected_source_missing db-1 ${source} 1`),
    )
  })

  test('nothing of a host that is silent itself: that has an alert of its own', () => {
    const known = new Known()
      .probe('db-1', 'host.cpu', 'host', 5)
      .probe('db-1', 'mysql.status', 'x', 5)
    expect(findMissing(HOST('[host, mysql]'), known.facts())).toEqual([])
  })

  const BACKUP = aProject(`contract: {document: '001', year: 2026, from: 2026-01-01, to: 2026-12-31}
calendars: {always: {kind: {value: 7x24, clause: S03}}}
hosts: [{name: db-1, role: db, sources: []}]
backups: [{job: his, host: db-1, schedule: {value: 1d, clause: B01}, secondCopy: {clause: B02}}]`)
  const alive = () => new Known().probe('db-1', 'host.cpu', 'host')

  test('a backup job, and its second copy', () => {
    expect(shown(findMissing(BACKUP, alive().facts()))).toEqual([
      'expected_backup_missing db-1 his 1 1',
      'expected_backup_missing db-1 his 2 1',
    ])
    const both = alive()
      .add('db-1', 'backup_job', { job: 'his', copy: '1' }, { field: 'status' })
      .add('db-1', 'backup_copy', { job: 'his' }, { field: 'state' })
    expect(findMissing(BACKUP, both.facts())).toEqual([])
    const twoJobs = alive()
      .add('db-1', 'backup_job', { job: 'his', copy: '1' }, { field: 'status' })
      .add('db-1', 'backup_job', { job: 'his', copy: '2' }, { field: 'status' })
    expect(findMissing(BACKUP, twoJobs.facts())).toEqual([])
  })

  test('a backup that is declared to be rarer than the contract asks', () => {
    const weekly = (seconds: number) =>
      alive()
        .add('db-1', 'backup_job', { job: 'his' }, { field: 'schedule_seconds', value: seconds })
        .add('db-1', 'backup_copy', { job: 'his' }, { field: 'state' })
        .facts()
    expect(shown(findMissing(BACKUP, weekly(604_800)))).toEqual([
      'backup_schedule_differs db-1 his 604800 1 天 1 d',
    ])
    expect(findMissing(BACKUP, weekly(86_400))).toEqual([])
  })

  const EXCHANGE = aProject(`hosts: [{name: db-1, role: db, sources: []}]
exchanges: [{flow: up, host: db-1, name: {zh: 上报, en: reports}, units: {value: 17, clause: E06}}]`)

  test('a flow, and units that its list lacks', () => {
    expect(shown(findMissing(EXCHANGE, alive().facts()))).toEqual([
      'expected_exchange_missing db-1 up 1 上报 reports',
    ])
    const units = (value: number) =>
      alive().add('db-1', 'exchange', { flow: 'up' }, { field: 'units_expected', value }).facts()
    expect(shown(findMissing(EXCHANGE, units(16)))).toEqual([
      'exchange_units_differ db-1 up 16 上报 reports 17',
    ])
    expect(findMissing(EXCHANGE, units(17))).toEqual([])
  })

  test('a certificate that an agent is to look at', () => {
    const project = aProject(`hosts: [{name: db-1, role: db, sources: []}]
certificates: [{id: portal, name: 门户, owner: 甲, renewal: 采购, source: {host: db-1, name: web}}]`)
    expect(shown(findMissing(project, alive().facts()))).toEqual([
      'expected_certificate_missing db-1 portal 1 门户',
    ])
    const soon = { sinceMs: NOW_MS - 11 * 60_000 }
    expect(findMissing(project, alive().facts(soon))).toEqual([])
    const hourlyCame = alive().probe('db-1', 'account.local', 'account')
    expect(shown(findMissing(project, hourlyCame.facts(soon)))).toEqual([
      'expected_certificate_missing db-1 portal 1 门户',
    ])
    const looked = alive().probe('db-1', 'certificate.endpoint', 'web')
    expect(findMissing(project, looked.facts())).toEqual([])
  })
})

describe('an identity that says otherwise', () => {
  const project = aProject('hosts: [{name: db-1, role: db}]')
  const differences = (...identities: { name: string; project?: string; role?: string }[]) =>
    shown(findDifferences(project, new Known().facts({ identities })))

  test.each([
    ['is the same', { name: 'db-1', project: 'clinic', role: 'db' }, []],
    [
      'has another project',
      { name: 'db-1', project: 'other', role: 'db' },
      ['identity_differs db-1 project 1 所属项目 project other 中为“clinic” says "clinic"'],
    ],
    [
      'has another role',
      { name: 'db-1', project: 'clinic', role: 'app' },
      ['identity_differs db-1 role 1 角色 role app 中为“db” says "db"'],
    ],
    ['has none: the file alone counts', { name: 'db-1' }, []],
  ])('%s', (_, identity, expected) => {
    expect(differences(identity)).toEqual(expected)
  })

  test('is of a host that the file does not have', () => {
    expect(
      differences(
        { name: 'db-1', project: 'clinic', role: 'db' },
        { name: 'db-2', project: 'clinic' },
        { name: 'db-3', project: 'other' },
      ),
    ).toEqual([
      'identity_differs db-2 project 1 所属项目 project clinic 没有列出它 does not have it',
    ])
  })
})

describe('people', () => {
  const DUTY = (who: string, team = '') =>
    aProject(`duty:
  least: [{when: inHours, calendar: office, people: {value: 2, clause: S19}}]
  ${team}
  people: [{id: a, name: 甲}, {id: b, name: 乙}, {id: p, name: 占位, placeholder: true}]
  shifts: [{hours: '00:00-24:00', who: ${who}}]`)
  const found = (project: ReturnType<typeof DUTY>, atMs = NOW_MS) =>
    shown(findDuties(project, atMs))

  test('are enough', () => {
    expect(found(DUTY('[a, b]'))).toEqual([])
  })

  test('are too few now, and on the roster', () => {
    expect(found(DUTY('[a, p]'))).toEqual([
      'duty_understaffed clinic 1 2',
      'roster_gap clinic 1 2 2026-11-20 09:00 2026-11-20 17:00',
    ])
  })

  test('are too few in the coming week', () => {
    expect(found(DUTY('[a, p]'), Date.parse('2026-11-20T18:00+08:00'))).toEqual([
      'roster_gap clinic 1 2 2026-11-23 09:00 2026-11-23 17:00',
    ])
  })

  test('are too few by name', () => {
    const team = "team: {value: 3, clause: {document: '004', words: 3 人}}"
    expect(found(DUTY('[a, b]', team))).toEqual(['team_too_small clinic 2 3'])
  })

  test('are nobody’s business outside the contract’s time', () => {
    expect(found(DUTY('[p]'), Date.parse('2027-01-01T00:00+08:00'))).toEqual([])
    expect(found(DUTY('[p]'), Date.parse('2025-12-31T23:59+08:00'))).toEqual([])
  })
})

test('a certificate of the ledger has so many days left', () => {
  const project = aProject(
    'certificates: [{id: key, name: 设备证书, kind: device, until: 2026-12-01, owner: 甲, renewal: 更换}]',
  )
  expect(shown(findLedgerEntries(project, NOW_MS))).toEqual([
    'certificate_ledger_due clinic key 11 设备证书 2026-12-01 甲 更换',
  ])
  const on = (day: string) =>
    shown(findLedgerEntries(project, Date.parse(`${day}T10:00:00+08:00`)))[0]
  expect(on('2026-12-01')).toMatch(/^certificate_ledger_due clinic key 0 /)
  expect(on('2026-12-02')).toMatch(/^certificate_ledger_expired clinic key 1 /)
  expect(on('2027-01-10')).toMatch(/^certificate_ledger_expired clinic key 40 /)
})

test('a contract that has ended is told, from the day after its last one', () => {
  const on = (time: string) => shown(findEndedContract(aProject(), Date.parse(`${time}+08:00`)))
  expect(on('2026-12-31T23:59')).toEqual([])
  expect(on('2027-01-01T00:00')).toEqual(['contract_ended clinic 1 2026-12-31'])
  expect(on('2027-02-09T10:00')).toEqual(['contract_ended clinic 40 2026-12-31'])
})

describe('a time of closer guard', () => {
  const project = aProject(`guardedHolidays: {names: [国庆节], count: {value: 1, platform: true}}
keyPeriods: [{name: 重要会议, from: 2026-11-25, to: 2026-11-28}]
duty:
  least:
    - {when: always, people: {value: 1, platform: true}}
    - {when: guarded, people: {value: 2, platform: true}}
  people: [{id: a, name: 甲}]
  shifts: [{hours: '00:00-24:00', who: [a]}]`)
  const on = (time: string) => shown(findGuards(project, Date.parse(`${time}:00+08:00`)))

  test('is told of a week ahead and while it lasts, with the people that there must be', () => {
    expect(on('2026-11-17T23:00')).toEqual([])
    expect(on('2026-11-18T00:00')).toEqual([
      'guard_period clinic 2026-11-25 重要会议 7 重要会议 重要会议 2026-11-25 2026-11-28 2',
    ])
    expect(on('2026-11-28T23:00')[0]).toMatch(/ 重要会议 0 /)
    expect(on('2026-11-29T00:00')).toEqual([])
  })

  test('has the days of the holiday as the calendar has them', () => {
    expect(on('2026-10-03T12:00')).toEqual([
      'guard_period clinic 2026-10-01 国庆节 0 国庆节 National Day 2026-10-01 2026-10-07 2',
    ])
  })

  test('asks for more people on duty', () => {
    const kinds = (time: string) =>
      findDuties(project, Date.parse(`${time}:00+08:00`)).map(({ kind, value, details }) =>
        [kind, value, details['least'], details['from']].join(' '),
      )
    expect(kinds('2026-11-10T12:00')).toEqual([])
    expect(kinds('2026-11-20T12:00')).toEqual(['roster_gap 1 2 2026-11-25 00:00'])
    expect(kinds('2026-11-26T12:00')[0]).toBe('duty_understaffed 1 2 ')
  })
})

describe('whose a number is', () => {
  const basisOf = (finding: Finding | undefined) => [
    finding?.basis?.numbers,
    ...(finding?.basis?.clauses ?? []).map(({ id, documents, words }) =>
      [id, ...documents.map(({ number, system }) => `${number} ${system.zh}`), words.zh].join(' '),
    ),
  ]
  const DUTY = (people: string) =>
    findDuties(
      aProject(`duty:
  least: [{when: always, people: ${people}}]
  people: [{id: a, name: 甲}]`),
      NOW_MS,
    )[0]

  test('the project’s file says: a clause of the book, one that it quotes itself, or the platform', () => {
    expect(basisOf(DUTY('{value: 2, clause: S19}'))).toEqual([
      'contract',
      'S19 004 门诊系统 工作时间在岗服务人员不少于2人，其他时间不少于1人',
    ])
    const quoted = "{value: 2, clause: {document: '004', words: 值守不少于2人}}"
    expect(basisOf(DUTY(quoted))).toEqual(['contract', ' 004 门诊系统 值守不少于2人'])
    expect(basisOf(DUTY('{value: 2, platform: true}'))).toEqual(['platform'])
  })

  test('every finding names its project', () => {
    const found = findAll(aProject('hosts: [{name: db-1, role: db}]'), new Known().facts(), [])
    expect(found.map(({ project }) => project)).toEqual([
      { id: 'clinic', name: { zh: '门诊系统', en: 'Clinic' }, document: '004' },
    ])
  })
})

test('in December the holidays of the next year should be known', () => {
  expect(findUnknownYear(aProject(), NOW_MS)).toEqual([])
  expect(shown(findUnknownYear(aProject(), Date.parse('2026-12-01T08:00+08:00')))).toEqual([
    'holidays_unknown clinic 2027 2027',
  ])
})

describe('work that the contract counts', () => {
  const project =
    aProject(`contract: {document: '004', year: 2026, from: 2026-01-01, to: 2026-12-31}
counts:
  - {kind: inspection, name: {zh: 巡检, en: inspections}, atLeast: {value: 52, clause: R01}}
  - {kind: patch_round, name: {zh: 补丁, en: patches}, atLeast: {value: 2, clause: R05}}
  - {kind: password_rotation, name: {zh: 密码, en: passwords}, within: {value: 90, platform: true}}`)
  const at = (day: string) => Date.parse(`${day}T10:00:00+08:00`)
  const found = (records: Parameters<typeof findCounts>[1], day: string) =>
    Object.fromEntries(
      findCounts(project, records, at(day)).map(({ kind, tags, value }) => [
        `${kind} ${tags['count']}`,
        value,
      ]),
    )
  const inspections = (count: number) =>
    Array.from({ length: count }, (_, id) => aRecord('inspection', '2026-01-02', { id }))

  test.each([
    // a 52nd of the year ends on the 8th at 00:28, the second on the 15th
    [0, '2026-01-07', undefined],
    [0, '2026-01-08', 1],
    [0, '2026-01-14', 1],
    [0, '2026-01-15', 2],
    [1, '2026-01-14', undefined],
    [1, '2026-01-15', 1],
    [3, '2026-01-28', undefined],
    [3, '2026-01-30', 1],
    [50, '2026-12-31', 1],
    [51, '2026-12-31', undefined],
    [52, '2026-12-31', undefined],
  ])('%d inspections by %s are so many too few: %s', (done, day, behind) => {
    expect(found(inspections(done), day)['counter_behind inspection']).toBe(behind)
  })

  test.each([
    [51, '2026-12-31', undefined],
    [51, '2027-01-01', 1],
    [50, '2027-01-02', 2],
    [52, '2027-01-02', undefined],
  ])(
    '%d of 52 inspections on %s are overdue for %s days, and behind no more',
    (done, day, days) => {
      const { 'counter_overdue inspection': overdue, 'counter_behind inspection': behind } = found(
        inspections(done),
        day,
      )
      expect([overdue, behind]).toEqual([days, undefined])
    },
  )

  test('what is done twice a year is due half a year after the start, never recorded or not', () => {
    expect(found([], '2026-06-01')['counter_due patch_round']).toBe(83)
    expect(found([], '2026-07-01')['counter_due patch_round']).toBe(99)
    expect(found([], '2026-07-03')['counter_due patch_round']).toBeUndefined()
    expect(found([], '2026-07-03')['counter_overdue patch_round']).toBe(1)
    expect(found([], '2026-08-03')['counter_overdue patch_round']).toBe(32)
    const once = [aRecord('patch_round', '2026-03-01')]
    expect(found(once, '2026-06-01')['counter_due patch_round']).toBe(-17)
    const twice = [...once, aRecord('patch_round', '2026-04-01', { id: 2 })]
    expect(found(twice, '2026-12-31')['counter_due patch_round']).toBeUndefined()
  })

  test('what is done every so many days counts from the last, or from the start', () => {
    expect(found([], '2026-03-17')['counter_due password_rotation']).toBe(84)
    const rotated = [aRecord('password_rotation', '2026-03-01')]
    expect(found(rotated, '2026-03-17')['counter_due password_rotation']).toBe(18)
  })

  test('a record that is taken back does not count, nor one of another year', () => {
    const records = [
      aRecord('patch_round', '2026-03-01'),
      aRecord('patch_round', '2026-03-02', { id: 2, cancels: 1 }),
      aRecord('patch_round', '2025-12-31', { id: 3 }),
    ]
    expect(countStates(project, records).map(({ done }) => done)).toEqual([0, 0, 0])
  })
})

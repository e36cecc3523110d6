import { expect, test } from 'vitest'
import { aProject, problemsIn } from './testing/a-project.ts'

test('a small file is good', () => {
  expect(aProject().id).toBe('clinic')
})

const SLA = (clock: string) => `sla: [{id: a, name: {zh: x, en: x}, ${clock}}]`
const DUTY = (rest: string) => `duty: {people: [{id: a, name: 甲}, {id: b, name: 乙}], ${rest}}`

test.each([
  {
    note: 'a day that there is not',
    yaml: "contract: {document: '004', year: 2026, from: 2026-02-30, to: 2026-12-31}",
    problem: 'contract.from: there is no 2026-02-30',
  },
  {
    note: 'an end before its beginning',
    yaml: "contract: {document: '004', year: 2026, from: 2026-02-01, to: 2026-01-31}",
    problem: 'contract.to: 2026-01-31 is before the first day, 2026-02-01',
  },
  {
    note: 'a host that is there twice',
    yaml: 'hosts: [{name: a, role: db}, {name: a, role: app}]',
    problem: 'hosts.1.name: "a" is there twice',
  },
  {
    note: 'a host that is a device too',
    yaml: 'hosts: [{name: a, role: db}]\ndevices: [{name: a, role: array}]',
    problem: 'devices.0.name: "a" is there twice',
  },
  {
    note: 'a place that there is not',
    yaml: 'hosts: [{name: a, role: db, place: rom}]',
    problem: 'hosts.0.place: there is no place "rom" in this file; room?',
  },
  {
    note: 'a source of no type',
    yaml: 'hosts: [{name: a, role: db, sources: [host, orcale]}]',
    problem: 'hosts.0.sources.1: there is no type of source "orcale"; oracle?',
  },
  {
    note: 'a backup on a host of another project',
    yaml: 'hosts: [{name: db-1, role: db}]\nbackups: [{job: x, host: db-2}]',
    problem: 'backups.0.host: there is no host "db-2" in this file; db-1?',
  },
  {
    note: 'a device that an unknown host polls',
    yaml: 'devices: [{name: s, role: fc-switch, polledBy: nobody}]',
    problem: 'devices.0.polledBy: there is no host "nobody" in this file',
  },
  {
    note: 'hours that are no eight',
    yaml: "calendars: {office: {kind: {value: 5x8, clause: S06}, hours: ['09:00-12:00', '13:00-17:30']}}",
    problem: 'calendars.office.hours: that is 7.5 hours',
  },
  {
    note: 'hours that overlap',
    yaml: "calendars: {office: {kind: {value: 5x8, clause: S06}, hours: ['09:00-13:00', '12:00-16:00']}}",
    problem: 'calendars.office.hours: the hours overlap, go back or go over midnight',
  },
  {
    note: 'a clock on no calendar',
    yaml: SLA('respond: {value: 1h, calendar: ofice, clause: S06}'),
    problem: 'sla.0.respond.calendar: there is no calendar "ofice" in this file; office?',
  },
  {
    note: 'working days on a calendar without them',
    yaml: SLA('resolve: {value: 2 workdays, calendar: always, clause: S06}'),
    problem: 'sla.0.resolve.value: "always" (7x24) has no working days',
  },
  {
    note: 'a zone of no place',
    yaml: SLA('zones: [moon]'),
    problem: 'sla.0.zones.0: there is no zone of a place "moon" in this file',
  },
  {
    note: 'a number that is nobody’s',
    yaml: SLA('respond: {value: 1h, calendar: office}'),
    problem: 'sla.0.respond: it is not said, or said twice, whose the number is',
  },
  {
    note: 'a number that is said to be both the contract’s and ours',
    yaml: SLA('respond: {value: 1h, calendar: office, clause: S06, platform: true}'),
    problem: 'sla.0.respond: it is not said, or said twice, whose the number is',
  },
  {
    note: 'a clause that there is not',
    yaml: SLA('respond: {value: 1h, calendar: office, clause: S66}'),
    problem: 'sla.0.respond.clause: unknown clause "S66"; S06?',
  },
  {
    note: 'a clause of another contract',
    yaml: SLA('respond: {value: 1h, calendar: office, clause: S01}'),
    problem: 'sla.0.respond.clause: clause "S01" stands in contract 000, not in 004',
  },
  {
    note: 'a shift of somebody who is not in the team',
    yaml: DUTY("shifts: [{hours: '09:00-17:00', who: [zz]}]"),
    problem: 'duty.shifts.0.who.0: there is no person "zz" in this file',
  },
  {
    note: 'a shift of nobody',
    yaml: DUTY("shifts: [{hours: '09:00-17:00'}]"),
    problem: 'duty.shifts.0: exactly one of who and rotation must be there',
  },
  {
    note: 'a shift of no length',
    yaml: DUTY("shifts: [{hours: '09:00-09:00', who: [a]}]"),
    problem: 'duty.shifts.0.hours: 09:00-09:00 is no stretch of time',
  },
  {
    note: 'people wanted in hours of no calendar',
    yaml: DUTY('least: [{when: inHours, people: {value: 2, clause: S19}}]'),
    problem: 'duty.least.0: when: inHours needs a calendar',
  },
  {
    note: 'fewer levels than the contract has',
    yaml: DUTY(
      'escalation: {levels: {value: 4, clause: S10}, chain: [{name: {zh: x, en: x}, who: [a]}]}',
    ),
    problem: 'duty.escalation.chain: there are 1 levels; the contract has 4',
  },
  {
    note: 'work that is counted without a number',
    yaml: 'counts: [{kind: inspection, name: {zh: 巡检, en: inspections}}]',
    problem: 'counts.0: atLeast (how many) or within (days between two) must be there',
  },
  {
    note: 'fewer hosts of a role than the contract names',
    yaml: "hosts: [{name: a, role: oracle}]\nhostCount: [{role: oracle, value: 3, clause: {document: '002', words: 3台}}]",
    problem: 'hostCount.0: there are 1 hosts of role "oracle"; the contract has 3',
  },
  {
    note: 'a certificate of which nothing is known',
    yaml: 'certificates: [{id: a, name: x, owner: x, renewal: x}]',
    problem:
      'certificates.0: source (which agent looks at it) or until (its last day) must be there',
  },
])('$note', ({ yaml, problem }) => {
  expect(problemsIn(yaml)).toEqual([problem])
})

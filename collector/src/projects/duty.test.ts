import { describe, expect, test } from 'vitest'
import { firstRosterGap, leastAt, peopleOnDuty, rosteredAt } from './duty.ts'
import { aProject } from './testing/a-project.ts'

const at = (text: string) => Date.parse(`${text}:00+08:00`)
const HOUR_MS = 3_600_000
const show = (timeMs: number) => new Date(timeMs + 8 * HOUR_MS).toISOString().slice(0, 16)

const PEOPLE =
  'people: [{id: a, name: 甲}, {id: b, name: 乙}, {id: c, name: 丙}, {id: p, name: 占位, placeholder: true}]'
const LEAST =
  'least: [{when: inHours, calendar: office, people: {value: 2, clause: S19}}, {when: outOfHours, calendar: office, people: {value: 1, clause: S19}}]'
const roster = (shifts: string, least = LEAST) =>
  aProject(`duty:\n  ${PEOPLE}\n  ${least}\n  shifts:\n${shifts}`).roster
const namesAt = (of: ReturnType<typeof roster>, time: string) =>
  peopleOnDuty(of, at(time)).map(({ name }) => name)

describe('who is on duty', () => {
  test.each([
    ["    - {hours: '09:00-17:00', who: [a]}", '2026-10-01T09:00', ['甲']],
    ["    - {hours: '09:00-17:00', who: [a]}", '2026-10-01T17:00', []],
    ["    - {hours: '17:00-09:00', who: [b]}", '2026-10-01T08:59', ['乙']],
    ["    - {hours: '17:00-09:00', who: [b]}", '2026-10-01T09:00', []],
    ["    - {hours: '00:00-24:00', who: [a, b, a]}", '2026-10-01T23:59', ['甲', '乙']],
    ["    - {days: workdays, hours: '09:00-17:00', who: [a]}", '2026-10-01T10:00', []],
    ["    - {days: workdays, hours: '09:00-17:00', who: [a]}", '2026-10-10T10:00', ['甲']],
    ["    - {days: holidays, hours: '09:00-17:00', who: [a]}", '2026-10-01T10:00', ['甲']],
    ["    - {days: [sat], hours: '22:00-06:00', who: [a]}", '2026-11-22T05:00', ['甲']],
    ["    - {days: [sat], hours: '22:00-06:00', who: [a]}", '2026-11-22T23:00', []],
    [
      "    - {hours: '00:00-24:00', from: 2026-10-02, to: 2026-10-03, who: [a]}",
      '2026-10-01T23:00',
      [],
    ],
    [
      "    - {hours: '22:00-06:00', from: 2026-10-02, to: 2026-10-03, who: [a]}",
      '2026-10-04T05:00',
      ['甲'],
    ],
    ["    - {hours: '00:00-24:00', who: [p]}", '2026-10-01T10:00', []],
  ])('%s at %s', (shifts, time, names) => {
    expect(namesAt(roster(shifts), time)).toEqual(names)
  })

  test('groups take turns, each from the hour of the shift on', () => {
    const weekly = roster(
      "    - {hours: '08:00-08:00', rotation: {starts: 2026-01-05, everyDays: 7, groups: [[a], [b, c]]}}".replace(
        '08:00-08:00',
        '08:00-24:00',
      ),
    )
    expect(namesAt(weekly, '2026-01-05T09:00')).toEqual(['甲'])
    expect(namesAt(weekly, '2026-01-11T23:00')).toEqual(['甲'])
    expect(namesAt(weekly, '2026-01-12T09:00')).toEqual(['乙', '丙'])
    expect(namesAt(weekly, '2026-01-19T09:00')).toEqual(['甲'])
    expect(namesAt(weekly, '2026-01-04T09:00')).toEqual(['乙', '丙'])
  })

  test('a night of a rotation belongs to the group of its evening', () => {
    const nights = roster(
      "    - {hours: '20:00-08:00', rotation: {starts: 2026-01-05, everyDays: 1, groups: [[a], [b]]}}",
    )
    expect(namesAt(nights, '2026-01-06T07:00')).toEqual(['甲'])
    expect(namesAt(nights, '2026-01-06T20:00')).toEqual(['乙'])
  })

  test('who stands in takes the place of the others', () => {
    const swapped = roster(
      "    - {hours: '00:00-24:00', who: [a]}\n    - {hours: '09:00-17:00', from: 2026-10-02, to: 2026-10-02, who: [b], replaces: true}",
    )
    expect(namesAt(swapped, '2026-10-02T08:00')).toEqual(['甲'])
    expect(namesAt(swapped, '2026-10-02T10:00')).toEqual(['乙'])
  })

  test('placeholders are rostered, but nobody', () => {
    const planned = roster("    - {hours: '00:00-24:00', who: [p]}")
    expect(rosteredAt(planned, at('2026-10-01T10:00')).map(({ id }) => id)).toEqual(['p'])
  })
})

describe('how many there must be', () => {
  test.each([
    ['2026-11-20T10:00', 2],
    ['2026-11-20T18:00', 1],
    ['2026-11-21T10:00', 1],
    ['2026-10-10T10:00', 2],
  ])('at %s: %d', (time, people) => {
    expect(leastAt(roster("    - {hours: '00:00-24:00', who: [a]}"), at(time))).toBe(people)
  })
})

describe('the first gap of the roster', () => {
  const gapFrom = (of: ReturnType<typeof roster>, time: string) => {
    const gap = firstRosterGap(of, at(time), 7)
    return gap && [show(gap.fromMs), show(gap.toMs), gap.people, gap.least]
  }

  test('is none where enough people are there', () => {
    expect(
      gapFrom(roster("    - {hours: '00:00-24:00', who: [a, b]}"), '2026-11-20T10:00'),
    ).toBeUndefined()
  })

  test('begins and ends with a shift', () => {
    const one = roster(
      "    - {hours: '00:00-24:00', who: [a]}\n    - {days: [mon, tue, thu, fri], hours: '08:00-18:00', who: [b]}",
    )
    expect(gapFrom(one, '2026-11-20T10:00')).toEqual(['2026-11-25T09:00', '2026-11-25T17:00', 1, 2])
  })

  test('is found now, from its beginning', () => {
    const one = roster(
      "    - {hours: '12:00-24:00', who: [a, b]}\n    - {hours: '00:00-09:30', who: [a]}",
    )
    expect(gapFrom(one, '2026-11-20T10:15')).toEqual(['2026-11-20T09:00', '2026-11-20T12:00', 0, 2])
    // the same gap, looked at again
    expect(gapFrom(one, '2026-11-20T11:59')).toEqual(gapFrom(one, '2026-11-20T10:15'))
  })

  test('without a number of the contract, a roster must have no hole', () => {
    const one = roster("    - {hours: '08:00-20:00', who: [a]}", 'least: []')
    expect(gapFrom(one, '2026-11-20T10:15')).toEqual(['2026-11-20T20:00', '2026-11-21T08:00', 0, 1])
  })

  test('without a roster and a number nothing is wanted', () => {
    expect(firstRosterGap(aProject().roster, at('2026-11-20T10:15'), 7)).toBeUndefined()
  })
})

import { describe, expect, test } from 'vitest'
import { problemsOf, ruleText } from '../testing/rule-problems.ts'

const USED = { value: 'disk.used_percent', where: '{}', unit: undefined }
const STATE = { value: 'systemd_units.active_code', where: '{}', unit: undefined }
const ERRORS = { value: 'rate(net.err_in) + rate(net.err_out)', where: '{}', unit: undefined }

const WITH_THRESHOLD = 'this comparison and the threshold never hold together'
const OF_ITSELF = 'this comparison and those beside it never hold together'

describe('a level is refused whose conditions exclude each other:', () => {
  test.each([
    [USED, '{above: 80, and: disk.used_percent < 50}', `and@18: ${WITH_THRESHOLD}`],
    [USED, '{above: 80, and: 50 > disk.used_percent}', `and@3: ${WITH_THRESHOLD}`],
    [USED, '{below: 50, and: disk.used_percent > 80}', `and@18: ${WITH_THRESHOLD}`],
    [USED, '{above: 80, and: disk.used_percent <= 80}', `and@18: ${WITH_THRESHOLD}`],
    [USED, '{atLeast: 80, and: disk.used_percent < 80}', `and@18: ${WITH_THRESHOLD}`],
    [USED, '{equals: 80, and: disk.used_percent == 81}', `and@18: ${WITH_THRESHOLD}`],
    [USED, '{equals: 80, and: disk.used_percent != 80}', `and@18: ${WITH_THRESHOLD}`],
    [USED, '{notEquals: 80, and: disk.used_percent == 80}', `and@18: ${WITH_THRESHOLD}`],
    [USED, '{atLeast: 100, and: disk.used_percent != 100}', `and@18: ${WITH_THRESHOLD}`],
    [USED, '{above: 80, and: 2 * disk.used_percent + 5 < 100}', `and@26: ${WITH_THRESHOLD}`],
    [USED, '{above: 80, and: disk.used_percent / 2 < 40}', `and@22: ${WITH_THRESHOLD}`],
    [USED, '{above: 80, and: -disk.used_percent > -20}', `and@19: ${WITH_THRESHOLD}`],
    [USED, '{above: 80, and: "disk.free < 1GB and disk.used_percent < 9"}', WITH_THRESHOLD],
    [USED, '{above: 80, and: "disk.free < 1GB or disk.used_percent < 9"}', WITH_THRESHOLD],
    [USED, '{above: 80, and: "disk.used_percent < 90 and disk.used_percent > 95"}', OF_ITSELF],
    [USED, '{above: 80, or: "disk.free < 1GB and disk.free > 2GB"}', `or@30: ${OF_ITSELF}`],
    [USED, '{above: 80, or: "disk.free == 1 and (disk.free == 2 or disk.free == 3)"}', OF_ITSELF],
    [USED, '{above: 80, and: disk.used - disk.used > 3}', `and@22: ${OF_ITSELF}`],
    [
      USED,
      '{above: 80, and: "disk.used < 1 and disk.free < 1 and disk.used + disk.free > 9"}',
      OF_ITSELF,
    ],
    [ERRORS, '{atLeast: 5, and: rate(net.err_out) + rate(net.err_in) < 3}', WITH_THRESHOLD],
    [ERRORS, '{below: 5, and: rate(net.err_in) > 5}', WITH_THRESHOLD],
    [STATE, '{in: [1, 2], and: systemd_units.active_code == 3}', `and@26: ${WITH_THRESHOLD}`],
    [STATE, '{in: [1, 2], and: systemd_units.active_code > 2}', `and@26: ${WITH_THRESHOLD}`],
    [STATE, '{notIn: [3], and: systemd_units.active_code == 3}', `and@26: ${WITH_THRESHOLD}`],
    [STATE, '{notIn: [4, 5], and: systemd_units.active_code > 3}', `and@26: ${WITH_THRESHOLD}`],
    [STATE, '{above: 2, and: systemd_units.active_code < 3}', `and@26: ${WITH_THRESHOLD}`],
  ])('%o %s', (rule, warning, problem) => {
    const found = problemsOf(ruleText({ ...rule, warning }))
    expect(found).toEqual([expect.stringContaining(problem)])
  })

  test('in an override too', () => {
    const overrides = '[{where: {host: a}, warning: {above: 90, and: disk.used_percent < 80}}]'
    expect(problemsOf(ruleText({ ...USED, overrides }))).toEqual([
      `overrides.0.warning.and@18: ${WITH_THRESHOLD}`,
    ])
  })
})

test.each([
  [USED, '{above: 80, and: disk.used_percent < 90}'],
  [USED, '{above: 80, or: disk.used_percent < 50}'],
  [USED, '{atLeast: 80, and: disk.used_percent <= 80}'],
  [USED, '{atLeast: 0.3, and: 10 * disk.used_percent <= 3}'],
  [USED, '{above: 80, and: "disk.free < 1GB or disk.used_percent > 95"}'],
  [USED, '{above: 80, and: disk.used * disk.free > 3}'],
  [ERRORS, '{atLeast: 5, and: rate(net.err_in) < 1}'],
  [STATE, '{in: [1, 2], and: systemd_units.active_code != 1}'],
  [STATE, '{notIn: [4], and: systemd_units.active_code > 3}'],
])('a level is taken whose conditions may hold together: %o %s', (rule, warning) => {
  expect(problemsOf(ruleText({ ...rule, warning }))).toEqual([])
})

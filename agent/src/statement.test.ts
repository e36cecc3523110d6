import { expect, test } from 'vitest'

import {
  chooseVariant,
  compareVersions,
  parseVersion,
  timeoutMsOf,
  type Statement,
} from './statement.ts'

function variant(text: string, given: Partial<Statement> = {}): Statement {
  return { id: 'x.y', text, reads: [], grants: [], cost: 'cheap', ...given }
}

test.each([
  { text: '10.11.14-MariaDB-0+deb12u2', version: [10, 11, 14] },
  { text: '15.14 (Debian 15.14-0+deb12u1)', version: [15, 14] },
  { text: '19.3.0.0.0', version: [19, 3, 0, 0, 0] },
  { text: 'Apache Tomcat', version: [] },
])('reads the version of $text', ({ text, version }) => {
  expect(parseVersion(text)).toEqual(version)
})

test.each([
  { left: [8, 0, 22], right: [8, 0, 22], sign: 0 },
  { left: [8, 0], right: [8, 0, 22], sign: -1 },
  { left: [10], right: [9, 9], sign: 1 },
  { left: [12, 1, 0, 0], right: [12, 1], sign: 0 },
])('compares $left with $right', ({ left, right, sign }) => {
  expect(Math.sign(compareVersions(left, right))).toBe(sign)
})

const VARIANTS = [
  variant('standby', { where: { role: ['physical standby'] } }),
  variant('old', { before: [12] }),
  variant('new', { since: [12], before: [23] }),
]

test.each([
  { version: [11, 2], role: 'primary', chosen: 'old' },
  { version: [12, 1], role: 'primary', chosen: 'new' },
  { version: [12, 1], role: 'physical standby', chosen: 'standby' },
  { version: [23, 4], role: 'primary', chosen: undefined },
])('for $version as $role it is $chosen', ({ version, role, chosen }) => {
  const facts = { versionText: '', version, traits: { role } }
  expect(chooseVariant(VARIANTS, facts)?.text).toBe(chosen)
})

test('has a deadline by its cost unless it says one', () => {
  expect(timeoutMsOf(variant(''))).toBe(5_000)
  expect(timeoutMsOf(variant('', { cost: 'slow' }))).toBe(60_000)
  expect(timeoutMsOf(variant('', { timeoutMs: 700 }))).toBe(700)
})

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareDebVersions, compareRpmVersions } from './compare-versions.ts'

const DPKG = '/usr/bin/dpkg'

describe('compareDebVersions', () => {
  test.each([
    ['1.0', '1.0', 0],
    ['1.0', '1.0.1', -1],
    ['1.10', '1.9', 1],
    ['1.0~rc1', '1.0', -1],
    ['2:1.0', '1:9.0', 1],
    ['1.0-1', '1.0-2', -1],
    ['1.0-1+deb12u2', '1.0-1+deb12u10', -1],
    ['1.0a', '1.0+', -1],
    ['007', '7', 0],
    ['20240101', '20231231', 1],
  ])('%s and %s: %i', (a, b, order) => {
    expect(Math.sign(compareDebVersions(a, b))).toBe(order)
    expect(Math.sign(compareDebVersions(b, a))).toBe(order === 0 ? 0 : -order)
  })

  test('agrees with dpkg', ({ skip }) => {
    skip(!existsSync(DPKG), 'not on this machine: no dpkg')
    const part = fc.stringMatching(/^\d[0-9a-z.+~]{0,7}$/)
    const version = fc
      .tuple(fc.option(fc.integer({ min: 0, max: 3 })), part, fc.option(part))
      .map(([epoch, upstream, revision]) =>
        [epoch === null ? '' : `${epoch}:`, upstream, revision === null ? '' : `-${revision}`].join(
          '',
        ),
      )
    fc.assert(
      fc.property(version, version, (a, b) => {
        const { status } = spawnSync(DPKG, ['--compare-versions', a, 'lt', b])
        expect(compareDebVersions(a, b) < 0, `${a} < ${b}`).toBe(status === 0)
      }),
      { numRuns: 60 },
    )
  }, 60_000)
})

/** The cases of rpm's own documentation of version comparison (rpm-version(7)). */
describe('compareRpmVersions', () => {
  test.each([
    ['1.0', '1.0', 0],
    ['1.0', '2.0', -1],
    ['2.0.1', '2.0', 1],
    ['5.5p1', '5.5p10', -1],
    ['10xyz', '10.1xyz', -1],
    ['xyz10', 'xyz10.1', -1],
    ['1b.fc17', '1.fc17', -1],
    ['6.0.rc1', '6.0', 1],
    ['1.0~rc1', '1.0', -1],
    ['1.0~rc1', '1.0~rc2', -1],
    ['1.0^git1', '1.0', 1],
    ['1.0^git1', '1.01', -1],
    ['1.0^', '1.0.1', -1],
    ['20101121', '20101122', -1],
    ['2_0', '2.0', 0],
    ['a', '1', -1],
    ['1:1.0-1', '9.0-1', 1],
    ['3.0.7-27.el9', '3.0.7-28.el9_4', -1],
    ['3.0.7', '3.0.7-28', 0],
    ['0:3.0.7-1', '3.0.7-1', 0],
  ])('%s and %s: %i', (a, b, order) => {
    expect(Math.sign(compareRpmVersions(a, b))).toBe(order)
    expect(Math.sign(compareRpmVersions(b, a))).toBe(order === 0 ? 0 : -order)
  })
})

test('both are orders: whatever is compared, they end and agree with themselves', () => {
  const text = fc.stringMatching(/^[0-9A-Za-z.+~^:_-]{0,12}$/)
  for (const compare of [compareDebVersions, compareRpmVersions])
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(compare(a, a)).toBe(0)
        expect(Math.sign(compare(a, b)) + Math.sign(compare(b, a))).toBe(0)
      }),
    )
})

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  parseAptSimulation,
  parseDnfSecurity,
  parseDnfUpdates,
  parseInstalled,
} from './pending-updates.ts'

const APT = `Reading package lists...
Building dependency tree...
The following packages will be upgraded:
  libssl3 tzdata
Inst libssl3 [3.0.11-1] (3.0.15-1~deb12u1 Debian-Security:12/stable-security [amd64])
Inst linux-image-6.1.0-30-amd64 (6.1.124-1 Debian:12.9/stable [amd64])
Inst tzdata [2024a-0] (2025b-0 Debian:12.9/stable [all]) []
Conf libssl3 (3.0.15-1~deb12u1 Debian-Security:12/stable-security [amd64])
`

const DNF = `
kernel.x86_64                    5.14.0-503.el9               baseos
openssl-libs.x86_64              1:3.2.2-6.el9_5              baseos
a-package-with-a-very-long-name-that-takes-a-line.noarch
                                 2.0-1                        appstream
Obsoleting Packages
old.noarch                       1.0-1                        appstream
`

test('apt: updates of what is installed; those of a security archive are marked', () => {
  expect(parseAptSimulation(APT)).toEqual([
    { name: 'libssl3', installed: '3.0.11-1', available: '3.0.15-1~deb12u1', isSecurity: true },
    { name: 'tzdata', installed: '2024a-0', available: '2025b-0', isSecurity: false },
  ])
})

test('dnf: names without their architecture, lines that wrap, no obsoleting packages', () => {
  expect(parseDnfUpdates(DNF).map(({ name, available }) => [name, available])).toEqual([
    ['kernel', '5.14.0-503.el9'],
    ['openssl-libs', '1:3.2.2-6.el9_5'],
    ['a-package-with-a-very-long-name-that-takes-a-line', '2.0-1'],
  ])
})

test('dnf: advisories name packages with their versions', () => {
  const listed = `RHSA-2025:1330 Moderate/Sec.  openssl-libs-1:3.2.2-6.el9_5.1.x86_64
RHSA-2025:1330 Important/Sec. openssl-libs-1:3.2.2-6.el9_5.1.i686
RHBA-2025:0001 bugfix tzdata-2025a-1.el9.noarch
`
  expect(parseDnfSecurity(listed)).toEqual(new Set(['openssl-libs']))
})

test('installed packages, several versions of one kept', () => {
  expect(parseInstalled('kernel 0:5.14-1\nkernel 0:5.14-2\n\nbroken\n')).toEqual(
    new Map([['kernel', ['0:5.14-1', '0:5.14-2']]]),
  )
})

test('whatever a program prints, nothing is thrown', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const parse of [parseAptSimulation, parseDnfUpdates, parseDnfSecurity, parseInstalled])
        expect(() => parse(text)).not.toThrow()
    }),
  )
})

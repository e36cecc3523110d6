import { expect, test } from 'vitest'

import { NoDataError } from '../../probe.ts'
import { describeHostProbe } from '../../testing/host-contract.ts'
import { HostTree } from '../../testing/host-fixture.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { parsePressure } from './parse-pressure.ts'
import pressure from './pressure.ts'

describeHostProbe(pressure)

const LINES =
  'some avg10=1.50 avg60=0.25 avg300=0.00 total=28449628\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=3\n'

test('parses both lines of a resource', () => {
  expect(parsePressure(Buffer.from(LINES), '/proc/pressure/io')).toEqual([
    { type: 'some', avg10: 1.5, avg60: 0.25, avg300: 0, total: 28449628 },
    { type: 'full', avg10: 0, avg60: 0, avg300: 0, total: 3 },
  ])
})

test('leaves out `full` of the CPU, which the kernel writes as a constant', async () => {
  await using host = await HostTree.open({
    '/proc/pressure/cpu': LINES,
    '/proc/pressure/io': LINES,
  })
  const { samples } = await sampleOnce(pressure, host.session)
  expect(samples.map(({ tags }) => tags)).toEqual([
    { resource: 'cpu', type: 'some' },
    { resource: 'io', type: 'some' },
    { resource: 'io', type: 'full' },
  ])
})

test('has no data where the kernel has no PSI', async () => {
  await using host = await HostTree.open()
  await expect(sampleOnce(pressure, host.session)).rejects.toThrow(NoDataError)
})

test.each([
  { text: 'many avg10=1\n', place: '/proc/pressure/io:1' },
  { text: 'some avg10=1.5 avg60=1\n', place: '/proc/pressure/io:1: avg300=' },
  { text: 'some avg10=x\n', place: '/proc/pressure/io:1' },
])('refuses $text', ({ text, place }) => {
  expect(() => parsePressure(Buffer.from(text), '/proc/pressure/io')).toThrow(place)
})

import { describe, expect, test } from 'vitest'

import { NoDataError } from '../../probe.ts'
import { describeHostProbe } from '../../testing/host-contract.ts'
import { HostTree, readHostFixture } from '../../testing/host-fixture.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import mem, { toMemFields } from './mem.ts'
import { parseMeminfo } from '../../sources/parse-meminfo.ts'

describeHostProbe(mem)

function parse(text: string): ReadonlyMap<string, number> {
  return parseMeminfo(Buffer.from(text))
}

test('gives the memory of the recorded machine', async () => {
  await using host = await HostTree.open(readHostFixture('linux-6.18').files)
  const { samples } = await sampleOnce(mem, host.session)
  const meminfo = parse(readHostFixture('linux-6.18').files['/proc/meminfo'] ?? '')
  expect(samples).toEqual([{ measurement: 'mem', tags: {}, fields: toMemFields(meminfo) }])
  expect(samples[0]?.fields['total']).toBe(25_276_502_016)
})

describe('toMemFields', () => {
  test('counts what is reclaimable as cached, and used as free(1) does', () => {
    const meminfo = parse(
      'MemTotal: 1000 kB\nMemFree: 100 kB\nMemAvailable: 600 kB\nBuffers: 50 kB\nCached: 300 kB\nSReclaimable: 40 kB\n',
    )
    expect(toMemFields(meminfo)).toMatchObject({
      total: 1000 * 1024,
      available: 600 * 1024,
      available_percent: 60,
      used: 400 * 1024,
      used_percent: 40,
      free: 100 * 1024,
      buffered: 50 * 1024,
      cached: 340 * 1024,
    })
  })

  test('adds up what is available where the kernel does not say it (before 3.14)', () => {
    const meminfo = parse('MemTotal: 1000 kB\nMemFree: 100 kB\nBuffers: 50 kB\nCached: 300 kB\n')
    expect(toMemFields(meminfo)).toMatchObject({ available: 450 * 1024, used_percent: 55 })
  })

  test('leaves out what is missing', () => {
    const fields = toMemFields(parse('MemTotal: 1000 kB\nMemFree: 1000 kB\n'))
    expect(fields['slab']).toBeUndefined()
    expect(fields['huge_pages_total']).toBeUndefined()
    expect(fields['used_percent']).toBe(0)
  })

  test('never has less than nothing used, though available can exceed the total', () => {
    expect(toMemFields(parse('MemTotal: 10 kB\nMemAvailable: 12 kB\n'))).toMatchObject({ used: 0 })
  })
})

describe('parseMeminfo', () => {
  test('takes kB as bytes and counts as they are', () => {
    const values = parse('MemTotal:       12 kB\nHugePages_Total:       3\nHugetlb: 0 kB\n')
    expect([...values]).toEqual([
      ['MemTotal', 12288],
      ['HugePages_Total', 3],
      ['Hugetlb', 0],
    ])
  })

  test.each([
    { text: '', place: '/proc/meminfo:1' },
    { text: 'MemFree: 1 kB\n', place: 'MemTotal is missing' },
    { text: 'MemTotal: 1 kB\nrubbish\n', place: '/proc/meminfo:2' },
    { text: 'MemTotal: many kB\n', place: '/proc/meminfo:1' },
  ])('refuses $text', ({ text, place }) => {
    expect(() => parse(text)).toThrow(place)
  })
})

test('has no data without /proc/meminfo', async () => {
  await using host = await HostTree.open()
  await expect(sampleOnce(mem, host.session)).rejects.toThrow(NoDataError)
})

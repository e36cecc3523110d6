import * as fc from 'fast-check'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { parsePoolList, parsePoolStatus, POOL_STATES } from './parse-zpool.ts'

const RECORDINGS = join(
  import.meta.dirname,
  '../../../../../shared/device-data/host-cmds/jc-generic',
)

const STATUS = `  pool: tank
 state: DEGRADED
config:

        NAME          STATE     READ WRITE CKSUM
        tank          DEGRADED     0     0     0
          mirror-0    DEGRADED     0     0     0
            sda       ONLINE       0     0  1.5K
            sdb       UNAVAIL      4     1     0  cannot open
        spares
          sdc         AVAIL

errors: No known data errors
`

test('status: errors of the disks, those that are gone, spares are none', () => {
  expect(parsePoolStatus(STATUS).get('tank')).toEqual({
    state: POOL_STATES.degraded,
    read: 4,
    write: 1,
    checksum: 1536,
    devicesFailed: 1,
    hasDataErrors: false,
  })
})

test('list: numbers as they are, what is missing is missing, an unknown state is unknown', () => {
  const text = 'tank\t1000\t400\t600\t3\t40\tONLINE\nlog\t10\t1\t9\t-\t10\tSHINY\nrubbish\n'
  expect(parsePoolList(text)).toEqual([
    {
      name: 'tank',
      state: POOL_STATES.online,
      size: 1000,
      allocated: 400,
      free: 600,
      fragmentation: 3,
      capacity: 40,
    },
    {
      name: 'log',
      state: POOL_STATES.unknown,
      size: 10,
      allocated: 1,
      free: 9,
      fragmentation: undefined,
      capacity: 10,
    },
  ])
})

test('whatever zpool prints, numbers are finite and names printable', () => {
  const lines = fc.array(fc.oneof(fc.string(), fc.constantFrom(...STATUS.split('\n'))))
  fc.assert(
    fc.property(lines, (words) => {
      const text = words.join('\n')
      for (const [name, pool] of parsePoolStatus(text)) {
        expect(name).not.toMatch(/\p{Cc}/u)
        for (const value of [pool.read, pool.write, pool.checksum])
          expect(Number.isFinite(value)).toBe(true)
      }
      parsePoolList(text)
    }),
  )
})

describe('pools that others recorded', () => {
  beforeEach(({ skip }) =>
    skip(!existsSync(RECORDINGS), 'not on this machine: the recordings in ../shared'),
  )

  test.each([
    {
      file: 'zpool-status-v2.out',
      pool: 'tank',
      is: { state: 1, devicesFailed: 1, hasDataErrors: false },
    },
    {
      file: 'zpool-status-v3.out',
      pool: 'tank',
      is: { state: 3, read: 4, write: 1, hasDataErrors: true },
    },
    { file: 'zpool-status-v4.out', pool: 'pool1', is: { state: 0, devicesFailed: 0 } },
    { file: 'zpool-status-v.out', pool: 'zsam53', is: { state: 0, hasDataErrors: false } },
    { file: 'zpool-status-spares.out', pool: 'tank', is: { state: 0, devicesFailed: 0 } },
  ])('$file', ({ file, pool, is }) => {
    expect(parsePoolStatus(readFileSync(join(RECORDINGS, file), 'utf8')).get(pool)).toMatchObject(
      is,
    )
  })
})

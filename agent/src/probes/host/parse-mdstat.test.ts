import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { parseMdstat } from './parse-mdstat.ts'

const whole = {
  disksFailed: 0,
  disksSpare: 0,
  disksDown: 0,
  blocksSyncedPercent: 0,
}

describe('parseMdstat', () => {
  test.each([
    {
      note: 'a whole mirror',
      text: 'md0 : active raid1 sdi1[0] sdj1[1]\n      248896 blocks [2/2] [UU]\n',
      array: { name: 'md0', activityState: 'active', disksTotal: 2, disksActive: 2, ...whole },
    },
    {
      note: 'a failed member and a spare that is being rebuilt on',
      text: `md6 : active raid1 sdb2[2](F) sdc[1](S) sda2[0]
      195310144 blocks super 1.2 [2/1] [U_]
      [=>...................]  recovery =  8.5% (16775552/195310144) finish=17.0min speed=259783K/sec
`,
      array: {
        name: 'md6',
        activityState: 'recovering',
        disksTotal: 2,
        disksActive: 1,
        disksFailed: 1,
        disksSpare: 1,
        disksDown: 1,
        blocksSyncedPercent: 8.5,
      },
    },
    {
      note: 'a member that is gone and no longer listed',
      text: 'md1 : active raid5 sda1[0] sdc1[2]\n      976 blocks level 5, 64k chunk, algorithm 2 [3/2] [U_U]\n      bitmap: 4/15 pages [16KB], 65536KB chunk\n',
      array: {
        name: 'md1',
        activityState: 'active',
        disksTotal: 3,
        disksActive: 2,
        ...whole,
        disksDown: 1,
      },
    },
    {
      note: 'a check that waits its turn',
      text: 'md9 : active raid1 sdc2[1] sda2[0]\n      523968 blocks super 1.2 [2/2] [UU]\n      check=DELAYED\n',
      array: { name: 'md9', activityState: 'checking', disksTotal: 2, disksActive: 2, ...whole },
    },
    {
      note: 'a stripe, which prints no places',
      text: 'md101 : active (read-only) raid0 sdb[2] sdd[1] sdc[0]\n      322560 blocks super 1.2 512k chunks\n',
      array: { name: 'md101', activityState: 'active', disksTotal: 3, disksActive: 3, ...whole },
    },
    {
      note: 'an array that could not be assembled',
      text: 'md2 : inactive sdb1[1](S)\n      4883648 blocks super 1.2\n       \n',
      array: {
        name: 'md2',
        activityState: 'inactive',
        disksTotal: 1,
        disksActive: 0,
        ...whole,
        disksSpare: 1,
        disksDown: 1,
      },
    },
    {
      note: 'a container of firmware RAID, inactive by nature',
      text: 'md127 : inactive sdb[1](S) sda[0](S)\n      7932 blocks super external:imsm\n',
      array: {
        name: 'md127',
        activityState: 'inactive',
        disksTotal: 2,
        disksActive: 0,
        ...whole,
        disksSpare: 2,
      },
    },
    {
      note: 'an array of firmware RAID',
      text: 'md126 : active raid1 sda[1] sdb[0]\n      1855870976 blocks super external:/md127/0 [2/1] [_U]\n',
      array: {
        name: 'md126',
        activityState: 'active',
        disksTotal: 2,
        disksActive: 1,
        ...whole,
        disksDown: 1,
      },
    },
  ])('reads $note', ({ text, array }) => {
    const around = `Personalities : [raid0] [raid1] [raid5]\n${text}\nunused devices: <none>\n`
    expect(parseMdstat(around)).toEqual([array])
  })

  test('finds nothing where md is loaded but there is no array', () => {
    expect(parseMdstat('Personalities : \nunused devices: <none>\n')).toEqual([])
  })
})

/** Beside the repository on some machines, and no part of it. */
const RECORDINGS = join(
  import.meta.dirname,
  '../../../../../shared/device-data/linux-proc/procfs-fixtures.ttar',
)
test('parseMdstat reads an mdstat of many kinds', ({ skip }) => {
  skip(!existsSync(RECORDINGS), 'not on this machine: the recordings in ../shared')
  const archive = readFileSync(RECORDINGS, 'utf8')
  const file = archive.slice(archive.indexOf('Path: fixtures/proc/mdstat\n'))
  const arrays = parseMdstat(file.slice(file.indexOf('Personalities'), file.indexOf('\nMode: ')))
  expect(arrays).toHaveLength(18)
  const notWhole = arrays.filter((array) => array.disksDown > 0).map((array) => array.name)
  expect(notWhole).toEqual(['md4', 'md6', 'md7', 'md42'])
  expect(arrays.reduce((sum, array) => sum + array.disksFailed, 0)).toBe(6)
  expect(arrays.map((array) => array.activityState)).toContain('reshaping')
})

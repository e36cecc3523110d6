import { expect, test } from 'vitest'
import { NoDataError, type Probe } from '../../probe.ts'
import type { CommandRunner } from '../../sources/commands.ts'
import type { StorageSession } from '../../sources/storage/storage-session.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { StorageBench } from '../../testing/storage-bench.ts'
import zfs from './zfs.ts'

const probe: Probe = zfs
const STATUS = `  pool: tank
 state: ONLINE
config:

        NAME   STATE     READ WRITE CKSUM
        tank   ONLINE       0     0     0
          sda  ONLINE       0     2     0

errors: No known data errors
`

/** A stand-in for zpool, in the second place where it may be. */
const ANSWERING: CommandRunner = {
  async run(program, [command]) {
    if (program === '/usr/sbin/zpool') throw new NoDataError('not there')
    const stdout = command === 'list' ? 'tank\t1000\t400\t600\t-\t40\tONLINE\n' : STATUS
    return { exitCode: 0, stdout, stderr: '' }
  },
}

async function open(commands: CommandRunner) {
  const bench = await StorageBench.open()
  await bench.write({ '/sys/module/zfs/version': '2.2\n' })
  const session: StorageSession = { ...bench.session, commands }
  return { session, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() }
}

describeProbe(zfs, { open: () => open(ANSWERING) })

test('gives space, state and errors of a pool', async () => {
  await using opened = await open(ANSWERING)
  const { samples } = await sampleOnce(probe, opened.session)
  expect(samples[0]).toMatchObject({
    measurement: 'zfs_pool',
    tags: { pool: 'tank' },
    fields: { state: 0, size: 1000, free: 600, capacity: 40, write_errors: 2, data_errors: 0 },
  })
})

test('says what failed', async () => {
  await using opened = await open({
    run: async () => ({ exitCode: 1, stdout: '', stderr: 'Permission denied\n' }),
  })
  await expect(sampleOnce(probe, opened.session)).rejects.toThrow('Permission denied')
})

test('has no data without ZFS', async () => {
  await using bench = await StorageBench.open()
  await expect(sampleOnce(probe, bench.session)).rejects.toThrow(NoDataError)
})

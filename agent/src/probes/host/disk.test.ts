import { mkdir } from 'node:fs/promises'
import { statfsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

import { ProbeError } from '../../probe.ts'
import { openHost } from '../../sources/host.ts'
import type { SpaceAnswer } from '../../sources/space-answer.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { HangingMount } from '../../testing/hanging-mount.ts'
import { describeHostProbe } from '../../testing/host-contract.ts'
import { HostTree } from '../../testing/host-fixture.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import disk from './disk.ts'
import { toDiskFields, toRunFailure } from './space-samples.ts'

describeHostProbe(disk)

const ROOT = '27 1 254:0 / / rw - ext4 /dev/vda rw\n'
const SPACE = { totalBytes: 1000, availableBytes: 300, freeBytes: 400, inodes: 50, inodesFree: 10 }

describe('toDiskFields', () => {
  test('has the share in use of df(1), which does not count what is reserved for root', () => {
    expect(toDiskFields(SPACE)).toEqual({
      total: 1000,
      free: 300,
      used: 600,
      used_percent: (100 * 600) / 900,
      inodes_total: 50,
      inodes_free: 10,
      inodes_used: 40,
      inodes_used_percent: 80,
    })
  })

  test('leaves out inodes where the file system has no fixed number of them', () => {
    expect(toDiskFields({ ...SPACE, inodes: 0, inodesFree: 0 })).toEqual({
      total: 1000,
      free: 300,
      used: 600,
      used_percent: (100 * 600) / 900,
    })
  })
})

describe('toRunFailure', () => {
  const mounts = ['/a', '/b'].map((path) => ({
    path,
    device: `server:${path}`,
    fstype: 'nfs4',
    mode: 'rw' as const,
    mayHang: true,
  }))
  const answered: SpaceAnswer = { kind: 'answered', space: SPACE }

  test.each<{ note: string; answers: SpaceAnswer[]; code: string | undefined; text?: string }>([
    { note: 'all answered', answers: [answered, answered], code: undefined },
    { note: 'one unmounted meanwhile', answers: [answered, { kind: 'gone' }], code: undefined },
    { note: 'one forbidden', answers: [{ kind: 'forbidden' }, answered], code: undefined },
    {
      note: 'one hanging',
      answers: [answered, { kind: 'hanging', forMs: 5 }],
      code: 'NOT_ANSWERING',
      text: '/b (nfs4, server:/b) does not answer',
    },
    {
      note: 'one broken',
      answers: [{ kind: 'failed', code: 'ESTALE' }, answered],
      code: 'UNREADABLE',
      text: '/a (nfs4, server:/a) could not be asked: ESTALE',
    },
    {
      note: 'both',
      answers: [
        { kind: 'failed', code: 'EIO' },
        { kind: 'hanging', forMs: 5 },
      ],
      code: 'NOT_ANSWERING',
      text: 'EIO; /b',
    },
  ])('$note: $code', ({ answers, code, text = '' }) => {
    const failure = toRunFailure(mounts, answers)
    expect(failure?.code).toBe(code)
    expect(failure?.message ?? '').toContain(text)
  })
})

describe('host.disk', () => {
  test('gives the file system under the root with what statfs(2) says of it', async () => {
    await using host = await HostTree.open({ '/proc/self/mountinfo': ROOT })
    const { samples } = await sampleOnce(disk, host.session)
    const expected = statfsSync(host.tree.root)
    expect(samples.map(({ measurement }) => measurement)).toEqual(['disk', 'mount'])
    expect(samples[0]?.tags).toEqual({ path: '/', device: 'vda', fstype: 'ext4', mode: 'rw' })
    expect(samples[0]?.fields['total']).toBe(expected.blocks * expected.bsize)
  })

  test('sees a file system that is mounted later, and one that turns read-only', async () => {
    await using host = await HostTree.open({ '/proc/self/mountinfo': ROOT })
    await mkdir(join(host.tree.root, 'data'))
    const first = await sampleOnce(disk, host.session)
    const later = `${ROOT.replace('vda rw', 'vda ro')}28 27 254:16 / /data rw - xfs /dev/vdb rw\n`
    await host.write({ '/proc/self/mountinfo': later })
    const second = await sampleOnce(disk, host.session, { memory: first.memory })
    const disks = second.samples.filter(({ measurement }) => measurement === 'disk')
    expect(disks.map(({ tags }) => `${tags['path']} ${tags['mode']}`)).toEqual(['/ ro', '/data rw'])
    expect(turnedReadOnly(first)).toEqual({ '/': 0 })
    expect(turnedReadOnly(second)).toEqual({ '/': 1, '/data': 0 })
  })

  test('says nothing of a file system that was read-only from the start', async () => {
    const lines = ROOT.replace('vda rw', 'vda ro')
    await using host = await HostTree.open({ '/proc/self/mountinfo': lines })
    expect(turnedReadOnly(await sampleOnce(disk, host.session))).toEqual({})
  })

  test('passes over a mount that is gone before it is asked', async () => {
    const lines = `${ROOT}28 27 254:16 / /data rw - xfs /dev/vdb rw\n`
    await using host = await HostTree.open({ '/proc/self/mountinfo': lines })
    const { samples } = await sampleOnce(disk, host.session)
    expect(new Set(samples.map(({ tags }) => tags['path']))).toEqual(new Set(['/']))
  })

  test('remarks on a place that the agent’s user may not reach, and gives the others', async () => {
    await using host = await HostTree.open({
      '/proc/self/mountinfo': `${ROOT}28 27 254:16 / /home/oracle/data rw - xfs /dev/vdb rw\n`,
    })
    const answers: SpaceAnswer[] = [{ kind: 'answered', space: SPACE }, { kind: 'forbidden' }]
    const session = { files: host.session.files, fileSpace: { ask: () => answers } }
    const { samples, remarks } = await sampleOnce(disk, session)
    expect(new Set(samples.map(({ tags }) => tags['path']))).toEqual(new Set(['/']))
    expect(remarks.map(({ en }) => en)).toEqual([expect.stringContaining('/home/oracle/data')])
  })

  test('gives the file systems of other systems as they come', async () => {
    const fields = { total: 5 }
    const tags = { path: '/', device: 'disk1s1', fstype: 'apfs' }
    const session = { portable: { disk: async () => [{ ...tags, fields }] } }
    expect((await sampleOnce(disk, session)).samples).toEqual([
      { measurement: 'disk', tags, fields },
    ])
  })
})

/** By path. */
function turnedReadOnly({ samples }: Awaited<ReturnType<typeof sampleOnce>>) {
  const told = samples.filter(({ fields }) => fields['turned_read_only'] !== undefined)
  return Object.fromEntries(
    told.map(({ tags, fields }) => [tags['path'], fields['turned_read_only']]),
  )
}

interface Emitted {
  readonly measurement: string
  readonly path: string
  readonly fields: object
}

/** A run that fails, with what it had emitted until then. */
async function runFailing(
  session: unknown,
  signal: AbortSignal,
): Promise<{ emitted: Emitted[]; error: unknown }> {
  const emitted: Emitted[] = []
  const run = {
    session,
    signal,
    memory: undefined,
    options: {},
    timeMs: 0,
    monotonicMs: 0,
    emit: (measurement: string, { path = '' }: Record<string, string>, fields: object) =>
      emitted.push({ measurement, path, fields }),
    emitDocument: () => undefined,
    emitEvent: () => undefined,
    remark: () => undefined,
  }
  try {
    await disk.sample(run)
    return { emitted, error: undefined }
  } catch (error) {
    return { emitted, error }
  }
}

describe('host.disk where a file system really hangs', () => {
  test('gives the others, says which hangs in `mount`, and fails with NOT_ANSWERING', async ({
    skip,
  }) => {
    using mount = HangingMount.open(skip)
    await using opened = await openHost({ root: '/' })
    const abort = new AbortController()
    const running = runFailing(opened.session, abort.signal)
    abort.abort()
    const { emitted, error } = await running
    expect(error).toBeInstanceOf(ProbeError)
    expect(error).toMatchObject({
      code: 'NOT_ANSWERING',
      message: expect.stringContaining(mount.path),
    })
    const disks = emitted.filter(({ measurement }) => measurement === 'disk')
    expect(disks.map(({ path }) => path)).not.toContain(mount.path)
    expect(disks.length).toBeGreaterThan(0)
    expect(emitted).toContainEqual({
      measurement: 'mount',
      path: mount.path,
      fields: { answering: 0, turned_read_only: 0 },
    })
    const again = await runFailing(opened.session, new AbortController().signal)
    expect(again.error).toMatchObject({ code: 'NOT_ANSWERING' })
    mount.break()
    await expect
      .poll(async () => (await runFailing(opened.session, new AbortController().signal)).error)
      .toMatchObject({ code: 'UNREADABLE', message: expect.stringContaining('ENOTCONN') })
  })
})

describeProbe(disk, {
  async open() {
    // A network file system that answers: the directory of the tree itself, asked by the helper.
    return HostTree.open({ '/proc/self/mountinfo': `28 27 0:50 / / rw - nfs4 server:/x rw\n` })
  },
})

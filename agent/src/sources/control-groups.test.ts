import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { NoDataError } from '../probe.ts'
import { ControlGroups } from './control-groups.ts'
import { HostFiles } from './host-files.ts'

let root = ''

async function writeGroup(directory: string, pids: number[]): Promise<void> {
  await mkdir(join(root, directory), { recursive: true })
  await writeFile(join(root, directory, 'cgroup.procs'), pids.map((pid) => `${pid}\n`).join(''))
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'control-groups-'))
})

afterEach(async () => {
  await rm(root, { recursive: true })
})

describe('ControlGroups', () => {
  test.each([
    { note: 'version 2', mount: 'sys/fs/cgroup' },
    { note: 'the mixed layout', mount: 'sys/fs/cgroup/unified' },
    { note: 'version 1', mount: 'sys/fs/cgroup/systemd' },
  ])('finds a unit under $note', async ({ mount }) => {
    await writeGroup(`${mount}/system.slice/cron.service`, [10, 11])
    const groups = new ControlGroups(new HostFiles(root))
    expect(groups.readUnitPids('cron.service', 0)).toEqual([10, 11])
  })

  test('counts processes of sub-groups in, which a delegated unit has', async () => {
    await writeGroup('sys/fs/cgroup/system.slice/app.service', [])
    await writeGroup('sys/fs/cgroup/system.slice/app.service/init.scope', [5])
    await writeGroup('sys/fs/cgroup/system.slice/app.service/workers/a', [6])
    await writeGroup('sys/fs/cgroup/system.slice/app.service/workers', [])
    const groups = new ControlGroups(new HostFiles(root))
    expect(groups.readUnitPids('app.service', 0)).toEqual([5, 6])
  })

  test('finds an instance in the slice of its template', async () => {
    const directory = 'sys/fs/cgroup/system.slice/system-serial\\x2dgetty.slice'
    await writeGroup(`${directory}/serial-getty@ttyS0.service`, [7])
    const groups = new ControlGroups(new HostFiles(root))
    expect(groups.readUnitPids('serial-getty@ttyS0.service', 0)).toEqual([7])
  })

  test('searches other slices at most once a minute', async () => {
    await writeGroup('sys/fs/cgroup/system.slice', [])
    const groups = new ControlGroups(new HostFiles(root))
    expect(groups.readUnitPids('db.service', 0)).toEqual([])
    await writeGroup('sys/fs/cgroup/business.slice/business-db.slice/db.service', [8])
    expect(groups.readUnitPids('db.service', 59_999)).toEqual([])
    expect(groups.readUnitPids('db.service', 60_000)).toEqual([8])
    expect(groups.readUnitPids('db.service', 70_000)).toEqual([8])
  })

  test('gives no pids for a unit that has stopped, also after it ran', async () => {
    await writeGroup('sys/fs/cgroup/system.slice/cron.service', [10])
    const groups = new ControlGroups(new HostFiles(root))
    groups.readUnitPids('cron.service', 0)
    await rm(join(root, 'sys/fs/cgroup/system.slice/cron.service'), { recursive: true })
    expect(groups.readUnitPids('cron.service', 10_000)).toEqual([])
  })

  test('says where there is no systemd', () => {
    const groups = new ControlGroups(new HostFiles(root))
    expect(() => groups.readUnitPids('cron.service', 0)).toThrow(NoDataError)
  })
})

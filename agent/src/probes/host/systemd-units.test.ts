import { describe, expect, test } from 'vitest'

import { NoDataError } from '../../probe.ts'
import type { CommandOutcome } from '../../sources/commands.ts'
import { openHost } from '../../sources/host.ts'
import { ProcTree } from '../../testing/proc-tree.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import systemdUnits, { isWatched } from './systemd-units.ts'

const SHOW = `Id=httpd.service
LoadState=loaded
ActiveState=failed
SubState=failed
NRestarts=5
MemoryCurrent=[not set]

Id=dbus.service
LoadState=loaded
ActiveState=active
SubState=running
NRestarts=0
MemoryCurrent=2691072

Id=syslog.service
LoadState=not-found
ActiveState=inactive
SubState=dead

Id=new.service
LoadState=loaded
ActiveState=active
SubState=state-of-the-future
`

/** A host on which systemd runs, or not, and systemctl answers so. */
async function sampleUnits(outcome: Partial<CommandOutcome> | Error, booted = true) {
  await using tree = await ProcTree.create()
  if (booted) await tree.write('/run/systemd/system/.keep', '')
  await using host = await openHost({ root: tree.root })
  const calls: string[][] = []
  const commands = {
    run(program: string, args: readonly string[]): Promise<CommandOutcome> {
      calls.push([program, ...args])
      if (outcome instanceof Error) return Promise.reject(outcome)
      return Promise.resolve({ exitCode: 0, stdout: '', stderr: '', ...outcome })
    },
  }
  const run = await sampleOnce(systemdUnits, { ...host.session, commands })
  return { ...run, calls }
}

describe('host.systemd-units', () => {
  test('gives the states of all services by one call', async () => {
    const { samples, calls } = await sampleUnits({ stdout: SHOW })
    expect(calls).toEqual([
      [
        '/usr/bin/systemctl',
        'show',
        '*.service',
        '--all',
        '--no-pager',
        '--property=Id,LoadState,ActiveState,SubState,NRestarts,MemoryCurrent',
      ],
    ])
    expect(samples).toEqual([
      {
        measurement: 'systemd_units',
        tags: { name: 'httpd.service', load: 'loaded', active: 'failed', sub: 'failed' },
        fields: {
          load_code: 0,
          active_code: 3,
          sub_code: 12,
          restarts: 5,
          mem_current: undefined,
        },
      },
      {
        measurement: 'systemd_units',
        tags: { name: 'dbus.service', load: 'loaded', active: 'active', sub: 'running' },
        fields: { load_code: 0, active_code: 0, sub_code: 0, restarts: 0, mem_current: 2_691_072 },
      },
      {
        measurement: 'systemd_units',
        tags: { name: 'new.service', load: 'loaded', active: 'active', sub: 'state-of-the-future' },
        fields: { load_code: 0, active_code: 0 },
      },
    ])
  })

  test('has no data where systemd does not run, or has no systemctl', async () => {
    await expect(sampleUnits({ stdout: SHOW }, false)).rejects.toBeInstanceOf(NoDataError)
    await expect(sampleUnits(new NoDataError('not installed'))).rejects.toBeInstanceOf(NoDataError)
  })

  test('fails with the reason that systemctl gives', async () => {
    const run = sampleUnits({ exitCode: 1, stderr: 'Failed to connect to bus: Host is down\n' })
    await expect(run).rejects.toMatchObject({
      code: 'NOT_ANSWERING',
      message: expect.stringContaining('Failed to connect to bus: Host is down'),
    })
  })

  test.each([
    { name: 'postgresql@15-main.service', watched: true },
    { name: 'getty@tty1.service', watched: true },
    { name: 'openvpn@office-2.service', watched: true },
    { name: 'sshd@7-10.0.0.5:22-10.0.0.9:50512.service', watched: false },
    { name: 'systemd-coredump@3-1234-0.service', watched: false },
    { name: 'run-r7d3f0c.service', watched: false },
  ])('keeps $name: $watched', ({ name, watched }) => {
    const unit = { name, load: 'loaded', active: 'active', sub: 'running' }
    expect(isWatched({ ...unit, restarts: 0, memoryBytes: 0 })).toBe(watched)
  })
})

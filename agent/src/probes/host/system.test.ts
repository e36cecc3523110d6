import { writeFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

import { NoDataError } from '../../probe.ts'
import { describeHostProbe } from '../../testing/host-contract.ts'
import { HostTree } from '../../testing/host-fixture.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { countCpuList } from './parse-cpu-list.ts'
import { parseLoadavg } from './parse-loadavg.ts'
import { countUtmpUsers } from './parse-utmp.ts'
import system from './system.ts'

describeHostProbe(system)

const FILES = {
  '/proc/loadavg': '0.42 0.23 0.12 2/143 21369\n',
  '/proc/uptime': '2368.97 4400.10\n',
}

/** Records of utmp(5) of these types. */
function utmp(...types: readonly number[]): Buffer {
  const bytes = Buffer.alloc(types.length * 384)
  for (const [index, type] of types.entries()) bytes.writeInt16LE(type, index * 384)
  return bytes
}

describe('host.system', () => {
  test('gives load, processors and whole seconds of uptime', async () => {
    await using host = await HostTree.open({
      ...FILES,
      '/sys/devices/system/cpu/online': '0-1,4\n',
    })
    const { samples } = await sampleOnce(system, host.session)
    expect(samples[0]?.fields).toEqual({
      load1: 0.42,
      load5: 0.23,
      load15: 0.12,
      n_cpus: 3,
      n_users: undefined,
      uptime: 2368,
    })
  })

  test('counts the people in utmp', async () => {
    await using host = await HostTree.open(FILES)
    await mkdir(join(host.tree.root, 'run'))
    await writeFile(join(host.tree.root, 'run/utmp'), utmp(2, 7, 7, 8))
    const { samples } = await sampleOnce(system, host.session)
    expect(samples[0]?.fields['n_users']).toBe(2)
  })

  test('counts the sessions of logind where there is no utmp any more', async () => {
    await using host = await HostTree.open({
      ...FILES,
      '/run/systemd/sessions/1': 'UID=1000\nSTATE=active\nCLASS=user\n',
      '/run/systemd/sessions/2': 'UID=1000\nSTATE=closing\nCLASS=user\n',
      '/run/systemd/sessions/3': 'UID=120\nSTATE=active\nCLASS=greeter\n',
      '/run/systemd/sessions/1.ref': '',
    })
    const { samples } = await sampleOnce(system, host.session)
    expect(samples[0]?.fields['n_users']).toBe(1)
  })

  test('has no data without /proc', async () => {
    await using host = await HostTree.open()
    await expect(sampleOnce(system, host.session)).rejects.toThrow(NoDataError)
  })
})

test.each([
  { text: '0\n', count: 1 },
  { text: '0-127\n', count: 128 },
  { text: '0-1,4,8-9\n', count: 5 },
])('countCpuList counts $text as $count', ({ text, count }) => {
  expect(countCpuList(text, 'online')).toBe(count)
})

test.each(['', '0-', 'all'])('countCpuList refuses %j', (text) => {
  expect(() => countCpuList(text, '/sys/online')).toThrow('/sys/online:1')
})

test('countUtmpUsers takes an empty file for nobody and refuses other records', () => {
  expect(countUtmpUsers(Buffer.alloc(0), '/run/utmp')).toBe(0)
  expect(() => countUtmpUsers(Buffer.alloc(100), '/run/utmp')).toThrow('/run/utmp')
})

test.each(['', '0.1 0.2\n', 'a b c\n'])('parseLoadavg refuses %j', (text) => {
  expect(() => parseLoadavg(Buffer.from(text))).toThrow('/proc/loadavg:1')
})

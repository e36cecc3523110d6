import { existsSync } from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'

import diskProbe from '../probes/host/disk.ts'
import memProbe from '../probes/host/mem.ts'
import netProbe from '../probes/host/net.ts'
import { parseCpuTimes } from '../probes/host/parse-cpu-times.ts'
import processesProbe from '../probes/host/processes.ts'
import swapProbe from '../probes/host/swap.ts'
import systemProbe from '../probes/host/system.ts'
import type { Probe } from '../probe.ts'
import { sampleOnce } from '../testing/sample-once.ts'
import { openHost } from './host.ts'
import {
  SysteminformationReadings,
  toFileSystems,
  toInterfaces,
} from './systeminformation-readings.ts'

/** Fields of a sample by measurement, tag that names the thing, and field. */
type Numbers = ReadonlyMap<string, number>

/** Both readers of this machine, one right after the other. */
async function readBoth(probe: Probe): Promise<{ ours: Numbers; theirs: Numbers }> {
  await using host = await openHost({ root: '/' })
  const portable = { ...host.session, portable: new SysteminformationReadings() }
  const ours = await sampleOnce(probe, host.session, { timeMs: 1 })
  const theirs = await sampleOnce(probe, portable, { timeMs: 1 })
  return { ours: toNumbers(ours), theirs: toNumbers(theirs) }
}

function toNumbers({ samples }: Awaited<ReturnType<typeof sampleOnce>>): Numbers {
  return new Map(
    samples.flatMap(({ tags, fields }) => {
      const name = tags['path'] ?? tags['interface'] ?? tags['cpu'] ?? ''
      return Object.entries(fields).flatMap(([field, value]) =>
        value === undefined ? [] : [[`${name} ${field}`.trim(), value] as const],
      )
    }),
  )
}

function expectNear(
  name: string,
  own = Number.NaN,
  their = Number.NaN,
  { part, apart }: Pick<Case, 'part' | 'apart'>,
): void {
  const room = Math.max(apart, part * Math.max(own, their))
  expect(Math.abs(own - their), `${name}: ours ${own}, theirs ${their}`).toBeLessThanOrEqual(room)
}

interface Case {
  readonly note: string
  readonly probe: Probe
  /** Farthest that the two may be apart, as a part of the larger one. */
  readonly part: number
  /** Or, for small numbers, by so much. */
  readonly apart: number
  readonly fields: RegExp
  /** The program that systeminformation asks. */
  readonly program?: string
}

/** The machine goes on between the two: what moves is compared loosely, and some times over; what stands is compared exactly. */
const CASES: Case[] = [
  { note: 'memory sizes', probe: memProbe, part: 0, apart: 0, fields: /^total$/ },
  {
    note: 'memory in use',
    probe: memProbe,
    part: 0.2,
    apart: 64e6,
    fields: /^(available|used|free)$/,
  },
  { note: 'memory shares', probe: memProbe, part: 0, apart: 3, fields: /percent$/ },
  { note: 'swap', probe: swapProbe, part: 0.05, apart: 16e6, fields: /^(total|used|free)$/ },
  { note: 'processors', probe: systemProbe, part: 0, apart: 0, fields: /^n_cpus$/ },
  { note: 'load and uptime', probe: systemProbe, part: 0, apart: 1, fields: /^(load\d+|uptime)$/ },
  {
    note: 'processes',
    probe: processesProbe,
    part: 0.1,
    apart: 15,
    fields: /^total$/,
    program: '/bin/ps',
  },
  { note: 'file system size', probe: diskProbe, part: 0.01, apart: 0, fields: /^\/ total$/ },
  {
    note: 'file system use',
    probe: diskProbe,
    part: 0.02,
    apart: 64e6,
    fields: /^\/ (used|free)$/,
  },
  { note: 'file system share', probe: diskProbe, part: 0, apart: 1, fields: /^\/ used_percent$/ },
  { note: 'traffic', probe: netProbe, part: 0.05, apart: 1e6, fields: /bytes_(sent|recv)$/ },
  {
    note: 'errors of interfaces',
    probe: netProbe,
    part: 0,
    apart: 2,
    fields: /(err|drop)_(in|out)$/,
  },
]

describe('SysteminformationReadings beside our own on Linux', { retry: 5 }, () => {
  beforeEach(({ skip }) =>
    skip(process.platform !== 'linux', 'not on this machine: there is no /proc'),
  )

  test.for(CASES)('agree in $note', async ({ probe, part, apart, fields, program }, { skip }) => {
    if (program !== undefined) skip(!existsSync(program), `not on this machine: ${program}`)
    const { ours, theirs } = await readBoth(probe)
    const compared = [...theirs].filter(([name]) => fields.test(name) && ours.has(name))
    expect(compared.length).toBeGreaterThan(0)
    for (const [name, value] of compared) {
      expectNear(name, ours.get(name), value, { part, apart })
    }
  })

  test('agree in the processor time since boot, of which all shares are made', async () => {
    await using host = await openHost({ root: '/' })
    const { files, ticksPerSecond } = host.session
    const ours = parseCpuTimes(files.read('/proc/stat'), true)
    const theirs = await new SysteminformationReadings().cpuTimes()
    expect(theirs.map(({ cpu }) => cpu)).toEqual(ours.map(({ cpu }) => cpu))
    for (const [place, own] of ours.entries()) {
      for (const mode of ['user', 'nice', 'system', 'idle', 'irq'] as const) {
        const ownMs = (own[mode] * 1000) / ticksPerSecond
        const room = { part: 0.001, apart: 2000 }
        expectNear(`${own.cpu} ${mode}`, ownMs, theirs[place]?.[mode], room)
      }
    }
  })
})

describe('SysteminformationReadings', () => {
  test('leaves out what macOS mounts for itself', () => {
    const apfs = {
      fs: '/dev/disk1s1',
      type: 'APFS',
      size: 1000,
      used: 250,
      available: 750,
      use: 25,
      rw: true,
    }
    expect(
      toFileSystems([
        { ...apfs, mount: '/' },
        { ...apfs, mount: '/System/Volumes/VM' },
        { ...apfs, mount: '/System/Volumes/Data', rw: null },
        { ...apfs, mount: '/empty', size: 0 },
      ]),
    ).toEqual([
      {
        path: '/',
        device: '/dev/disk1s1',
        fstype: 'apfs',
        mode: 'rw',
        fields: { total: 1000, used: 250, free: 750, used_percent: 25 },
      },
      {
        path: '/System/Volumes/Data',
        device: '/dev/disk1s1',
        fstype: 'apfs',
        fields: { total: 1000, used: 250, free: 750, used_percent: 25 },
      },
    ])
  })

  test('leaves out counters that a system does not give, and interfaces that are down', () => {
    const quiet = {
      rx_dropped: -1,
      rx_errors: 0,
      tx_dropped: -1,
      tx_errors: 3,
      rx_sec: 0,
      tx_sec: 0,
      ms: 0,
    }
    expect(
      toInterfaces([
        { ...quiet, iface: 'en0', operstate: 'up', rx_bytes: 7, tx_bytes: 9 },
        { ...quiet, iface: 'en1', operstate: 'down', rx_bytes: 1, tx_bytes: 1 },
      ]),
    ).toEqual([
      {
        name: 'en0',
        fields: {
          bytes_sent: 9,
          bytes_recv: 7,
          err_in: 0,
          err_out: 3,
          drop_in: undefined,
          drop_out: undefined,
        },
      },
    ])
  })
})

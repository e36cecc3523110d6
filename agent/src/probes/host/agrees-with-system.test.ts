import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, loadavg, uptime } from 'node:os'
import { beforeEach, describe, expect, test } from 'vitest'

import systeminformation from 'systeminformation'

import type { Probe } from '../../probe.ts'
import { openHost } from '../../sources/host.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import cpu from './cpu.ts'
import disk from './disk.ts'
import diskio from './diskio.ts'
import kernel from './kernel.ts'
import mem from './mem.ts'
import net from './net.ts'
import processes from './processes.ts'
import swap from './swap.ts'
import system from './system.ts'

/** Numbers of the running machine: ours beside those that other programs read at nearly the same moment. */
const MIB = 1024 * 1024

type Fields = Readonly<Record<string, number | undefined>>

async function sampleNow(
  probe: Probe,
  find?: readonly [tag: string, value: string],
): Promise<Fields> {
  await using opened = await openHost({ root: '/' })
  const { samples } = await sampleOnce(probe, opened.session)
  const found = find ? samples.find(({ tags }) => tags[find[0]] === find[1]) : samples[0]
  if (!found) throw new Error(`${probe.name} gave nothing for ${find?.join('=')}`)
  return found.fields
}

function run(program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } })
}

function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version']).error === undefined
}

/** The numbers of the line that begins so. */
function numbersOf(text: string, start: string): number[] {
  const line = text.split('\n').find((each) => each.startsWith(start)) ?? ''
  return (line.match(/\d+/g) ?? []).map(Number)
}

function expectNear(ours: number | undefined, theirs: number | undefined, within: number): void {
  expect(Math.abs((ours ?? NaN) - (theirs ?? NaN))).toBeLessThanOrEqual(within)
}

/** A counter that was read between two readings of another program. */
function expectBetween(
  before: number | undefined,
  ours: number | undefined,
  after: number | undefined,
): void {
  expect(ours).toBeGreaterThanOrEqual(before ?? NaN)
  expect(ours).toBeLessThanOrEqual(after ?? NaN)
}

/** The machine goes on between two readings: what disagrees each time is wrong, what disagrees once moved. */
describe('numbers of this machine', { retry: 5 }, () => {
  beforeEach(({ skip }) =>
    skip(process.platform !== 'linux', 'not on this machine: there is no /proc'),
  )

  test('memory and swap agree with free(1) and with systeminformation', async ({ skip }) => {
    skip(!isInstalled('free'), 'free is not installed')
    const ours = await sampleNow(mem)
    const [total, , , , , available] = numbersOf(run('free', '-b'), 'Mem:')
    expect(ours['total']).toBe(total)
    expectNear(ours['available'], available, 256 * MIB)
    const theirs = await systeminformation.mem()
    expect(ours['total']).toBe(theirs.total)
    expectNear(ours['available'], theirs.available, 256 * MIB)
    expectNear(ours['buffered'], theirs.buffers, 64 * MIB)
    const oursSwap = await sampleNow(swap)
    expect(oursSwap['total']).toBe(theirs.swaptotal)
    expect(oursSwap['total']).toBe(numbersOf(run('free', '-b'), 'Swap:')[0])
    expectNear(oursSwap['used'], theirs.swapused, 64 * MIB)
  })

  test('the root file system agrees with df(1) and with systeminformation', async ({ skip }) => {
    skip(!isInstalled('df'), 'df is not installed')
    const ours = await sampleNow(disk, ['path', '/'])
    const columns = 'size,used,avail,pcent,itotal,iused'
    const [size, used, free, percent, inodes, inodesUsed] =
      run('df', '-B1', `--output=${columns}`, '/').split('\n')[1]?.match(/\d+/g)?.map(Number) ?? []
    expect(ours['total']).toBe(size)
    expect(ours['inodes_total']).toBe(inodes)
    expectNear(ours['used'], used, 512 * MIB)
    expectNear(ours['free'], free, 512 * MIB)
    // df rounds up to a whole percent.
    expectNear(ours['used_percent'], percent, 1.5)
    expectNear(ours['inodes_used'], inodesUsed, 50_000)
    const theirs = (await systeminformation.fsSize()).find(({ mount }) => mount === '/')
    if (theirs) expect(ours['total']).toBe(theirs.size)
  })

  test('load, processors and uptime agree with what Node reads by system calls', async () => {
    const ours = await sampleNow(system)
    const [load1, load5, load15] = loadavg()
    expectNear(ours['load1'], load1, 0.5)
    expectNear(ours['load5'], load5, 0.5)
    expectNear(ours['load15'], load15, 0.5)
    expect(ours['n_cpus']).toBe(cpus().length)
    expectNear(ours['uptime'], uptime(), 5)
  })

  test('processes and threads agree with ps(1)', async ({ skip }) => {
    skip(!isInstalled('ps'), 'ps is not installed')
    const ours = await sampleNow(processes)
    const lines = run('ps', '-e', '-o', 'nlwp=').trim().split('\n').map(Number)
    expectNear(ours['total'], lines.length, 20)
    expectNear(
      ours['total_threads'],
      lines.reduce((sum, threads) => sum + threads, 0),
      200,
    )
  })

  test('counters of the kernel lie between two readings by vmstat(8)', async ({ skip }) => {
    skip(!isInstalled('vmstat'), 'vmstat is not installed')
    const read = (): Record<string, number | undefined> => {
      const text = run('vmstat', '-s')
      const find = (name: string): number | undefined => {
        const line = text.split('\n').find((each) => each.endsWith(name))
        return line === undefined ? undefined : Number.parseInt(line, 10)
      }
      return {
        switches: find('CPU context switches'),
        forks: find('forks'),
        boot: find('boot time'),
      }
    }
    const before = read()
    const ours = await sampleNow(kernel)
    const after = read()
    expectBetween(before['switches'], ours['context_switches'], after['switches'])
    expectBetween(before['forks'], ours['processes_forked'], after['forks'])
    expectNear(ours['boot_time'], before['boot'], 1)
  })

  test('traffic of each interface lies between two readings of /sys', async ({ skip }) => {
    await using opened = await openHost({ root: '/' })
    const names = (await sampleOnce(net, opened.session)).samples.map(
      ({ tags }) => tags['interface'],
    )
    const [name = ''] = names
    skip(name === '', 'not on this machine: no interface but loopback is up')
    const read = (file: string): number =>
      Number(readFileSync(`/sys/class/net/${name}/statistics/${file}`, 'utf8'))
    const before = [read('rx_bytes'), read('tx_packets')]
    const ours = await sampleNow(net, ['interface', name])
    expectBetween(before[0], ours['bytes_recv'], read('rx_bytes'))
    expectBetween(before[1], ours['packets_sent'], read('tx_packets'))
    const theirs = (await systeminformation.networkStats(name))[0]
    expectNear(ours['bytes_recv'], theirs?.rx_bytes, 16 * MIB)
  })

  test('traffic of each disk lies between two readings of /sys', async ({ skip }) => {
    await using opened = await openHost({ root: '/' })
    const [first] = (await sampleOnce(diskio, opened.session)).samples
    const name = first?.tags['name'] ?? ''
    skip(name === '', 'not on this machine: there is no disk')
    const read = (): number[] =>
      (readFileSync(`/sys/block/${name}/stat`, 'utf8').match(/\d+/g) ?? []).map(Number)
    const before = read()
    const ours = await sampleNow(diskio, ['name', name])
    const after = read()
    expectBetween(before[0], ours['reads'], after[0])
    expectBetween((before[2] ?? 0) * 512, ours['read_bytes'], (after[2] ?? 0) * 512)
    expectBetween(before[9], ours['io_time'], after[9])
  })

  test('processor time agrees with what Node and systeminformation make of the same seconds', async () => {
    await using opened = await openHost({ root: '/' })
    await systeminformation.currentLoad()
    const theirsBefore = idleOf(cpus())
    const first = await sampleOnce(cpu, opened.session, { timeMs: 1 })
    const untilMs = performance.now() + 1_000
    while (performance.now() < untilMs) Math.sqrt(untilMs)
    const second = await sampleOnce(cpu, opened.session, { timeMs: 2, memory: first.memory })
    const theirsAfter = idleOf(cpus())
    const load = await systeminformation.currentLoad()
    const idle = theirsAfter.idle - theirsBefore.idle
    const theirs = (100 * idle) / (theirsAfter.total - theirsBefore.total)
    const { usage_idle: ours } = second.samples[0]?.fields ?? {}
    expectNear(ours, theirs, 10)
    expectNear(100 - (ours ?? NaN), load.currentLoad, 25)
  })
})

function idleOf(cores: ReturnType<typeof cpus>): { idle: number; total: number } {
  let idle = 0
  let total = 0
  for (const { times } of cores) {
    idle += times.idle
    total += times.idle + times.user + times.nice + times.sys + times.irq
  }
  return { idle, total }
}

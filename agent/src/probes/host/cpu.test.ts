import { describe, expect, test } from 'vitest'

import { ProbeError } from '../../probe.ts'
import type { CpuTimes } from '../../sources/portable-readings.ts'
import { describeHostProbe } from '../../testing/host-contract.ts'
import { HostTree, readHostFixture } from '../../testing/host-fixture.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { evaluateCpuUsage } from './cpu-usage.ts'
import cpu from './cpu.ts'
import { parseCpuTimes } from './parse-cpu-times.ts'

describeHostProbe(cpu)
describeHostProbe(cpu, { perCore: true })

const NOTHING: CpuTimes = {
  cpu: 'cpu-total',
  user: 0,
  nice: 0,
  system: 0,
  idle: 0,
  iowait: 0,
  irq: 0,
  softirq: 0,
  steal: 0,
  guest: 0,
  guestNice: 0,
}

describe('parseCpuTimes', () => {
  test('takes the columns in the order of proc(5)', () => {
    const bytes = Buffer.from('cpu  1 2 3 4 5 6 7 8 9 10\ncpu0 1 2 3 4 5 6 7 8 9 10\nintr 5\n')
    expect(parseCpuTimes(bytes, true)).toEqual([
      {
        cpu: 'cpu-total',
        user: 1,
        nice: 2,
        system: 3,
        idle: 4,
        iowait: 5,
        irq: 6,
        softirq: 7,
        steal: 8,
        guest: 9,
        guestNice: 10,
      },
      expect.objectContaining({ cpu: 'cpu0', user: 1 }),
    ])
    expect(parseCpuTimes(bytes, false)).toHaveLength(1)
  })

  test('counts what an old kernel does not have as 0', () => {
    const [times] = parseCpuTimes(Buffer.from('cpu  10 0 5 85\n'), false)
    expect(times).toEqual({ ...NOTHING, user: 10, system: 5, idle: 85 })
  })

  test('keeps the numbers of cores where some are offline', () => {
    const bytes = Buffer.from('cpu  4 0 0 4\ncpu0 2 0 0 2\ncpu3 2 0 0 2\n')
    expect(parseCpuTimes(bytes, true).map((times) => times.cpu)).toEqual([
      'cpu-total',
      'cpu0',
      'cpu3',
    ])
  })

  test.each([
    { text: '', place: '/proc/stat:1' },
    { text: 'intr 1\n', place: '/proc/stat:1' },
    { text: 'cpu  1 2\n', place: '/proc/stat:1' },
    { text: 'cpu  1 2 3 4\ncpu0 1 x\n', place: '/proc/stat:2' },
  ])('refuses $text', ({ text, place }) => {
    const parse = (): unknown => parseCpuTimes(Buffer.from(text), true)
    expect(parse).toThrow(ProbeError)
    expect(parse).toThrow(place)
  })
})

describe('evaluateCpuUsage', () => {
  test('parts the interval as Telegraf does: guests count in user and are taken from it', () => {
    const now = { ...NOTHING, user: 30, guest: 10, nice: 10, guestNice: 4, system: 10, idle: 40 }
    expect(evaluateCpuUsage(NOTHING, { ...now, iowait: 5, irq: 1, softirq: 2, steal: 2 })).toEqual({
      usage_active: 60,
      usage_user: 20,
      usage_nice: 6,
      usage_system: 10,
      usage_idle: 40,
      usage_iowait: 5,
      usage_irq: 1,
      usage_softirq: 2,
      usage_steal: 2,
      usage_guest: 10,
    })
  })

  test('takes a column that goes back for 0, and the parts still make 100', () => {
    const before = { ...NOTHING, user: 100, iowait: 50, idle: 100 }
    const usage = evaluateCpuUsage(before, { ...before, user: 125, iowait: 20, idle: 175 })
    expect(usage).toMatchObject({
      usage_user: 25,
      usage_idle: 75,
      usage_iowait: 0,
      usage_active: 25,
    })
  })

  test('has no answer where no time has passed, and none for a core that was reset to 0', () => {
    expect(evaluateCpuUsage(NOTHING, NOTHING)).toBeUndefined()
    expect(evaluateCpuUsage({ ...NOTHING, user: 5, idle: 9 }, NOTHING)).toBeUndefined()
  })
})

describe('host.cpu', () => {
  test('needs two readings: nothing at first, then the usage of the recorded machine', async () => {
    const fixture = readHostFixture('linux-6.18')
    await using host = await HostTree.open(fixture.files)
    const first = await sampleOnce(cpu, host.session, { timeMs: 1 })
    expect(first.samples).toEqual([])
    await host.write(fixture.later)
    const second = await sampleOnce(cpu, host.session, { timeMs: 2, memory: first.memory })
    expect(second.samples).toHaveLength(1)
    expect(second.samples[0]?.tags).toEqual({ cpu: 'cpu-total' })
    const { usage_active: active = 0, usage_idle: idle = 0 } = second.samples[0]?.fields ?? {}
    expect(active + idle).toBeCloseTo(100, 9)
  })

  test('gives a core that was plugged in its first usage one interval later', async () => {
    await using host = await HostTree.open({ '/proc/stat': 'cpu  0 0 0 0\ncpu0 0 0 0 0\n' })
    const options = { perCore: true }
    const first = await sampleOnce(cpu, host.session, { options, timeMs: 1 })
    await host.write({ '/proc/stat': 'cpu  10 0 0 10\ncpu0 5 0 0 5\ncpu1 5 0 0 5\n' })
    const second = await sampleOnce(cpu, host.session, { options, timeMs: 2, memory: first.memory })
    expect(second.samples.map(({ tags }) => tags['cpu'])).toEqual(['cpu-total', 'cpu0'])
    await host.write({ '/proc/stat': 'cpu  20 0 0 20\ncpu1 15 0 0 5\n' })
    const third = await sampleOnce(cpu, host.session, { options, timeMs: 3, memory: second.memory })
    expect(third.samples.map(({ tags }) => tags['cpu'])).toEqual(['cpu-total', 'cpu1'])
    expect(third.samples[1]?.fields['usage_user']).toBe(100)
  })

  test('reads other systems through what they have', async () => {
    const times = [
      { ...NOTHING, user: 0 },
      { ...NOTHING, user: 30, idle: 70 },
    ]
    const session = { portable: { cpuTimes: async () => [times.shift()] } }
    const first = await sampleOnce(cpu, session)
    const second = await sampleOnce(cpu, session, { memory: first.memory })
    expect(second.samples[0]?.fields).toMatchObject({ usage_user: 30, usage_idle: 70 })
  })
})

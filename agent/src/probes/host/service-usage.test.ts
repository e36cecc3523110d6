import { describe, expect, test } from 'vitest'

import { evaluateServiceUsage, type ProcessReading } from './service-usage.ts'

function reading(given: Partial<ProcessReading> = {}): ProcessReading {
  return {
    pid: 10,
    startTicks: 500,
    isNew: false,
    cpuTicks: 100,
    threads: 2,
    residentPages: 30,
    transfer: { readBytes: 1000, writeBytes: 2000 },
    descriptors: 8,
    descriptorLimit: 1024,
    ...given,
  }
}

describe('evaluateServiceUsage', () => {
  test('counts from zero when the agent begins to watch a service that has long run', () => {
    expect(evaluateServiceUsage(undefined, [reading()])).toMatchObject({
      cpuTicks: 0,
      readBytes: 0,
      writeBytes: 0,
      residentPages: 30,
      threads: 2,
      oldestStartTicks: 500,
    })
  })

  test('adds up what each process used since the run before', () => {
    const { memory } = evaluateServiceUsage(undefined, [reading(), reading({ pid: 11 })])
    const usage = evaluateServiceUsage(memory, [
      reading({ cpuTicks: 105, transfer: { readBytes: 1010, writeBytes: 2001 } }),
      reading({ pid: 11, cpuTicks: 101, transfer: { readBytes: 1000, writeBytes: 2002 } }),
    ])
    expect(usage).toMatchObject({
      cpuTicks: 6,
      readBytes: 10,
      writeBytes: 3,
      residentPages: 60,
      threads: 4,
    })
  })

  test.each([
    { note: 'whole where it has just started', isNew: true, cpuTicks: 100, readBytes: 1000 },
    { note: 'from now on where it is older', isNew: false, cpuTicks: 0, readBytes: 0 },
  ])('counts a process met for the first time $note', ({ isNew, cpuTicks, readBytes }) => {
    const { memory } = evaluateServiceUsage(undefined, [reading()])
    const usage = evaluateServiceUsage(memory, [reading(), reading({ pid: 11, isNew })])
    expect(usage).toMatchObject({ cpuTicks, readBytes })
  })

  test('never falls when one of many processes ends', () => {
    const first = evaluateServiceUsage(undefined, [reading(), reading({ pid: 11 })])
    const grown = { readBytes: 1500, writeBytes: 2000 }
    const second = evaluateServiceUsage(first.memory, [
      reading(),
      reading({ pid: 11, transfer: grown }),
    ])
    const third = evaluateServiceUsage(second.memory, [reading()])
    expect([second.readBytes, third.readBytes]).toEqual([500, 500])
  })

  test('takes a pid that was used again for another process', () => {
    const { memory } = evaluateServiceUsage(undefined, [reading({ cpuTicks: 90_000 })])
    const usage = evaluateServiceUsage(memory, [
      reading({ startTicks: 9000, cpuTicks: 3, isNew: true }),
    ])
    expect(usage).toMatchObject({ cpuTicks: 3, oldestStartTicks: 9000 })
  })

  test('keeps the bytes missing while those of any process may not be read', () => {
    const usage = evaluateServiceUsage(undefined, [
      reading(),
      reading({ pid: 11, transfer: undefined }),
    ])
    expect(usage).toMatchObject({ readBytes: undefined, writeBytes: undefined })
  })

  test.each([
    {
      note: 'the process nearest to its limit, not the one with most files',
      readings: [
        reading({ descriptors: 900, descriptorLimit: 65_536 }),
        reading({ pid: 11, descriptors: 700, descriptorLimit: 1024 }),
      ],
      nearest: { descriptors: 700, descriptorLimit: 1024 },
    },
    {
      note: 'a process without a limit last',
      readings: [
        reading({ descriptors: 90_000, descriptorLimit: undefined }),
        reading({ pid: 11, descriptors: 1, descriptorLimit: 1024 }),
      ],
      nearest: { descriptors: 1, descriptorLimit: 1024 },
    },
    {
      note: 'nothing where no count may be read',
      readings: [reading({ descriptors: undefined })],
      nearest: { descriptors: undefined, descriptorLimit: undefined },
    },
  ])('tells open files of $note', ({ readings, nearest }) => {
    expect(evaluateServiceUsage(undefined, readings)).toMatchObject(nearest)
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { compareCopies, type CopiesToCompare, type Digest } from './compare-copies.ts'
import type { FoundFile } from './list-place.ts'

const HOUR = 3_600_000
const NOW = 100 * HOUR

function file(name: string, size: number, ageHours: number): FoundFile {
  const mtimeMs = NOW - ageHours * HOUR
  return { name, size, mtimeMs, ctimeMs: mtimeMs, inode: 1 }
}

function compare(copies: Partial<CopiesToCompare>) {
  return compareCopies({
    first: [],
    second: [],
    digestOf: undefined,
    nowMs: NOW,
    graceMs: 2 * HOUR,
    ...copies,
  })
}

const BOTH = [file('mon.dmp', 100, 48), file('tue.dmp', 200, 24)]

test('equal in name and size is equal where SHA-256 is not asked for', () => {
  expect(compare({ first: BOTH, second: BOTH })).toEqual({
    differences: [],
    unread: [],
    unreadFiles: 0,
    dueFiles: 2,
    equalBytes: 300,
    sizeDeltaBytes: 0,
    copiedToMs: NOW - 24 * HOUR,
  })
})

test('a second copy that is older lacks the newest file, and its age is that of the newest that it has', () => {
  const found = compare({ first: BOTH, second: BOTH.slice(0, 1) })
  expect(found.differences).toEqual([
    { name: 'tue.dmp', what: 'missing', firstBytes: 200, secondBytes: undefined },
  ])
  expect(found.copiedToMs).toBe(NOW - 48 * HOUR)
  expect(found.sizeDeltaBytes).toBe(-200)
})

test('a file that is younger than the grace may be missing still', () => {
  const found = compare({ first: [...BOTH, file('wed.dmp', 5, 1)], second: BOTH })
  expect(found.differences).toEqual([])
  expect(found.dueFiles).toBe(2)
})

test('what the second copy keeps for longer is no difference', () => {
  const found = compare({ first: BOTH, second: [file('sun.dmp', 9, 72), ...BOTH] })
  expect(found.differences).toEqual([])
  expect(found.sizeDeltaBytes).toBe(0)
})

test('a truncated and an empty copy differ in size', () => {
  const found = compare({ first: BOTH, second: [file('mon.dmp', 0, 1), file('tue.dmp', 199, 1)] })
  expect(found.differences.map(({ name, what }) => [name, what])).toEqual([
    ['mon.dmp', 'size'],
    ['tue.dmp', 'size'],
  ])
  expect(found.copiedToMs).toBeUndefined()
  expect(found.sizeDeltaBytes).toBe(-101)
})

describe('with SHA-256', () => {
  const digests: Record<string, Digest> = {
    'first mon.dmp': { sha256: 'a' },
    'second mon.dmp': { sha256: 'a' },
  }
  const digestOf = (side: string, { name }: FoundFile) => digests[`${side} ${name}`]

  test('what was not read yet is listed to be read, the newest first', () => {
    const found = compare({ first: BOTH, second: BOTH, digestOf: () => undefined })
    expect(found.unread.map(({ first }) => first.name)).toEqual(['tue.dmp', 'mon.dmp'])
    expect(found.differences).toEqual([])
    expect(found.equalBytes).toBe(0)
    // Being there is what its age is about; whether it is sound is told apart.
    expect(found.copiedToMs).toBe(NOW - 24 * HOUR)
  })

  test('one bit that is another is a difference', () => {
    const found = compare({
      first: BOTH,
      second: BOTH,
      digestOf: (side, { name }) => (name === 'mon.dmp' ? { sha256: 'a' } : { sha256: side }),
    })
    expect(found.differences).toEqual([
      { name: 'tue.dmp', what: 'sha256', firstBytes: 200, secondBytes: 200 },
    ])
    expect(found.equalBytes).toBe(100)
    expect(found.copiedToMs).toBe(NOW - 48 * HOUR)
  })

  test('what can’t be read differs', () => {
    const found = compare({ first: BOTH, second: BOTH, digestOf: () => 'unreadable' })
    expect(found.differences.map(({ what }) => what)).toEqual(['unreadable', 'unreadable'])
  })

  test('a file that still changes is not read', () => {
    const writing = { ...file('wed.dmp', 5, 3), ctimeMs: NOW - 1000 }
    const found = compare({ first: [writing], second: [writing], digestOf })
    expect(found.unread).toEqual([])
    expect(found.unreadFiles).toBe(1)
  })
})

test('whatever there is: each file of the first is equal, unread, different or not due, and nothing of the second makes a difference by itself', () => {
  const one = fc.record({
    name: fc.constantFrom('a', 'b', 'c', 'd'),
    size: fc.integer({ min: 0, max: 3 }),
    mtimeMs: fc.integer({ min: 0, max: NOW }),
    ctimeMs: fc.integer({ min: 0, max: NOW }),
    inode: fc.constant(1),
  })
  const set = fc.uniqueArray(one, { selector: ({ name }) => name })
  fc.assert(
    fc.property(set, set, (first, second) => {
      const found = compare({ first, second })
      const names = new Set<string>(first.map(({ name }) => name))
      expect(found.differences.every(({ name }) => names.has(name))).toBe(true)
      expect(found.differences.length).toBeLessThanOrEqual(found.dueFiles)
    }),
  )
})

import { describe, expect, test } from 'vitest'
import { FRAME_HEADER_BYTES, formatVoidHeader, writeFrame } from './frame.ts'
import { SegmentScanner } from './segment-scanner.ts'
import type { ScanItem } from './segment-scanner.ts'
import { seededRandom } from './testing/seeded-random.ts'

const SEGMENT = 7
const FROM = 64

/** A file of frames with these payload sizes, numbered from `first`, behind 64 bytes that the scan doesn't look at. */
function fileOf(sizes: readonly number[], first = 100): { file: Uint8Array; starts: number[] } {
  const bytes = sizes.reduce((sum, size) => sum + FRAME_HEADER_BYTES + size, FROM)
  const file = new Uint8Array(bytes)
  const starts: number[] = []
  let offset = FROM
  for (const [at, size] of sizes.entries()) {
    starts.push(offset)
    const number = (first + at) >>> 0
    const payload = new Uint8Array(size).fill(number)
    writeFrame(file, offset, { segment: SEGMENT, offset, number }, payload)
    offset += FRAME_HEADER_BYTES + size
  }
  return { file, starts: [...starts, offset] }
}

interface Scanned {
  readonly items: ScanItem[]
  readonly readBytes: number
}

function scan(file: Uint8Array, more: { expected?: number; stopNumber?: number } = {}): Scanned {
  const scanner = new SegmentScanner({
    segment: SEGMENT,
    from: FROM,
    end: file.length,
    expected: 100,
    ...more,
  })
  const items: ScanItem[] = []
  let readBytes = 0
  for (let item = scanner.next(); item !== undefined; item = scanner.next()) {
    if (item !== 'more') {
      items.push(item)
      continue
    }
    const { offset, bytes } = scanner.wanted
    readBytes += bytes
    scanner.supply(file.slice(offset, offset + bytes))
  }
  return { items, readBytes }
}

/** Items in short: numbers of records, and what is between them. */
function told({ items }: Scanned): (number | string)[] {
  return items.map((item) =>
    item.kind === 'record'
      ? item.number
      : `${item.kind} ${item.start}-${item.end}: ${item.records}`,
  )
}

const FIVE = [50, 60, 70, 80, 90]

describe('SegmentScanner', () => {
  test('gives the records of a sound file and nothing else', () => {
    const { file } = fileOf(FIVE)
    expect(told(scan(file))).toEqual([100, 101, 102, 103, 104])
  })

  test('counts numbers over their wrap', () => {
    const { file } = fileOf(FIVE, 2 ** 32 - 2)
    const numbers = [2 ** 32 - 2, 2 ** 32 - 1, 0, 1, 2]
    expect(told(scan(file, { expected: 2 ** 32 - 2 }))).toEqual(numbers)
    const { file: damaged, starts } = fileOf(FIVE, 2 ** 32 - 2)
    damaged.fill(0, starts[1], starts[4])
    expect(told(scan(damaged, { expected: 2 ** 32 - 2 }))).toEqual([
      2 ** 32 - 2,
      `damage ${starts[1]}-${starts[4]}: 3`,
      2,
    ])
  })

  test.each([
    { note: 'a payload', from: 1, to: 2, skip: FRAME_HEADER_BYTES },
    { note: 'a header', from: 1, to: 2, skip: 0 },
    { note: 'three records', from: 1, to: 4, skip: 5 },
    { note: 'the first record', from: 0, to: 1, skip: 0 },
  ])('tells the place and the number of records of damage to $note', ({ from, to, skip }) => {
    const { file, starts } = fileOf(FIVE)
    file.fill(0x5a, starts[from]! + skip, starts[to])
    const before = [100, 101, 102, 103, 104].slice(0, from)
    const after = [100, 101, 102, 103, 104].slice(to)
    const damage = `damage ${starts[from]}-${starts[to]}: ${to - from}`
    expect(told(scan(file))).toEqual([...before, damage, ...after])
  })

  test('does not take a frame for a record that belongs to another place or segment', () => {
    const { file, starts } = fileOf(FIVE)
    const inside = new Uint8Array(100)
    writeFrame(inside, 10, { segment: SEGMENT, offset: 5000, number: 101 }, new Uint8Array(20))
    writeFrame(inside, 50, { segment: 8, offset: starts[1]! + 50, number: 101 }, new Uint8Array(20))
    file.set(inside.subarray(0, starts[2]! - starts[1]!), starts[1])
    expect(told(scan(file))).toEqual([100, `damage ${starts[1]}-${starts[2]}: 1`, 102, 103, 104])
  })

  test.each([
    { note: 'cut within the payload', keep: 40 },
    { note: 'cut within the header', keep: 9 },
    { note: 'cut before it', keep: 0 },
  ])('takes a last record that is $note for torn, not lost', ({ keep }) => {
    const { file, starts } = fileOf(FIVE)
    const end = starts[4]! + keep
    const tail = keep === 0 ? [] : [`tail ${starts[4]}-${end}: 0`]
    expect(told(scan(file.slice(0, end)))).toEqual([100, 101, 102, 103, ...tail])
  })

  test.each([
    { note: 'payload', at: FRAME_HEADER_BYTES + 1 },
    { note: 'header', at: 3 },
  ])('takes a last record that is whole but for its $note for lost', ({ at }) => {
    const { file, starts } = fileOf(FIVE)
    file[starts[4]! + at]! ^= 1
    const tail = `tail ${starts[4]}-${starts[5]}: 1`
    expect(told(scan(file))).toEqual([100, 101, 102, 103, tail])
  })

  test('takes zeros at the end for torn', () => {
    const { file, starts } = fileOf(FIVE)
    file.fill(0, starts[3])
    expect(told(scan(file))).toEqual([100, 101, 102, `tail ${starts[3]}-${starts[5]}: 0`])
  })

  test('counts what is missing at the end by the next segment’s first number', () => {
    const { file, starts } = fileOf(FIVE)
    const cut = file.slice(0, starts[3])
    expect(told(scan(cut, { stopNumber: 103 }))).toEqual([100, 101, 102])
    expect(told(scan(cut, { stopNumber: 110 }))).toEqual([
      100,
      101,
      102,
      `tail ${starts[3]}-${starts[3]}: 7`,
    ])
  })

  test('passes over what was written again in the next segment', () => {
    const { file, starts } = fileOf(FIVE)
    expect(told(scan(file, { stopNumber: 103 }))).toEqual([
      100,
      101,
      102,
      `tail ${starts[3]}-${starts[5]}: 0`,
    ])
  })

  test('takes a void frame for what it stands for', () => {
    const { file, starts } = fileOf(FIVE)
    const place = { segment: SEGMENT, offset: starts[1]!, number: 101 }
    const bytes = starts[3]! - starts[1]!
    file.set(formatVoidHeader(place, bytes, 2), starts[1])
    expect(told(scan(file))).toEqual([100, `void ${starts[1]}-${starts[3]}: 2`, 103, 104])
  })

  test('reads frames larger than its window', () => {
    const { file } = fileOf([10, 700_000, 10, 300_000, 300_000, 10])
    expect(told(scan(file))).toEqual([100, 101, 102, 103, 104, 105])
  })

  test('finds the next record behind garbage larger than its window', () => {
    const { file, starts } = fileOf([10, 700_000, 10])
    const random = seededRandom(1)
    for (let at = starts[1]!; at < starts[2]!; at++) file[at] = random() * 256
    expect(told(scan(file))).toEqual([100, `damage ${starts[1]}-${starts[2]}: 1`, 102])
  })

  test.each([
    { note: 'sound', damage: () => {} },
    { note: 'all zeros', damage: (file: Uint8Array) => file.fill(0, FROM) },
    {
      note: 'damaged in each payload',
      damage: (file: Uint8Array, starts: number[]) => {
        for (const start of starts.slice(0, -1)) file[start + 20]! ^= 1
      },
    },
    {
      note: 'damaged in each header',
      damage: (file: Uint8Array, starts: number[]) => {
        for (const start of starts.slice(0, -1)) file[start]! ^= 1
      },
    },
  ])('reads each byte of a file that is $note about once', ({ damage }) => {
    const { file, starts } = fileOf(Array.from({ length: 3000 }, (_, at) => (at * 37) % 2000))
    damage(file, starts)
    expect(scan(file).readBytes).toBeLessThan(file.length * 1.1)
  })
})

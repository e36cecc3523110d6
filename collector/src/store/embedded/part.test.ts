import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ByteWriter } from './byte-writer.ts'
import type { Effort } from './column.ts'
import { encodePart, Part } from './part.ts'
import { PartError } from './part-error.ts'

const writer = new ByteWriter()

/** Codes columns of as many values as there are times; undefined = no sample. */
function code(
  columns: readonly (readonly (number | undefined)[])[],
  times?: readonly number[],
  effort: Effort = 'small',
): Uint8Array {
  const rows = columns[0]?.length ?? 0
  const at = Float64Array.from(
    times ?? Array.from({ length: rows }, (_, row) => 1_767_571_200_000 + row * 10_000),
  )
  const cells = columns.flatMap((column) => column.map((cell) => cell ?? Number.NaN))
  const values = Float64Array.from(cells)
  const source = { count: columns.length, values, startOf: (index: number) => index * rows }
  return encodePart(writer, at, rows, source, { effort }).slice()
}

function decode(bytes: Uint8Array): { times: number[]; columns: (number | undefined)[][] } {
  const part = new Part(0, bytes)
  const values = new Float64Array(part.rows)
  const columns = Array.from({ length: part.columns }, (_, index) => {
    part.read(index, values, 0)
    return Array.from(values, (value) => (Number.isNaN(value) ? undefined : value))
  })
  return { times: [...part.times], columns }
}

/** The kinds of values that stores meet, and any double at all. */
const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -100, max: 10_000 }).map((n) => n / 100),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  fc.maxSafeInteger(),
  fc.constantFrom(
    0,
    -0,
    1,
    -1,
    0.1,
    2 ** 53,
    -(2 ** 53),
    2 ** 51,
    2 ** 52 + 1,
    5e-324,
    1.7976931348623157e308,
    1e300,
    1.7e18,
    4096,
    0.0000001,
  ),
)

function columnOf(rows: number): fc.Arbitrary<(number | undefined)[]> {
  const of = (cell: fc.Arbitrary<number | undefined>) =>
    fc.array(cell, { minLength: rows, maxLength: rows })
  const walk = fc
    .tuple(
      fc.maxSafeInteger(),
      fc.integer({ min: 1, max: 2 ** 40 }),
      of(fc.integer({ min: -5, max: 5 })),
    )
    .map(([start, unit, steps]) => {
      let level = Math.trunc(start / 4)
      return steps.map((step) => (level += (step ?? 0) * unit))
    })
  const sparse = fc
    .tuple(of(fc.integer({ min: 0, max: 40 })), fc.integer({ min: 1, max: 2 ** 30 }))
    .map(([draws, high]) => draws.map((draw) => (draw === 7 ? high : 0)))
  const gappy = of(fc.option(fc.integer({ min: 0, max: 1000 }), { nil: undefined }))
  const decimals = of(fc.integer({ min: 0, max: 10_000 }).map((n) => n / 100))
  return fc.oneof(
    of(value),
    of(fc.option(value, { nil: undefined })),
    walk,
    sparse,
    gappy,
    decimals,
    of(fc.constant(undefined)),
    value.map((same) => Array.from({ length: rows }, () => same)),
  )
}

const table = fc
  .integer({ min: 1, max: 200 })
  .chain((rows) => fc.array(columnOf(rows), { minLength: 1, maxLength: 6 }))

describe('a part', () => {
  test.each<Effort>(['small', 'brief'])(
    '(%s) gives back every double bit for bit, and every gap',
    (effort) => {
      fc.assert(
        fc.property(table, (columns) => {
          const { columns: found } = decode(code(columns, undefined, effort))
          for (const [index, expected] of columns.entries()) {
            for (const [row, one] of expected.entries()) {
              if (!Object.is(found[index]![row], one)) expect(found[index]![row]).toBe(one)
            }
          }
        }),
        { numRuns: 1500 },
      )
    },
  )

  test('gives back any rising times', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 2 ** 46 }), { minLength: 1, maxLength: 100 }),
        (drawn) => {
          const times = [...new Set(drawn)].toSorted((a, b) => a - b)
          expect(decode(code([times.map(() => 1)], times)).times).toEqual(times)
        },
      ),
    )
  })

  test('writes equal columns once', () => {
    const noise = Array.from({ length: 100 }, (_, row) => (row * 7919) % 1009)
    const other = noise.map((n) => n + 1)
    const one = code([noise, other]).length
    expect(code([noise, other, noise, noise]).length).toBeLessThan(one + 12)
    expect(decode(code([noise, other, noise, noise])).columns).toEqual([noise, other, noise, noise])
  })

  test.each([
    { note: 'a constant', most: 0.1, values: () => 17.25 },
    { note: 'a counter of constant rate', most: 0.15, values: (row: number) => 1e9 + row * 12_345 },
    {
      note: 'pages that wander',
      most: 1.1,
      values: (row: number) => 4096 * (1e6 + ((row * 7919) % 199)),
    },
    {
      note: 'a percentage that wanders',
      most: 1.4,
      values: (row: number) => (3000 + ((row * 7919) % 499)) / 100,
    },
    { note: 'zeros with a spike', most: 0.2, values: (row: number) => (row === 100 ? 5000 : 0) },
  ])('keeps $note small', ({ most, values }) => {
    const column = Array.from({ length: 360 }, (_, row) => values(row))
    expect(code([column, column.map((n) => n * 2)]).length / 720).toBeLessThan(most)
  })

  test('that is cut or changed anywhere is refused, without end or large memory', () => {
    const columns = [
      Array.from({ length: 40 }, (_, row) => ((row * 7919) % 1009) / 100),
      Array.from({ length: 40 }, (_, row) => (row % 3 === 0 ? undefined : row * 2 ** 33)),
      Array.from({ length: 40 }, (_, row) => Math.sin(row)),
    ]
    const bytes = code(columns)
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decode(bytes.slice(0, length))).toThrow(PartError)
    }
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = bytes.slice()
      damaged[bit >> 3]! ^= 1 << (bit & 7)
      expect(() => decode(damaged)).toThrow(PartError)
    }
  })
})

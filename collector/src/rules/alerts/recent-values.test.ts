import { expect, test } from 'vitest'
import { describeRecent, withValue, type RecentValue } from './recent-values.ts'

/** Values that rise by one with every sample. */
function values(count: number, everySeconds: number): readonly RecentValue[] {
  let recent: readonly RecentValue[] = []
  for (let index = 0; index < count; index++)
    recent = withValue(recent, index * everySeconds * 1000, index)
  return recent
}

const seconds = (recent: readonly RecentValue[]) => recent.map(({ timeMs }) => timeMs / 1000)

test('samples of a minute are kept as they are, the newest ten', () => {
  expect(seconds(values(4, 60))).toEqual([0, 60, 120, 180])
  expect(seconds(values(30, 60))).toEqual(Array.from({ length: 10 }, (_, at) => 1200 + at * 60))
})

test('closer ones are thinned to about one a minute, and the newest is always there', () => {
  expect(seconds(values(4, 10))).toEqual([0, 30])
  const recent = seconds(values(200, 10))
  expect(recent).toHaveLength(10)
  expect(recent.at(-1)).toBe(1990)
  const gaps = recent.slice(1, -1).map((time, index) => time - (recent[index] ?? 0))
  expect(gaps.every((gap) => gap >= 50 && gap <= 60)).toBe(true)
})

test('they are told in words with the unit, and not where a number says nothing', () => {
  expect(describeRecent(values(4, 60), 'percent')).toEqual({
    zh: '近 3 分钟：0%、1%、2%、3%',
    en: 'within 3 min: 0%, 1%, 2%, 3%',
  })
  expect(describeRecent(values(1, 60), 'percent')).toBeUndefined()
  expect(describeRecent(values(4, 60), 'state')).toBeUndefined()
})

import { generateBoards } from '@wardround/dashboards'
import { expect, test } from 'vitest'
import { demoBoards } from './boards.ts'
import { siteOf } from './site.ts'

interface Dashboard {
  readonly title: string
  readonly uid: string
  readonly tags: readonly string[]
}

const boards = demoBoards().map(({ path, text }) => ({
  path,
  text,
  dashboard: JSON.parse(text) as Dashboard,
}))

test('every board of the demo says so in its title, in both languages', () => {
  expect(boards.length).toBeGreaterThan(10)
  const titles = boards.map(({ path, dashboard }) => [path.slice(0, 2), dashboard.title] as const)
  expect(
    titles.filter(
      ([language, title]) => !title.startsWith(language === 'zh' ? '【演示数据】' : '[Demo data] '),
    ),
  ).toEqual([])
})

test('no board of the demo is named like a real one, or leads to one', () => {
  const real = boards.filter(
    ({ text, dashboard: { uid, tags } }) =>
      !uid.startsWith('demo-') ||
      tags.includes('wardround') ||
      /\/d\/wardround-|"wardround"/.test(text),
  )
  expect(real.map(({ path }) => path)).toEqual([])
  expect(boards.some(({ text }) => text.includes('/d/demo-wardround-'))).toBe(true)
})

/** Every field that is named anywhere in a board, with the measurement around it. */
function readIn(value: unknown, around = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => readIn(one, around))
  if (typeof value !== 'object' || value === null) return []
  const { measurement = around, field } = value as {
    readonly measurement?: string
    readonly field?: unknown
  }
  const own = measurement !== '' && typeof field === 'string' ? [`${measurement} ${field}`] : []
  return [...own, ...Object.values(value).flatMap((one) => readIn(one, measurement))]
}

test('the site has every field that a board reads', () => {
  const bornMs = Date.UTC(2026, 10, 23, 2)
  const said = new Set<string>()
  for (const { subjects } of siteOf(bornMs))
    for (const { parts } of subjects)
      for (const { measurement, sample } of parts)
        for (const timeMs of [bornMs - 3_600_000, bornMs])
          for (const [field, value] of Object.entries(sample(timeMs) ?? {}))
            if (value !== undefined) said.add(`${measurement} ${field}`)
  const read = generateBoards().flatMap(({ board }) => readIn(board))
  expect(read.length).toBeGreaterThan(100)
  expect([...new Set(read)].filter((one) => !said.has(one))).toEqual([])
})

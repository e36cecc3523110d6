import { expect, test } from 'vitest'
import { bodyMatcher } from './body-matcher.ts'

test('a text, an expression over several lines, or nothing', async () => {
  expect(await bodyMatcher({})()).toBeUndefined()
  const text = await bodyMatcher({ match: 'a.c' })()
  expect([text?.('xa.cx'), text?.('abc')]).toEqual([true, false])
  const pattern = await bodyMatcher({ matchPattern: '"status":\\s*"UP"' })()
  expect([pattern?.('{\n"status":\n"UP"}'), pattern?.('"status":"DOWN"')]).toEqual([true, false])
})

test('is compiled once', async () => {
  const matcherOf = bodyMatcher({ matchPattern: 'x+' })
  expect(await matcherOf()).toBe(await matcherOf())
})

test.each([
  ['(?=x)', 'look-ahead'],
  ['(x{100}){100}', 'repe'],
  ['x'.repeat(3_000), '2000 characters'],
])('%.20s is refused', async (matchPattern, said) => {
  const matcherOf = bodyMatcher({ matchPattern })
  await expect(matcherOf()).rejects.toMatchObject({ code: 'UNREADABLE' })
  await expect(matcherOf()).rejects.toThrow(said)
})

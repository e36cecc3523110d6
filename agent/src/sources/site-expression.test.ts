import { expect, test } from 'vitest'
import { compileExpression } from './site-expression.ts'

/** Whoever tries each way to divide the letters never comes to an end. */
test('an expression that backtracks elsewhere is answered', async () => {
  const expression = await compileExpression('^(a+)+$')
  expect(expression.test(`${'a'.repeat(3_000)}!`)).toBe(false)
  expect(expression.test('a'.repeat(3_000))).toBe(true)
})

test('it looks for a piece of the text, and says how it was written', async () => {
  const expression = await compileExpression('dump/(complete|done)$')
  expect(expression.source).toBe('dump/(complete|done)$')
  expect(expression.test('-- PostgreSQL\ndump/complete')).toBe(true)
  expect(expression.test('dump/complete\n--')).toBe(false)
})

test.each(['(?=x)', 'a(', String.raw`(a)\1`, 'a'.repeat(2_001)])(
  '%.20s is refused',
  async (source) => {
    await expect(compileExpression(source)).rejects.toMatchObject({ code: 'UNREADABLE' })
  },
)

import { expect, test } from 'vitest'

import { settledList } from './settled-list.ts'

async function settle(
  looks: readonly (readonly string[] | undefined)[],
): Promise<string[] | undefined> {
  let at = 0
  return settledList(
    async () => (at < looks.length ? looks[at++] : looks.at(-1)),
    (name) => name,
  )
}

test('gives what two looks agree on', async () => {
  expect(await settle([['a'], ['a']])).toEqual(['a'])
  expect(await settle([['a'], [], ['b', 'c'], ['b', 'c']])).toEqual(['b', 'c'])
  expect(await settle([[], []])).toEqual([])
})

test('gives nothing of what moves all the time, though a look is like one before', async () => {
  const [some, others] = [['a'], ['b']]
  expect(await settle([some, others, some, others, some, others, some, others])).toBeUndefined()
})

test('does not count a look that saw something go, though it is like the one before', async () => {
  expect(await settle([['a'], undefined, ['a'], ['a', 'b'], ['a', 'b']])).toEqual(['a', 'b'])
  expect(await settle([undefined, undefined])).toBeUndefined()
})

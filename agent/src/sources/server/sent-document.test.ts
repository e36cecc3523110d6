import { expect, test } from 'vitest'

import { sendWhenChanged } from './sent-document.ts'

test('sends what changed, and the same again after a day', () => {
  const sent: unknown[] = []
  const send = (body: unknown) => sent.push(body)
  const first = sendWhenChanged(undefined, { a: 1 }, 0, send)
  const second = sendWhenChanged(first, { a: 1 }, 60_000, send)
  expect(sent).toEqual([{ a: 1 }])
  const third = sendWhenChanged(second, { a: 2 }, 120_000, send)
  expect(sent).toEqual([{ a: 1 }, { a: 2 }])
  sendWhenChanged(third, { a: 2 }, 120_000 + 86_400_000, send)
  expect(sent).toEqual([{ a: 1 }, { a: 2 }, { a: 2 }])
})

import { expect, test } from 'vitest'

import { sendWhenChanged } from './sent-document.ts'

const DAY_MS = 86_400_000

function runAt(monotonicMs: number) {
  const documents: unknown[] = []
  const emitDocument = (...document: unknown[]) => void documents.push(document)
  return { documents, emitDocument, monotonicMs }
}

test('sends at first, when something changed and once a day', () => {
  const first = runAt(0)
  const sent = sendWhenChanged(first, 'doc', { a: 1 }, undefined)
  expect(first.documents).toEqual([['doc', 'history', { a: 1 }]])

  const same = runAt(DAY_MS - 600_001)
  expect(sendWhenChanged(same, 'doc', { a: 1 }, sent)).toBe(sent)
  expect(same.documents).toEqual([])

  const changed = runAt(1)
  sendWhenChanged(changed, 'doc', { a: 2 }, sent, 'newest')
  expect(changed.documents).toEqual([['doc', 'newest', { a: 2 }]])

  // a round may come a little early
  const nextDay = runAt(DAY_MS - 600_000)
  sendWhenChanged(nextDay, 'doc', { a: 1 }, sent)
  expect(nextDay.documents).toHaveLength(1)
})

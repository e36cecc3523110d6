import { SeriesTable } from '@wardround/protocol'
import { expect, test } from 'vitest'

import { MAX_SUBJECTS_PER_PROBE } from './limits.ts'
import { SubjectIndexes } from './subject-indexes.ts'

test('has an index for each device, no more than the collector takes, and its own in any case', () => {
  const indexes = new SubjectIndexes(new SeriesTable(), {}, 'db1', {})
  const first = indexes.of('fcsw0')
  expect(first?.subject).toBe('fcsw0')
  for (let at = 1; at < MAX_SUBJECTS_PER_PROBE; at++) indexes.of(`fcsw${at}`)
  expect(indexes.of('one-more')).toBeUndefined()
  expect(indexes.of('fcsw0')).toBe(first)
  expect(indexes.of('db1')).toBe(indexes.own)
})

import { toDocumentTable } from '@wardround/protocol'
import { expect, test } from 'vitest'
import { QuotedDocuments } from './quoted-documents.ts'

const document = (timeMs: number, body: object) => ({
  subject: 'db1',
  name: 'account_ages',
  timeMs,
  keep: 'newest' as const,
  body: JSON.parse(JSON.stringify(body)),
})

test('names with their age, the first five of the newest version', () => {
  const documents = new QuotedDocuments(['account_ages.byAge'])
  const rows = ['root', 'oracle', 'a', 'b', 'c', 'd'].map((name, at) => ({ name, days: 120 - at }))
  documents.keep(document(2, { byAge: toDocumentTable(['name', 'days'], rows) }))
  documents.keep(document(1, { byAge: toDocumentTable(['name', 'days'], []) }))
  expect(documents.quote('db1', 'account_ages.byAge')).toBe(
    'root (120 d); oracle (119 d); a (118 d); b (117 d); c (116 d)',
  )
  expect(documents.quote('db2', 'account_ages.byAge')).toBeUndefined()
})

test('a name that would act on a terminal is spelled out', () => {
  const documents = new QuotedDocuments(['account_ages.byAge'])
  const rows = [{ name: 'a\u001b[2J\n', days: 9 }]
  documents.keep(document(1, { byAge: toDocumentTable(['name', 'days'], rows) }))
  expect(documents.quote('db1', 'account_ages.byAge')).toBe('a\\x1b[2J\\n (9 d)')
})

test('a list that became empty is quoted no more, and rubbish never', () => {
  const documents = new QuotedDocuments(['account_ages.byAge'])
  documents.keep(
    document(1, { byAge: toDocumentTable(['name', 'days'], [{ name: 'x', days: 9 }]) }),
  )
  documents.keep(document(2, { byAge: toDocumentTable(['name', 'days'], []) }))
  expect(documents.quote('db1', 'account_ages.byAge')).toBeUndefined()
  documents.keep(document(3, { byAge: 'rubbish' }))
  documents.keep(document(4, { byAge: { columns: ['x'], rows: [[{}]] } }))
  expect(documents.quote('db1', 'account_ages.byAge')).toBe('?')
})

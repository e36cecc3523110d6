import { expect, test } from 'vitest'
import type { DispatchRow } from './dispatch-rows.ts'
import { Dispatcher } from './dispatcher.ts'
import { DispatchTooNewError } from './restore-rows.ts'
import { aRoute, rulesOf, Simulator } from './testing/simulator.ts'

const KINDS = ['alert', 'backup', 'digest', 'freeze', 'group', 'instance', 'lane', 'silence']

/** Rows of every kind. */
function savedRows(): DispatchRow[] {
  const world = new Simulator({ root: aRoute() })
  world.fire('old@db1', { sinceFirstWatched: true })
  world.fire('cpu@db2')
  world.pass(1)
  world.fire('load@db2')
  world.act(({ held }) => {
    held.setBackup('db3', 'nightly', true, world.nowMs)
    held.hearInstance({ host: 'db3', instance: 'his1' }, 'his', world.nowMs)
    held.setFrozen({ zh: '出口不通', en: 'no way out' }, world.nowMs)
    held.putSilence(
      {
        id: 's',
        where: { host: 'db4' },
        author: '王工',
        comment: '换盘',
        startsAtMs: world.nowMs,
        endsAtMs: world.nowMs + 3_600_000,
        createdAtMs: world.nowMs,
      },
      world.nowMs,
    )
  })
  return KINDS.flatMap((kind) => world.rowsOf(kind))
}

function restore(rows: readonly DispatchRow[]) {
  const dispatcher = new Dispatcher(rulesOf(), {
    externalUrl: () => 'http://monitor:8470',
    languageOf: () => 'zh-CN',
    quoteOf: () => undefined,
    dutyOf: () => [],
    escalationOf: () => [],
    projectOf: () => undefined,
    displayNameOf: () => undefined,
    presentOf: () => undefined,
    aboutOf: () => [],
  })
  return { dispatcher, ...dispatcher.restore(rows, Date.now()) }
}

const asWritten = (row: DispatchRow, change: (stored: object) => object): DispatchRow => ({
  ...row,
  json: JSON.stringify(change(JSON.parse(row.json))),
})

test('rows of every kind have the number of their format', () => {
  const rows = savedRows()
  expect([...new Set(rows.map(({ kind }) => kind))]).toEqual(KINDS)
  for (const { json } of rows) expect(JSON.parse(json)).toMatchObject({ format: 1 })
})

test('rows without a number are those of the first versions', () => {
  const rows = savedRows().map((row) =>
    asWritten(row, (stored) => ({ ...stored, format: undefined })),
  )
  const { dispatcher, unreadable } = restore(rows)
  expect(unreadable).toBe(0)
  expect(dispatcher.held.frozen).toEqual({ zh: '出口不通', en: 'no way out' })
  expect(dispatcher.held.getSilence('s')).toMatchObject({ author: '王工' })
  expect(dispatcher.held.getSilence('s')).not.toHaveProperty('format')
})

test.each(KINDS)('a row of a newer format is refused, with what to do: %s', (kind) => {
  const rows = savedRows().map((row) =>
    row.kind === kind ? asWritten(row, (stored) => ({ ...stored, format: 2 })) : row,
  )
  const refused = () => restore(rows)
  expect(refused).toThrow(DispatchTooNewError)
  expect(refused).toThrow('in format 2, and this one knows formats up to 1; install the newer')
})

test('a damaged row is counted, and the others are taken up', () => {
  const rows = savedRows().map((row) => (row.kind === 'alert' ? { ...row, json: '{"a' } : row))
  const damaged = rows.filter(({ kind }) => kind === 'alert').length
  const { dispatcher, unreadable } = restore(rows)
  expect(unreadable).toBe(damaged)
  expect(dispatcher.held.getSilence('s')).toBeDefined()
})

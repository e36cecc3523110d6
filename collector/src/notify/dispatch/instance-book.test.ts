import { expect, test } from 'vitest'
import { compileMatcher } from './alert-matcher.ts'
import { InstanceBook } from './instance-book.ts'
import { MAX_INSTANCES } from './limits.ts'
import { Simulator } from './testing/simulator.ts'

const DAY_MS = 86_400_000

function bookOf(
  ...known: readonly (readonly [host: string, instance: string, database: string])[]
) {
  const book = new InstanceBook()
  for (const [host, instance, database] of known) book.hear({ host, instance }, database, 0)
  return book
}

const names = (book: InstanceBook, database: string, host: string) =>
  book.of(database, host).map((one) => `${one.instance}@${one.host}`)

test('a RAC has an instance on each of its hosts', () => {
  const book = bookOf(['db1', 'his1', 'his'], ['db2', 'his2', 'his'], ['db2', 'lis2', 'lis'])
  expect(names(book, 'his', 'db1')).toEqual(['his1@db1', 'his2@db2'])
  expect(names(book, 'lis', 'db2')).toEqual(['lis2@db2'])
})

test('databases of one name on hosts that have nothing to do with each other are told apart', () => {
  const book = bookOf(['db1', 'orcl', 'orcl'], ['pacs', 'orcl', 'orcl'])
  expect(names(book, 'orcl', 'db1')).toEqual(['orcl@db1'])
  expect(names(book, 'orcl', 'pacs')).toEqual(['orcl@pacs'])
})

test('where no instance is known, the one of the database’s own name stands for it', () => {
  expect(names(new InstanceBook(), 'orcl', 'db1')).toEqual(['orcl@db1'])
})

test('what is not heard of for a week is forgotten; what is heard is kept once a day', () => {
  const book = bookOf(['db1', 'his1', 'his'])
  const hear = (atMs: number) => book.hear({ host: 'db1', instance: 'his1' }, 'his', atMs)
  expect(hear(60_000)).toEqual({ isNew: false, isToBeKept: false })
  expect(hear(DAY_MS)).toEqual({ isNew: false, isToBeKept: true })
  expect(book.tidy(8 * DAY_MS - 1)).toEqual([])
  expect(book.tidy(8 * DAY_MS)).toEqual(['db1\nhis1'])
})

test('has a bound', () => {
  const book = new InstanceBook()
  for (let at = 0; at < MAX_INSTANCES; at++) book.hear({ host: 'h', instance: `i${at}` }, 'd', 0)
  expect(book.hear({ host: 'h', instance: 'more' }, 'd', 0)).toEqual({
    isNew: false,
    isToBeKept: false,
  })
})

const dependencies = [
  {
    parent: compileMatcher({ alertname: 'oracle_down' }),
    child: compileMatcher({ measurement: '~^oracle', instance: '' }),
    equal: [],
    everyInstance: true,
  },
]

function rac() {
  const world = new Simulator({ dependencies })
  world.act(({ held }) => {
    held.hearInstance({ host: 'db1', instance: 'his1' }, 'his', world.nowMs)
    held.hearInstance({ host: 'db2', instance: 'his2' }, 'his', world.nowMs)
  })
  const held = (name: string) =>
    world.dispatcher.get({ ruleId: name, key: 'db1{database="his"}' })?.hold?.kind
  return { world, held }
}

test('one instance’s end of several mutes nothing of the database; the end of all does', () => {
  const { world, held } = rac()
  world.fire('oracle_down@db1?instance=his1', { severity: 'critical' })
  world.fire('oracle_full@db1?database=his')
  expect(held('oracle_full')).toBeUndefined()
  world.restart(60)
  world.fire('oracle_down@db2?instance=his2', { severity: 'critical' })
  expect(held('oracle_full')).toBe('muted')
  world.fire('oracle_late@db1?database=his')
  expect(held('oracle_late')).toBe('muted')
  world.resolve('oracle_down@db1?instance=his1')
  world.pass(130)
  expect([held('oracle_full'), held('oracle_late')]).toEqual([undefined, undefined])
})

test('an instance that is heard of later keeps what its database has from being muted', () => {
  const world = new Simulator({ dependencies })
  world.act(({ held }) => held.hearInstance({ host: 'db1', instance: 'his1' }, 'his', world.nowMs))
  world.fire('oracle_down@db1?instance=his1', { severity: 'critical' })
  const { fingerprint } = world.fire('oracle_full@db1?database=his')
  const hold = () => world.dispatcher.find(fingerprint)?.hold
  expect(hold()).toMatchObject({ kind: 'muted', freeAtMs: undefined })
  world.act(({ held }) => held.hearInstance({ host: 'db2', instance: 'his2' }, 'his', world.nowMs))
  expect(hold()?.freeAtMs).toBeGreaterThan(world.nowMs)
})

import { setImmediate as pass } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { PingResult } from './ping.ts'
import { ReachWatch } from './reach-watch.ts'

const SECOND = 1000
const MINUTE = 60_000

/** A watch over hosts whose answers the test gives, by a clock of its own. */
class Bench {
  nowMs = 0
  isPaused = false
  readonly answers = new Map<string, PingResult>()
  readonly pinged: string[] = []
  readonly told: string[] = []
  most = 0
  #running = 0
  readonly watch = new ReachWatch({
    ping: async (address) => {
      this.pinged.push(address)
      this.most = Math.max(this.most, ++this.#running)
      await pass()
      this.#running--
      return this.answers.get(address) ?? 'silent'
    },
    onChange: (host, state) => void this.told.push(`${host} ${state}`),
    isPaused: () => this.isPaused,
    monotonicMs: () => this.nowMs,
  })

  async pass(ms: number): Promise<void> {
    for (const untilMs = this.nowMs + ms; this.nowMs < untilMs;) {
      this.watch.tick()
      await pass()
      await pass()
      this.nowMs += SECOND
    }
  }

  connect(host: string, address: string): void {
    this.watch.connected(host, address)
  }
}

test('a host whose agent is gone and that no longer answers is lost within a minute', async () => {
  const bench = new Bench()
  bench.answers.set('10.0.0.1', 'answers')
  bench.connect('db1', '10.0.0.1')
  await bench.pass(10 * MINUTE)
  expect(bench.told).toEqual(['db1 answers'])
  expect(bench.pinged).toHaveLength(2) // every five minutes
  bench.answers.set('10.0.0.1', 'silent')
  bench.watch.gone('db1')
  await bench.pass(MINUTE)
  expect(bench.told).toEqual(['db1 answers', 'db1 unknown', 'db1 lost'])
  expect(bench.watch.counts()).toEqual(
    new Map([
      ['answers', 0],
      ['lost', 1],
      ['unknown', 0],
    ]),
  )
})

test('one that goes on answering is told to', async () => {
  const bench = new Bench()
  bench.answers.set('10.0.0.1', 'answers')
  bench.connect('db1', '10.0.0.1')
  await bench.pass(MINUTE)
  bench.watch.gone('db1')
  await bench.pass(2 * SECOND)
  expect(bench.told.at(-1)).toBe('db1 answers')
})

test('it is pinged less often after ten minutes', async () => {
  const bench = new Bench()
  bench.connect('db1', '10.0.0.1')
  bench.watch.gone('db1')
  await bench.pass(10 * MINUTE)
  const before = bench.pinged.length
  expect(before).toBe(40)
  await bench.pass(10 * MINUTE)
  expect(bench.pinged.length - before).toBe(10)
})

describe('an address that several agents share', () => {
  test('is no host’s: it is not pinged, and of none is anything known', async () => {
    const bench = new Bench()
    bench.answers.set('10.0.0.1', 'answers')
    bench.connect('db1', '10.0.0.1')
    await bench.pass(MINUTE)
    bench.connect('db2', '10.0.0.1')
    expect(bench.told).toEqual(['db1 answers', 'db1 unknown'])
    const before = bench.pinged.length
    bench.watch.gone('db1')
    bench.watch.gone('db2')
    await bench.pass(5 * MINUTE)
    expect(bench.pinged.length).toBe(before)
    expect(bench.told).toHaveLength(2)
  })

  test('is one’s again when the other has moved', async () => {
    const bench = new Bench()
    bench.answers.set('10.0.0.1', 'answers').set('10.0.0.2', 'answers')
    bench.connect('db1', '10.0.0.1')
    bench.connect('db2', '10.0.0.1')
    bench.connect('db2', '10.0.0.2')
    await bench.pass(2 * MINUTE)
    expect(bench.told.toSorted()).toEqual(['db1 answers', 'db2 answers'])
  })

  test('where it became another’s while this one was lost', async () => {
    const bench = new Bench()
    bench.answers.set('10.0.0.1', 'answers')
    bench.connect('db1', '10.0.0.1')
    await bench.pass(MINUTE)
    bench.answers.set('10.0.0.1', 'silent')
    bench.watch.gone('db1')
    await bench.pass(MINUTE)
    bench.connect('db2', '10.0.0.1')
    expect(bench.told.at(-1)).toBe('db1 unknown')
  })
})

test('a connection through a proxy tells nothing of its host', async () => {
  const bench = new Bench()
  bench.answers.set('10.0.0.1', 'answers')
  bench.connect('db1', '10.0.0.1')
  await bench.pass(MINUTE)
  bench.watch.connected('db1', undefined)
  expect(bench.told).toEqual(['db1 answers', 'db1 unknown'])
})

test('while the collector’s own network is lost nobody is pinged and nobody lost', async () => {
  const bench = new Bench()
  bench.answers.set('10.0.0.1', 'answers')
  bench.connect('db1', '10.0.0.1')
  await bench.pass(MINUTE)
  bench.answers.set('10.0.0.1', 'silent')
  bench.watch.gone('db1')
  bench.isPaused = true
  const before = bench.pinged.length
  await bench.pass(5 * MINUTE)
  expect(bench.pinged.length).toBe(before)
  expect(bench.told.at(-1)).toBe('db1 unknown')
})

describe('after a restart of the collector', () => {
  test('a lost host stays lost, one that answered before can be lost', async () => {
    const bench = new Bench()
    bench.watch.recall('db1', '10.0.0.1', 'lost')
    bench.watch.recall('db2', '10.0.0.2', 'answers')
    bench.watch.recall('db3', '10.0.0.3', 'unknown')
    await bench.pass(30 * SECOND)
    expect(bench.pinged).toEqual([]) // their agents may come back
    await bench.pass(90 * SECOND)
    expect(bench.told).toEqual(['db2 unknown', 'db2 lost'])
  })

  test('that a host still answers is known before silence is judged again, a minute after the start', async () => {
    const bench = new Bench()
    bench.answers.set('10.0.0.1', 'answers')
    bench.watch.recall('db1', '10.0.0.1', 'answers')
    await bench.pass(MINUTE)
    expect(bench.told).toEqual(['db1 unknown', 'db1 answers'])
  })
})

test('five thousand hosts that die at once are pinged some at a time, before those that live', async () => {
  const bench = new Bench()
  for (let index = 0; index < 5000; index++) {
    const address = `10.1.${index >> 8}.${index & 255}`
    bench.connect(`host${index}`, address)
  }
  bench.connect('alive', '10.2.0.1')
  for (let index = 0; index < 5000; index++) bench.watch.gone(`host${index}`)
  await bench.pass(5 * MINUTE)
  expect(bench.most).toBeLessThanOrEqual(32)
  expect(bench.pinged.length).toBeLessThanOrEqual(5 * 60 * 20)
  expect(bench.pinged).not.toContain('10.2.0.1')
})

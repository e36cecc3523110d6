import { describe, expect, test } from 'vitest'
import { readRules } from '../../configuration/read-rules.ts'
import type { RuleStateRow, Transition } from '../alert.ts'
import { RuleEngine } from '../engine.ts'
import type { PingState } from './ping-state.ts'
import { catalogue } from '../testing/rules-from-yaml.ts'
import { SampleFeed } from '../testing/sample-feed.ts'

const START_MS = Date.UTC(2026, 10, 22, 4)
const MINUTE = 60_000
const MINIMAL_PACK = await readRules({ pack: 'minimal' }, catalogue)

/** The default pack's own rule about silent agents, with a disk for its rows. */
class Bench {
  atMs = START_MS
  #engine = this.#open()
  readonly #rows = new Map<string, RuleStateRow>()

  #open(): RuleEngine {
    return new RuleEngine({
      rules: MINIMAL_PACK,
      directory: new SampleFeed().table,
      subjectLabels: () => ({}),
    })
  }

  hear(): string[] {
    return describeAll(this.#engine.contact('db1', this.atMs))
  }

  ping(state: PingState): void {
    this.#engine.hearPing('db1', state)
  }

  /** Lets time pass, second by second as the collector does. */
  pass(ms: number): string[] {
    const said: string[] = []
    for (const untilMs = this.atMs + ms; this.atMs < untilMs;) {
      this.atMs += 1000
      said.push(...describeAll(this.#engine.tick(this.atMs)))
    }
    this.#save()
    return said
  }

  list(): string[] {
    return this.#engine.list().map(({ name, summary }) => `${name.zh}: ${summary.zh}`)
  }

  restart(downMs: number): void {
    this.#save()
    this.atMs += downMs
    this.#engine = this.#open()
    this.#engine.restore([...this.#rows.values()], { atMs: this.atMs, downMs })
  }

  #save(): void {
    const { put, remove } = this.#engine.takeChanges(this.atMs)
    for (const row of put) this.#rows.set(`${row.ruleId} ${row.key}`, row)
    for (const { ruleId, key } of remove) this.#rows.delete(`${ruleId} ${key}`)
  }
}

function describeAll(transitions: readonly Transition[]): string[] {
  return transitions.map(
    ({ kind, alert, before }) =>
      `${kind} ${alert.severity} ${alert.name.zh}${before === undefined ? '' : `, was ${before.severity}`}`,
  )
}

test.each<{ ping: PingState; said: string; summary: string }>([
  { ping: 'answers', said: 'firing warning 采集代理失联', summary: '但主机仍可 ping 通' },
  { ping: 'lost', said: 'firing critical 主机宕机', summary: '现在 ping 不通：主机宕机或断网' },
  {
    ping: 'unknown',
    said: 'firing critical 采集代理失联',
    summary: '主机可能宕机、断网，或代理已停止',
  },
])('a silent agent whose host is to ping: $ping', ({ ping, said, summary }) => {
  const bench = new Bench()
  bench.hear()
  bench.ping(ping)
  expect(bench.pass(3 * MINUTE)).toEqual([said])
  expect(bench.list()).toEqual([expect.stringContaining(summary)])
  expect(bench.pass(MINUTE)).toEqual([])
  bench.hear()
  bench.atMs += 10_000
  expect(bench.hear()).toEqual([said.replace('firing', 'resolved')])
})

describe('a host of which nothing was known', () => {
  test('is not called down by a ping that fails, and not called up by silence', () => {
    const bench = new Bench()
    bench.hear()
    expect(bench.pass(3 * MINUTE)).toEqual(['firing critical 采集代理失联'])
    expect(bench.pass(10 * MINUTE)).toEqual([])
  })
})

describe('what ping says changes while the agent is silent', () => {
  test('its host dies after it, and comes back without it', () => {
    const bench = new Bench()
    bench.hear()
    bench.ping('answers')
    expect(bench.pass(5 * MINUTE)).toEqual(['firing warning 采集代理失联'])
    bench.ping('lost')
    expect(bench.pass(MINUTE)).toEqual(['severity critical 主机宕机, was warning'])
    bench.ping('answers')
    expect(bench.pass(MINUTE)).toEqual(['severity warning 采集代理失联, was critical'])
  })

  test('an agent that is heard of again is not told of anew by ping', () => {
    const bench = new Bench()
    bench.hear()
    bench.ping('lost')
    expect(bench.pass(3 * MINUTE)).toEqual(['firing critical 主机宕机'])
    bench.hear()
    bench.ping('answers')
    expect(bench.pass(4000)).toEqual([])
    expect(bench.list()).toEqual([expect.stringContaining('主机宕机')])
    bench.atMs += 2000
    expect(bench.hear()).toEqual(['resolved critical 主机宕机'])
  })
})

describe('a restart of the collector', () => {
  test('keeps what ping said, and the words of what was told', () => {
    const bench = new Bench()
    bench.hear()
    bench.ping('lost')
    bench.pass(4 * MINUTE)
    bench.restart(30 * MINUTE)
    expect(bench.list()).toEqual([expect.stringContaining('主机宕机')])
    expect(bench.pass(5 * MINUTE)).toEqual([])
    expect(bench.list()).toEqual([expect.stringContaining('主机宕机')])
  })

  test('after 30 minutes is no host’s death', () => {
    const bench = new Bench()
    bench.hear()
    bench.ping('lost') // the collector's own network came last, and told it wrongly
    bench.pass(10_000)
    bench.restart(30 * MINUTE)
    expect(bench.pass(MINUTE)).toEqual([])
    bench.hear()
    expect(bench.pass(2 * MINUTE)).toEqual([])
  })
})

describe('other collectors', () => {
  const openEngine = () =>
    new RuleEngine({
      rules: MINIMAL_PACK,
      directory: new SampleFeed().table,
      subjectLabels: () => ({}),
    })

  test('one that is waited for and never came is silent too; one that is no longer waited for ends', () => {
    const engine = openEngine()
    engine.expect('collector', ['north', 'south'], START_MS)
    const fired = engine.tick(START_MS + 3 * MINUTE)
    expect(fired.map(({ alert }) => `${alert.ruleId} ${alert.key}`)).toEqual([
      'collector_silent north',
      'collector_silent south',
    ])
    const ended = engine.expect('collector', ['south'], START_MS + 4 * MINUTE)
    expect(ended).toMatchObject([{ kind: 'resolved', reason: 'rule', alert: { key: 'north' } }])
  })

  test('what is no longer waited for is not written down, and asked for again where that failed', () => {
    const engine = openEngine()
    engine.expect('collector', ['north'], START_MS)
    expect(engine.takeChanges(START_MS).put).toEqual([
      { ruleId: '@collector', key: 'north', json: '0' },
    ])
    engine.expect('collector', [], START_MS)
    const changes = engine.takeChanges(START_MS)
    expect(changes.remove).toEqual([{ ruleId: '@collector', key: 'north' }])
    engine.returnChanges(changes)
    expect(engine.takeChanges(START_MS).remove).toEqual(changes.remove)
  })

  test('one that was silent before a restart goes on being so', () => {
    const engine = openEngine()
    engine.expect('collector', ['north'], START_MS)
    const { put } = engine.takeChanges(START_MS + 2 * MINUTE)
    const later = openEngine()
    later.restore(put, { atMs: START_MS, downMs: 0 })
    later.expect('collector', ['north'], START_MS)
    expect(later.tick(START_MS + 20_000)).toEqual([])
    expect(later.tick(START_MS + 30_000)).toHaveLength(1)
  })
})

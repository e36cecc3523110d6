import type { JsonValue } from '@wardround/protocol'
import { expect, test } from 'vitest'
import type { AcceptedBatch } from '../../accepted-batch.ts'
import { EngineBench, MINUTE } from '../testing/engine-bench.ts'
import { rulesFromYaml } from '../testing/rules-from-yaml.ts'

const RULES = `rules:
  - id: hardware
    name: {zh: 硬件事件, en: Hardware event}
    event: {kind: trap, where: {rules: [sensor_fault, "~^port_", "!ignored"]}}
    warning: {atLeast: 1, window: 10m, clear: {for: 30m}}
    critical: {atLeast: 5, window: 10m, clear: {for: 20m}}
    summary: {zh: "{{host}} 10 分钟内 {{value}} 次 {{trap}}：{{event.text}}", en: "{{host}}: {{value}} {{trap}}: {{event.text}}"}
  - id: log_errors
    name: {zh: 日志错误, en: Errors in a log}
    event: {kind: log, where: {severity: critical, groups.device: "~^sd"}}
    where: {host: "!test1"}
    warning: {atLeast: 3, window: 5m, clear: {for: 5m}}
    summary: {zh: "{{file}} {{event.groups.device}}", en: "{{file}} {{event.groups.device}}"}
`

class EventBench extends EngineBench {
  #number = 0

  constructor(text = RULES) {
    super(text)
  }

  event(
    kind: string,
    body: JsonValue,
    more: { key?: string; timeMs?: number; subject?: string; batch?: Partial<AcceptedBatch> } = {},
  ): string[] {
    const { key = `k${++this.#number}`, timeMs = this.atMs, subject = 'fcsw1' } = more
    const events = [{ subject, timeMs, key, kind, body }]
    const batch = this.feed.wrap(
      'poller1',
      this.atMs,
      { blocks: [], events, documents: [] },
      more.batch,
    )
    return this.note(this.engine.accept(batch, this.atMs))
  }

  trap(
    more: Parameters<EventBench['event']>[2] = {},
    body: Record<string, JsonValue> = {},
  ): string[] {
    return this.event(
      'trap',
      { trap: 'swEventTrap', rules: ['sensor_fault'], text: 'fan 2', ...body },
      more,
    )
  }

  /** The agent is heard of, and nothing happens. */
  quiet(minutes: number): string[] {
    const seen: string[] = []
    for (let index = 0; index < minutes * 6; index++) {
      this.atMs += 10_000
      seen.push(...this.note(this.engine.contact('poller1', this.atMs)), ...this.tick())
    }
    return seen
  }
}

test('an event fires at once, and quiet ends it', () => {
  const bench = new EventBench()
  expect(bench.trap()).toEqual(['firing hardware warning +0s'])
  expect(bench.seen[0]?.alert).toMatchObject({
    key: 'fcsw1{trap="swEventTrap"}',
    host: 'fcsw1',
    labels: { alertname: 'hardware', host: 'fcsw1', trap: 'swEventTrap', severity: 'warning' },
    summary: { zh: 'fcsw1 10 分钟内 1 次 swEventTrap：fan 2' },
    value: 1,
    unit: 'count',
    sinceFirstWatched: false,
  })
  expect(bench.quiet(29)).toEqual([])
  expect(bench.quiet(2)).toEqual(['resolved hardware warning +1800s'])
  bench.save()
  bench.quiet(1)
  bench.save()
  expect([...bench.rows.values()].map(({ ruleId }) => ruleId)).toEqual(['@agent'])
})

test('more within the window make it severer, and each severity has its own quiet', () => {
  const bench = new EventBench()
  for (let index = 0; index < 5; index++) {
    bench.trap()
    bench.quiet(1)
  }
  expect(bench.quiet(40)).toEqual([
    'severity hardware warning +1440s',
    'resolved hardware warning +2040s',
  ])
  expect(bench.seen[1]).toMatchObject({
    kind: 'severity',
    alert: { severity: 'critical', value: 5 },
  })
})

test('the window slides: events farther apart than it are never enough', () => {
  const bench = new EventBench()
  const seen: string[] = []
  for (let index = 0; index < 12; index++) {
    seen.push(
      ...bench.event('log', { file: 'messages', severity: 'critical', groups: { device: 'sdb' } }),
    )
    bench.quiet(2.5)
  }
  expect(seen).toEqual([])
})

test('one event counts once, however often it is sent, over a restart too', () => {
  const bench = new EventBench()
  const body = { file: 'messages', severity: 'critical', groups: { device: 'sdb' } }
  for (let index = 0; index < 10; index++) bench.event('log', body, { key: 'same' })
  bench.restart(30_000)
  for (let index = 0; index < 10; index++) bench.event('log', body, { key: 'same' })
  expect(bench.seen).toEqual([])
  bench.event('log', body, { key: 'second' })
  expect(bench.seen).toEqual([])
  bench.event('log', body, { key: 'third' })
  expect(bench.seen).toMatchObject([{ kind: 'firing', alert: { summary: { zh: 'messages sdb' } } }])
})

test('what comes late fires nothing, and holds nothing', () => {
  const bench = new EventBench()
  expect(bench.trap({ batch: { late: true } })).toEqual([])
  expect(bench.trap({ timeMs: bench.atMs - 6 * MINUTE })).toEqual([])
  bench.trap()
  for (let index = 0; index < 40; index++) {
    bench.quiet(1)
    bench.trap({ batch: { late: true } })
  }
  expect(bench.seen.map(({ kind }) => kind)).toEqual(['firing', 'resolved'])
})

test('an alert per host and identifying member; `where` asks the body and the host', () => {
  const bench = new EventBench()
  expect(bench.trap()).toHaveLength(1)
  expect(bench.trap({ subject: 'fcsw2' })).toHaveLength(1)
  expect(bench.trap({}, { trap: 'swFCPortScn', rules: ['x', 'port_down'] })).toHaveLength(1)
  expect(bench.trap({}, { trap: 'other', rules: ['x'] })).toEqual([])
  expect(bench.trap({}, { trap: 'other', rules: ['sensor_fault', 'ignored'] })).toEqual([])
  expect(bench.trap({}, { trap: 'other', rules: [] })).toEqual([])
  const body = { file: 'messages', severity: 'critical', groups: { device: 'sdb' } }
  for (let index = 0; index < 3; index++) bench.event('log', body, { subject: 'test1' })
  for (const device of ['vda', 'vdb', 'vdc']) bench.event('log', { ...body, groups: { device } })
  for (let index = 0; index < 3; index++) bench.event('syslog', body)
  expect(bench.seen).toHaveLength(3)
})

test('while its agent is silent nothing is quiet; the collector’s absence is no quiet either', () => {
  const bench = new EventBench()
  bench.trap()
  for (let minute = 0; minute < 120; minute++) {
    bench.atMs += MINUTE
    bench.tick()
  }
  bench.restart(60 * MINUTE)
  bench.tick()
  expect(bench.engine.list()).toMatchObject([{ phase: 'firing' }])
  expect(bench.seen.map(({ alert }) => alert.ruleId)).toEqual(['hardware'])
})

test('an alert goes on over a restart, and over other rules', () => {
  const bench = new EventBench()
  bench.trap()
  bench.quiet(10)
  expect(bench.restart(5_000)).toEqual([])
  expect(bench.note(bench.engine.replaceRules(rulesFromYaml(RULES), bench.atMs))).toEqual([])
  expect(bench.quiet(19)).toEqual([])
  expect(bench.quiet(2)).toHaveLength(1)
  bench.trap()
  expect(
    bench.note(bench.engine.replaceRules(rulesFromYaml('rules: []'), bench.atMs)),
  ).toHaveLength(1)
  bench.save()
  expect([...bench.rows.values()].map(({ ruleId }) => ruleId)).toEqual(['@agent'])
})

test('whatever a body holds, a message shows a line of plain text', () => {
  const bench = new EventBench()
  const text = `{{host}} \u202Eevil\u0000\n\u001b[31m${'长'.repeat(400)}😀`
  bench.trap({}, { text, trap: 'x'.repeat(500) })
  const { summary, labels } = bench.seen[0]?.alert ?? {}
  expect(summary?.en).toContain('{{host}} \\u202eevil\\x00\\n\\x1b[31m长')
  // oxlint-disable-next-line no-control-regex -- that is what must not come through
  expect(summary?.en).not.toMatch(/[\u0000-\u001f\u202e]/)
  expect(Buffer.byteLength(summary?.en ?? '')).toBeLessThan(800)
  expect(Buffer.byteLength(labels?.['trap'] ?? '')).toBe(128)
  expect(bench.trap({}, { text: null, rules: 'sensor_fault', trap: { a: 1 } })).toHaveLength(1)
  expect(bench.seen[1]?.alert.summary.en).toBe('fcsw1: 1 —: —')
})

test('bodies of every shape are read without failing', () => {
  const bench = new EventBench()
  for (const body of [null, 5, 'text', [], [1], { rules: { a: 1 } }, { rules: [null, [1]] }])
    expect(bench.event('trap', body)).toEqual([])
})

test('ten thousand kinds of events take no more room than two thousand', () => {
  const bench = new EventBench(RULES.replace('atLeast: 1,', 'atLeast: 2,'))
  for (let index = 0; index < 10_000; index++) bench.trap({}, { trap: `t${index}` })
  bench.save()
  expect([...bench.rows.values()].filter(({ ruleId }) => ruleId === '@events')).toHaveLength(2_000)
})

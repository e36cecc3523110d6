import { SeriesTable, type DocumentItem, type EventItem } from '@wardround/protocol'
import { describe, expect, test } from 'vitest'
import { MAX_SAMPLES_PER_RUN } from './limits.ts'
import { ProbeBoard } from './probe-board.ts'
import {
  defineProbe,
  NoDataError,
  PROBE_ERROR_CODES,
  ProbeError,
  remembers,
  type Probe,
} from './probe.ts'
import { ProbeRunner } from './run-probe.ts'
import { RunReporter } from './run-report.ts'
import type { SampleSink } from './sample-sink.ts'
import type { Source } from './source.ts'
import { SourceSession } from './source-session.ts'
import { makeSourceContext } from './testing/source-context.ts'
import { ManualTime } from './testing/manual-time.ts'
import { openRecordedLog } from './testing/recorded-log.ts'

const help = { zh: '测试', en: 'test' }
const common = {
  name: 'bench.thing',
  source: { type: 'bench' },
  platforms: ['linux'],
  everySeconds: 10,
  cost: 'cheap',
  reads: 'nothing',
  needs: 'none',
  help,
  measurements: {
    thing: {
      identifyingTags: ['part'],
      descriptiveTags: ['mood'],
      fields: {
        level: { kind: 'gauge', unit: 'percent', precision: 0.01, help },
        total: { kind: 'counter', unit: 'count', precision: 1, help },
      },
    },
  },
} as const

const benchSource: Source<unknown> = {
  type: 'bench',
  platforms: ['linux'],
  open: async () => ({
    session: { ready: true },
    subject: '',
    [Symbol.asyncDispose]: async () => undefined,
  }),
}

/** A runner with everything around it, and all that came out of it. */
async function setUp(probe: Probe, source: Source<unknown> = benchSource, options = {}) {
  const time = new ManualTime()
  const table = new SeriesTable()
  const samples: { subject: string; key: string; value: number; timeMs: number }[] = []
  const documents: DocumentItem[] = []
  const events: EventItem[] = []
  const dropped: Record<string, number> = {}
  const sink: SampleSink = {
    addSample(subject, tick, series, value) {
      const { measurement, tags, field } = table.shapeOf(series)
      const key = `${measurement}{${tags.map((tag) => tag.join('=')).join()}}.${field}`
      samples.push({ subject, key, value, timeMs: tick.timeMs })
    },
    addDocument: (document) => void documents.push(document),
    addEvent: (event) => void events.push(event),
    countDropped: (reason, count) => void (dropped[reason] = (dropped[reason] ?? 0) + count),
  }
  const board = new ProbeBoard()
  const { log, lines } = openRecordedLog()
  const runner = new ProbeRunner({
    probe,
    source: new SourceSession(source, await makeSourceContext({ clocks: time, timers: time })),
    options,
    everyMs: 10_000,
    siteTags: { rack: 'A1' },
    table,
    sink,
    reporter: new RunReporter(table, sink, {}),
    standing: board.add({ name: probe.name, target: 'bench', everySeconds: 10, state: 'waiting' }),
    clocks: time,
    timers: time,
    log,
  })
  /** One run; the rows that it wrote, those of `probe` apart. */
  async function run() {
    samples.length = 0
    const tick = {
      timeMs: time.nowMs(),
      monotonicMs: time.monotonicMs(),
      sinceBootMs: time.sinceBootMs(),
    }
    const done = Promise.resolve(runner.run(tick))
    await time.pass(10_000)
    await done
    return taken()
  }
  function taken() {
    const report = Object.fromEntries(
      samples
        .filter(({ key }) => key.startsWith('probe{'))
        .map(({ key, value }) => [key.split('.').at(-1), value]),
    )
    const own = samples
      .filter(({ key }) => !key.startsWith('probe{'))
      .map(({ key, value, timeMs }) => ({ key, value, timeMs }))
    return { own, report }
  }
  return { run, taken, runner, time, lines, board, documents, events, dropped, samples, table }
}

const emitting = (
  sample: Parameters<typeof defineProbe>[0]['sample'] | ((run: never) => unknown),
) =>
  // the test misuses emit on purpose, in ways that the compiler would refuse
  defineProbe({ ...common, sample: sample as () => undefined })

describe('a run', () => {
  test('gives samples with the tick’s time, rounded, with the site’s tags, and a report', async () => {
    const probe = defineProbe({
      ...common,
      sample({ emit }) {
        emit('thing', { part: 'a', mood: 'calm' }, { level: 12.3456, total: 7.4 })
        emit('thing', { part: 'b', mood: undefined }, { level: undefined, total: 8 })
      },
    })
    const { run, time } = await setUp(probe)
    const timeMs = time.nowMs()
    const { own, report } = await run()
    expect(own).toEqual([
      { key: 'thing{mood=calm,part=a,rack=A1}.level', value: 12.35, timeMs },
      { key: 'thing{mood=calm,part=a,rack=A1}.total', value: 7, timeMs },
      { key: 'thing{part=b,rack=A1}.total', value: 8, timeMs },
    ])
    expect(report).toMatchObject({ success: 1, samples: 3, error_code: 0 })
  })

  test('gives samples of devices that speak to it as theirs; a name that can’t be sent costs its samples', async () => {
    const probe = defineProbe({
      ...common,
      sample({ emit }) {
        emit('thing', { part: 'a' }, { total: 1 })
        for (const subject of ['fcsw1', 'fcsw2', '\ud800', 'x'.repeat(300)])
          emit('thing', { part: 'a' }, { total: 2 }, { subject })
        emit('thing', { part: 'a' }, { total: 3 }, { subject: 'fcsw1' })
      },
    })
    const { run, samples } = await setUp(probe)
    const { report } = await run()
    const own = samples.filter(({ key }) => key.startsWith('thing'))
    expect(own.map(({ subject, value }) => `${subject} ${value}`)).toEqual([
      ' 1',
      'fcsw1 2',
      'fcsw2 2',
    ])
    expect(report).toMatchObject({
      success: 0,
      samples: 3,
      error_code: PROBE_ERROR_CODES.indexOf('BAD_NAME') + 1,
    })
  })

  test('hands back what the run before remembered, and gives options and documents through', async () => {
    const probe = defineProbe({
      ...common,
      options: { start: { type: 'integer', default: 5 } },
      remembers: remembers<{ n: number }>(),
      sample({ emit, emitDocument, memory, options }) {
        const n = (memory?.n ?? options.start) + 1
        emit('thing', { part: 'a' }, { total: n })
        emitDocument('facts', 'history', { n })
        return { n }
      },
    })
    const { run, documents } = await setUp(probe, benchSource, { start: 41 })
    await run()
    const { own } = await run()
    expect(own.map(({ value }) => value)).toEqual([43])
    expect(documents.map(({ name, keep, body }) => ({ name, keep, body }))).toEqual([
      { name: 'facts', keep: 'history', body: { n: 42 } },
      { name: 'facts', keep: 'history', body: { n: 43 } },
    ])
  })

  test('gives events with the tick’s time, and refuses one that the wire would not take', async () => {
    const probe = defineProbe({
      ...common,
      sample({ emitEvent }) {
        emitEvent('log', 'file:1', { text: 'ORA-00600' })
        emitEvent('log', '', { text: 'no key' })
        emitEvent('log', 'file:\ud800', { text: 'no Unicode' })
        emitEvent('log', 'k'.repeat(2000), { text: 'long key' })
        emitEvent('log', 'file:2', { text: 'x'.repeat(20_000) })
      },
    })
    const { run, events, time } = await setUp(probe)
    const timeMs = time.nowMs()
    const { report } = await run()
    expect(events).toEqual([
      { subject: '', timeMs, key: 'file:1', kind: 'log', body: { text: 'ORA-00600' } },
    ])
    expect(report).toMatchObject({ success: 0, error_code: 8 })
  })

  test('an event that another device sent belongs to it, at the time when it came', async () => {
    const probe = defineProbe({
      ...common,
      sample({ emitEvent }) {
        emitEvent('trap', '10.0.0.9:5:1', {}, { subject: 'fcsw1', timeMs: 5 })
        emitEvent('trap', '10.0.0.9:5:2', {}, { subject: '\ud800' })
        emitEvent('trap', '10.0.0.9:5:3', {}, { timeMs: Number.NaN })
      },
    })
    const bench = await setUp(probe)
    await bench.run()
    expect(bench.events).toEqual([
      { subject: 'fcsw1', timeMs: 5, kind: 'trap', key: '10.0.0.9:5:1', body: {} },
    ])
  })

  test('with too many events is ended', async () => {
    const probe = defineProbe({
      ...common,
      sample({ emitEvent }) {
        for (let n = 0; n < 1000; n++) emitEvent('log', `file:${n}`, {})
      },
    })
    const { run, events } = await setUp(probe)
    expect((await run()).report).toMatchObject({ success: 0, error_code: 3 })
    expect(events).toHaveLength(256)
  })

  test('that throws keeps what it emitted, is reported, logged once per change and runs again', async () => {
    const failures = [
      new ProbeError('UNREADABLE', 'no such view'),
      new ProbeError('UNREADABLE', 'no such view'),
      new TypeError('x is not a function'),
      undefined,
    ]
    const probe = defineProbe({
      ...common,
      sample({ emit }) {
        emit('thing', { part: 'a' }, { total: 1 })
        const failure = failures.shift()
        if (failure !== undefined) throw failure
      },
    })
    const { run, lines } = await setUp(probe)
    expect(await run()).toMatchObject({
      own: [{ value: 1 }],
      report: { success: 0, error_code: 4, samples: 1 },
    })
    expect((await run()).report).toMatchObject({ success: 0, error_code: 4 })
    expect((await run()).report).toMatchObject({ success: 0, error_code: 1 })
    expect((await run()).report).toMatchObject({ success: 1, error_code: 0 })
    expect(lines.map(({ level, msg, code }) => [level, msg, code])).toEqual([
      ['warn', 'probe failed', 'UNREADABLE'],
      ['warn', 'probe failed', 'UNEXPECTED'],
      ['info', 'probe works again', undefined],
    ])
  })

  test('with nothing to report here is no failure', async () => {
    const probe = emitting(() => {
      throw new NoDataError({ zh: '/proc/mdstat 中没有阵列', en: '/proc/mdstat lists no array' })
    })
    const { run, lines, board } = await setUp(probe)
    expect((await run()).report).toMatchObject({ success: 1, error_code: 0, samples: 0 })
    expect(lines.filter(({ level }) => level !== 'debug')).toEqual([])
    expect(board.toJson().probes).toMatchObject([
      {
        state: 'absent',
        reason: '/proc/mdstat lists no array',
        reasonText: { zh: '/proc/mdstat 中没有阵列', en: '/proc/mdstat lists no array' },
      },
    ])
    expect(board.describe('zh-CN').join()).toContain('(/proc/mdstat 中没有阵列)')
    expect(board.describe('en').join()).toContain('(/proc/mdstat lists no array)')
  })

  test('with nothing to report here is looked for once a minute, and at every interval once it is there', async () => {
    let isThere = false
    let runs = 0
    const probe = defineProbe({
      ...common,
      sample() {
        runs++
        if (!isThere) throw new NoDataError('no such thing')
      },
    })
    const { run } = await setUp(probe)
    for (let i = 0; i < 12; i++) await run()
    expect(runs).toBe(2)
    isThere = true
    for (let i = 0; i < 3; i++) await run()
    expect(runs).toBe(5)
  })

  test('that hangs is cut at its deadline, no second one starts beside it, and it comes back', async () => {
    const ends: (() => void)[] = []
    let starts = 0
    let aborted = false
    const probe = defineProbe({
      ...common,
      sample({ emit, signal }) {
        if (++starts > 1) return undefined
        signal.addEventListener('abort', () => (aborted = true))
        return new Promise<undefined>((resolve) => {
          ends.push(() => {
            expect(() => emit('thing', { part: 'a' }, { total: 1 })).toThrow(/over/)
            resolve(undefined)
          })
        })
      },
    })
    const { run, lines, time } = await setUp(probe)
    expect((await run()).report).toMatchObject({ success: 0, error_code: 2, duration_ms: 8_000 })
    expect(aborted).toBe(true)
    expect((await run()).report).toMatchObject({ success: 0, error_code: 2, duration_ms: 10_000 })
    expect(starts).toBe(1)
    ends[0]?.()
    await time.pass(0)
    expect(await run()).toMatchObject({ own: [], report: { success: 1 } })
    expect(starts).toBe(2)
    expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(1)
  })

  test('that floods is cut at the limit', async () => {
    let emitted = 0
    const probe = defineProbe({
      ...common,
      sample({ emit }) {
        for (; emitted < 10 * MAX_SAMPLES_PER_RUN; emitted++)
          emit('thing', { part: `p${emitted}` }, { total: 1 })
      },
    })
    const { run } = await setUp(probe)
    const { own, report } = await run()
    expect(own).toHaveLength(MAX_SAMPLES_PER_RUN)
    expect(emitted).toBe(MAX_SAMPLES_PER_RUN)
    expect(report).toMatchObject({ success: 0, error_code: 3, samples: MAX_SAMPLES_PER_RUN })
  })

  test.each([
    { note: 'an undeclared measurement', emit: ['other', { part: 'a' }, { total: 1 }], code: 8 },
    { note: 'an undeclared field', emit: ['thing', { part: 'a' }, { totl: 1 }], code: 8 },
    { note: 'an undeclared tag', emit: ['thing', { part: 'a', disk: 'b' }, { total: 1 }], code: 8 },
    { note: 'a missing tag', emit: ['thing', {}, { total: 1 }], code: 8 },
    {
      note: 'a tag that is too long',
      emit: ['thing', { part: 'x'.repeat(2000) }, { total: 1 }],
      code: 8,
    },
    {
      note: 'a tag that is no Unicode',
      emit: ['thing', { part: '\ud800' }, { total: 1 }],
      code: 8,
    },
    { note: 'NaN', emit: ['thing', { part: 'a' }, { total: Number.NaN }], code: 9 },
    { note: 'an infinity', emit: ['thing', { part: 'a' }, { total: Infinity }], code: 9 },
  ])('with $note loses that sample alone and is a failed one', async ({ emit: wrong, code }) => {
    const probe = emitting(({ emit }: { emit: (...args: unknown[]) => void }) => {
      emit(...wrong)
      emit('thing', { part: 'good' }, { total: 1 })
    })
    const { run } = await setUp(probe)
    const { own, report } = await run()
    expect(own.map(({ key }) => key)).toEqual(['thing{part=good,rack=A1}.total'])
    expect(report).toMatchObject({ success: 0, error_code: code, samples: 1 })
  })

  test('gives a series once, even when it is emitted twice', async () => {
    const probe = defineProbe({
      ...common,
      sample({ emit }) {
        emit('thing', { part: 'a' }, { total: 1 })
        emit('thing', { part: 'a' }, { level: 1 })
        emit('thing', { part: 'a' }, { total: 2 })
      },
    })
    const { run } = await setUp(probe)
    const { own, report } = await run()
    expect(own.map(({ value }) => value)).toEqual([1, 1])
    expect(report).toMatchObject({ success: 0, error_code: 8 })
  })

  test('logs a remark once and keeps it on the board', async () => {
    const remark = { zh: '无权读取', en: 'not readable for this user' }
    const { run, lines, board } = await setUp(
      emitting((given: { remark: (text: typeof remark) => void }) => given.remark(remark)),
    )
    await run()
    await run()
    expect(lines.map(({ msg, remark: said }) => [msg, said])).toEqual([
      ['probe remarks', remark.en],
    ])
    expect(board.toJson().probes).toMatchObject([{ state: 'ok', remarks: [remark] }])
  })
})

describe('a source', () => {
  test('that can’t be opened fails its runs and is not asked at every run', async () => {
    let opened = 0
    const { run, lines } = await setUp(
      emitting(() => undefined),
      {
        ...benchSource,
        async open() {
          opened++
          throw new ProbeError('NOT_ANSWERING', 'connection refused')
        },
      },
    )
    for (let i = 0; i < 12; i++)
      expect((await run()).report).toMatchObject({ success: 0, error_code: 7 })
    expect(opened).toBeGreaterThanOrEqual(3)
    expect(opened).toBeLessThanOrEqual(6)
    expect(lines).toHaveLength(1)
  })

  test('that hangs while it opens counts against the deadline', async () => {
    const { run } = await setUp(
      emitting(() => undefined),
      { ...benchSource, open: () => new Promise(() => undefined) },
    )
    expect((await run()).report).toMatchObject({ success: 0, error_code: 2 })
  })
})

test('what its source tells is one word on the board and no warning in the log', async () => {
  const { run, lines, board } = await setUp(
    emitting(() => {
      throw new ProbeError('NOT_ANSWERING', { zh: '无法连接', en: 'refused' }, { isTold: true })
    }),
  )
  await run()
  expect(lines.filter(({ level }) => level === 'warn')).toEqual([])
  expect(board.toJson().probes).toMatchObject([
    { state: 'failed', code: 'NOT_ANSWERING', ofSource: true },
  ])
  expect(JSON.stringify(board.toJson())).not.toContain('refused')
  expect(board.describe('en').join()).toContain('refused')
})

describe('what the entry of a source describes by itself', () => {
  const describing: Source<unknown> = {
    ...benchSource,
    declares: () => ({
      ups: {
        identifyingTags: [],
        fields: { volts: { kind: 'gauge', unit: 'volts', precision: 0.1, help } },
      },
    }),
  }
  const sample = ({ emit }: { emit: (...given: unknown[]) => void }) =>
    emit('ups', {}, { volts: 230.12 })

  test('is given by a probe that says so', async () => {
    const { run } = await setUp({ ...emitting(sample), emitsDeclared: true }, describing)
    expect((await run()).own).toMatchObject([{ key: 'ups{rack=A1}.volts', value: 230.1 }])
  })

  test('and by no other', async () => {
    const { run } = await setUp(emitting(sample), describing)
    expect((await run()).own).toEqual([])
  })
})

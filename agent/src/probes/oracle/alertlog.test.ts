import { describe, expect, test } from 'vitest'

import { systemClocks } from '../../clocks.ts'
import { ProbeError } from '../../probe.ts'
import { toLogError } from '../../sources/log/log-error.ts'
import type { LogFollower } from '../../sources/log/log-follower.ts'
import { LogFiles } from '../../sources/log/log-files.ts'
import { StatementError } from '../../sources/server/server-driver.ts'
import { AnsweringOracle } from '../../testing/answering-oracle.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { LogDirectory } from '../../testing/log-directory.ts'
import { oracleFacts } from '../../testing/oracle-facts.ts'
import { sampleOnce, type SampledRun } from '../../testing/sample-once.ts'
import alertlog from './alertlog.ts'

const OLD = 'Tue Nov 22 09:00:00 2026\nORA-00600: internal error code, arguments: [old]\n'
const NEXT = '2026-11-22T10:12:00.000000+08:00\nThread 1 advanced to log sequence 12\n'

/** The file where the database says it is, and what the session then answers. */
async function setUp({ version = '19.3.0.0.0', file = 'alert_hcdb1.log' } = {}) {
  const logs = await LogDirectory.open()
  await logs.create(file, OLD)
  const place = [{ DIRECTORY: logs.root, INSTANCE_NAME: 'hcdb1' }]
  const entries: Record<string, unknown>[] = []
  const session = new AnsweringOracle(oracleFacts({ version }), {
    'oracle.alertlog.place': place,
    'oracle.alertlog.entries': entries,
  })
  const files = () =>
    new LogFiles({
      memory: { directory: logs.path('state'), name: 'x', pausedSinceMs: undefined },
      keepsPlaces: true,
      clocks: systemClocks,
    })
  session.alertLog = { ...session.alertLog, files: files() }
  return {
    logs,
    session,
    entries,
    /** As after a restart of the agent, with a database that may be down by now. */
    async restart(answer?: Error) {
      await session.alertLog.files[Symbol.asyncDispose]()
      const later = new AnsweringOracle(
        oracleFacts({ version }),
        answer ? { 'oracle.alertlog.place': answer } : { 'oracle.alertlog.place': place },
      )
      later.alertLog = { ...later.alertLog, files: files() }
      return later
    },
    async [Symbol.asyncDispose]() {
      await session.alertLog.files[Symbol.asyncDispose]()
      await logs[Symbol.asyncDispose]()
    },
  }
}

/** As where the agent's account is kept out: root, who may run the tests, is let in everywhere. */
class DeniedFiles extends LogFiles {
  constructor(directory: string) {
    const memory = { directory, name: 'denied', pausedSinceMs: undefined }
    super({ memory, keepsPlaces: true, clocks: systemClocks })
  }

  override async read(follower: LogFollower): Promise<never> {
    const denied = Object.assign(new Error('EACCES'), { code: 'EACCES' })
    throw toLogError(denied, follower.label) ?? denied
  }
}

function counts({ samples }: SampledRun): Record<string, number | undefined> {
  const rows = samples.filter(
    ({ measurement, fields }) => measurement === 'oracle_alertlog' && fields['matches_total'] !== 0,
  )
  return Object.fromEntries(
    rows.map(({ tags, fields }) => [tags['code'] ?? '', fields['matches_total']]),
  )
}

describeProbe(alertlog, { open: () => setUp() })

describe('the text file', () => {
  test('is found through the database, asked once, and read from its end on', async () => {
    await using at = await setUp()
    const first = await sampleOnce(alertlog, at.session)
    expect(counts(first)).toEqual({})
    expect(first.samples.find(({ tags }) => tags['code'] === 'ORA-00600')).toMatchObject({
      tags: { instance: 'hcdb1', code: 'ORA-00600', database: 'hcdb' },
      fields: { matches_total: 0 },
    })
    await sampleOnce(alertlog, at.session, { memory: first.memory })
    expect(at.session.sent).toHaveLength(1)
  })

  test.each([
    ['11g', 'Tue Nov 22 10:11:12 2026'],
    ['11g with a zone', 'Tue Nov  2 10:11:12 CST 2026'],
    ['12.2', '2026-11-22T10:11:12.123456+08:00'],
  ])('gives codes and events of %s', async (_note, head) => {
    await using at = await setUp()
    const { memory } = await sampleOnce(alertlog, at.session)
    await at.logs.append(
      'alert_hcdb1.log',
      `${head}\nErrors in file /u01/x.trc  (incident=1):\nORA-00600: internal error code, arguments: [kdsgrp1]\nHCPDB(3):ORA-1652: unable to extend temp segment\n${NEXT}`,
    )
    const run = await sampleOnce(alertlog, at.session, { memory })
    expect(counts(run)).toEqual({ 'ORA-00600': 1, 'ORA-01652': 1 })
    expect(run.events).toHaveLength(1)
    expect(run.events[0]).toMatchObject({
      kind: 'log',
      body: {
        instance: 'hcdb1',
        rules: ['ORA-00600', 'ORA-01652'],
        file: at.logs.path('alert_hcdb1.log'),
      },
    })
    expect(JSON.stringify(run.events[0]?.body)).toContain(head)
  })

  test('says how many errors the last ten minutes had', async () => {
    await using at = await setUp()
    const { memory } = await sampleOnce(alertlog, at.session)
    await at.logs.append('alert_hcdb1.log', `Tue Nov 22 10:11:12 2026\nORA-01578: corrupt\n${NEXT}`)
    const recentAt = async (timeMs: number) => {
      const { samples } = await sampleOnce(alertlog, at.session, { memory, timeMs })
      return samples.find(({ tags }) => tags['code'] === 'ORA-01578')?.fields['matches_10m']
    }
    expect(await recentAt(0)).toBe(1)
    expect(await recentAt(599_999)).toBe(1)
    expect(await recentAt(600_000)).toBe(0)
  })

  test('sends no text where the site wants none', async () => {
    await using at = await setUp()
    const { memory } = await sampleOnce(alertlog, at.session)
    await at.logs.append('alert_hcdb1.log', `Tue Nov 22 10:11:12 2026\nORA-01578: corrupt\n${NEXT}`)
    const options = { excerpt: false }
    const { events } = await sampleOnce(alertlog, at.session, { memory, options })
    const file = at.logs.path('alert_hcdb1.log')
    expect(events.map(({ body }) => body)).toEqual([
      { instance: 'hcdb1', file, rules: ['ORA-01578'] },
    ])
  })

  test('is read while the database is down, where it said earlier where it is', async () => {
    await using at = await setUp()
    await sampleOnce(alertlog, at.session)
    const down = await at.restart(new ProbeError('NOT_ANSWERING', 'down'))
    await at.logs.append('alert_hcdb1.log', `Tue Nov 22 10:11:12 2026\nORA-01578: corrupt\n${NEXT}`)
    expect(counts(await sampleOnce(alertlog, down))).toEqual({ 'ORA-01578': 1 })
    await down.alertLog.files[Symbol.asyncDispose]()
  })

  test('that nobody named is not looked for while the database is down', async () => {
    const session = new AnsweringOracle(oracleFacts(), {
      'oracle.alertlog.place': new ProbeError('NOT_ANSWERING', 'down'),
    })
    await expect(sampleOnce(alertlog, session)).rejects.toThrow('down')
  })

  test('of agent.yaml needs no statement', async () => {
    await using at = await setUp({ file: 'other.log' })
    at.session.alertLog = { ...at.session.alertLog, path: at.logs.path('other.log') }
    await sampleOnce(alertlog, at.session)
    expect(at.session.sent).toEqual([])
  })

  test('never makes more than 200 codes, however many it holds', async () => {
    await using at = await setUp()
    const { memory } = await sampleOnce(alertlog, at.session)
    const lines = Array.from(
      { length: 400 },
      (_, n) => `Tue Nov 22 10:11:12 2026\nORA-${20_000 + n}: x\n`,
    )
    await at.logs.append('alert_hcdb1.log', lines.join('') + NEXT)
    const run = await sampleOnce(alertlog, at.session, { memory })
    const codes = run.samples.filter(({ measurement }) => measurement === 'oracle_alertlog')
    expect(codes).toHaveLength(200)
    expect(counts(run)['other']).toBe(400 - 190)
    expect(run.events).toHaveLength(20)
  })

  test.each(['ORA-', 'ORA-123456', 'XORA-00600', 'ora-00600', 'ORA-00A00'])(
    'takes “%s” for no code',
    async (text) => {
      await using at = await setUp()
      const { memory } = await sampleOnce(alertlog, at.session)
      await at.logs.append('alert_hcdb1.log', `Tue Nov 22 10:11:12 2026\n${text}\n${NEXT}`)
      expect(counts(await sampleOnce(alertlog, at.session, { memory }))).toEqual({})
    },
  )
})

describe('V$DIAG_ALERT_EXT', () => {
  const row = (id: number, text: string) => ({
    RECORD_ID: id,
    WRITTEN_AT: '2026-11-22 10:11:12.123 +08:00',
    MESSAGE_TEXT: text,
  })

  test('is asked once a minute where the file is not here, and each row counts once', async () => {
    await using at = await setUp({ file: 'other.log' })
    at.entries.push(row(1, 'ORA-00600: before'))
    const first = await sampleOnce(alertlog, at.session)
    expect(first.remarks[0]?.en).toMatch(
      /alert_hcdb1.log is not on this machine; V\$DIAG_ALERT_EXT/,
    )
    expect(counts(first)).toEqual({})
    at.entries.push(row(2, 'Errors in file x\nORA-00600: now\n'))
    const early = await sampleOnce(alertlog, at.session, {
      memory: first.memory,
      monotonicMs: 30_000,
    })
    expect(at.session.sent).toHaveLength(2)
    const second = await sampleOnce(alertlog, at.session, {
      memory: early.memory,
      monotonicMs: 60_000,
      options: { excerpt: false },
    })
    expect(second.events[0]?.body).not.toHaveProperty('text')
    expect(at.session.sent.at(-1)?.binds).toEqual([90])
    expect(counts(second)).toEqual({ 'ORA-00600': 1 })
    expect(second.events.map(({ key }) => key)).toEqual([
      'alertlog:hcdb1:2026-11-22 10:11:12.123 +08:00:2',
    ])
    const third = await sampleOnce(alertlog, at.session, {
      memory: second.memory,
      monotonicMs: 120_000,
    })
    expect(counts(third)).toEqual({ 'ORA-00600': 1 })
    expect(third.events).toEqual([])
  })

  test('is not there before 12.2', async () => {
    await using at = await setUp({ file: 'other.log', version: '11.2.0.4.0' })
    await expect(sampleOnce(alertlog, at.session)).rejects.toThrow(
      /alert_hcdb1.log is not on this machine, and V\$DIAG_ALERT_EXT is there since 12.2 only/,
    )
  })

  test('is asked where the file may not be read, with the line that makes it readable', async () => {
    await using at = await setUp()
    at.session.alertLog = { ...at.session.alertLog, files: new DeniedFiles(at.logs.root) }
    const { remarks } = await sampleOnce(alertlog, at.session)
    expect(remarks[0]?.en).toMatch(/setfacl -m u:\S+:r '.*alert_hcdb1.log'.*V\$DIAG_ALERT_EXT/)
    expect(remarks[0]?.zh).toContain('setfacl')
    await using old = await setUp({ version: '11.2.0.4.0' })
    old.session.alertLog = { ...old.session.alertLog, files: new DeniedFiles(old.logs.root) }
    await expect(sampleOnce(alertlog, old.session)).rejects.toMatchObject({ code: 'NOT_PERMITTED' })
  })

  test('is spared when it fails: asked again after two minutes, then twice as long each time, up to an hour', async () => {
    await using at = await setUp({ file: 'other.log' })
    const cause = new StatementError('timeout', 'NJS-123', 'call timeout')
    const failing = new AnsweringOracle(oracleFacts(), {
      'oracle.alertlog.place': [{ DIRECTORY: at.logs.root, INSTANCE_NAME: 'hcdb1' }],
      'oracle.alertlog.entries': new ProbeError('DEADLINE', 'not done', { cause }),
    })
    failing.alertLog = at.session.alertLog
    const askedAt: number[] = []
    let memory: unknown
    for (let second = 0; second <= 4 * 3_600; second += 30) {
      const before = failing.sent.length
      const run = await sampleOnce(alertlog, failing, { memory, monotonicMs: second * 1_000 })
      memory = run.memory
      if (failing.sent.slice(before).some(({ statement }) => statement.id.endsWith('entries')))
        askedAt.push(second)
      expect(run.remarks.at(-1)?.en).toMatch(/^not done; V\$DIAG_ALERT_EXT is asked again after/)
      expect(run.samples.at(-1)?.fields).toEqual({ way: 3 })
    }
    const pauses = askedAt.slice(1).map((second, n) => second - (askedAt[n] ?? 0))
    expect(pauses).toEqual([120, 240, 450, 900, 1_770, 3_540, 3_600, 3_600])
  })

  test('asks after a failure for all that was written since it last answered', async () => {
    await using at = await setUp({ file: 'other.log' })
    const first = await sampleOnce(alertlog, at.session)
    const cause = new StatementError('lost', 'ORA-03113', 'end-of-file')
    const failing = new AnsweringOracle(oracleFacts(), {
      'oracle.alertlog.entries': new ProbeError('NOT_ANSWERING', 'lost', { cause }),
    })
    failing.alertLog = at.session.alertLog
    const { memory } = await sampleOnce(alertlog, failing, {
      memory: first.memory,
      monotonicMs: 60_000,
    })
    at.entries.push(row(1, 'ORA-00600: now'))
    const later = await sampleOnce(alertlog, at.session, { memory, monotonicMs: 180_000 })
    expect(at.session.sent.at(-1)?.binds).toEqual([210])
    expect(counts(later)).toEqual({ 'ORA-00600': 1 })
    expect(later.samples.at(-1)?.fields).toEqual({ way: 2 })
  })

  test('a session that can’t be had is the run’s failure, and no pause', async () => {
    await using at = await setUp({ file: 'other.log' })
    const { memory } = await sampleOnce(alertlog, at.session)
    const down = new AnsweringOracle(oracleFacts(), {
      'oracle.alertlog.entries': new ProbeError('NOT_ANSWERING', 'down'),
    })
    down.alertLog = at.session.alertLog
    await expect(sampleOnce(alertlog, down, { memory, monotonicMs: 60_000 })).rejects.toThrow(
      'down',
    )
  })

  test('one count for both ways: file, view, file', async () => {
    await using at = await setUp()
    const { files } = at.session.alertLog
    const start = await sampleOnce(alertlog, at.session)
    const record = (text: string) => `Tue Nov 22 10:11:12 2026\n${text}\n`
    await at.logs.append('alert_hcdb1.log', record('ORA-00600: by the file') + NEXT)
    const byFile = await sampleOnce(alertlog, at.session, { memory: start.memory })
    expect(counts(byFile)).toEqual({ 'ORA-00600': 1 })

    const denied = new DeniedFiles(at.logs.root)
    denied.follow = (name, how) => files.follow(name, how)
    at.session.alertLog = { ...at.session.alertLog, files: denied }
    let { memory } = await sampleOnce(alertlog, at.session, { memory: byFile.memory })
    at.entries.push(row(1, 'ORA-00600: by the view'))
    const byView = await sampleOnce(alertlog, at.session, { memory, monotonicMs: 60_000 })
    expect(counts(byView)).toEqual({ 'ORA-00600': 2 })
    expect(byView.events).toHaveLength(1)

    at.session.alertLog = { ...at.session.alertLog, files }
    memory = byView.memory
    await at.logs.append(
      'alert_hcdb1.log',
      record('ORA-00600: by the view') + record('ORA-01578: after it') + NEXT,
    )
    const again = await sampleOnce(alertlog, at.session, { memory, monotonicMs: 90_000 })
    expect(counts(again)).toEqual({ 'ORA-00600': 2, 'ORA-01578': 1 })
    expect(again.events).toHaveLength(1)

    await at.logs.append('alert_hcdb1.log', record('ORA-00600: anew') + NEXT)
    const last = await sampleOnce(alertlog, at.session, {
      memory: again.memory,
      monotonicMs: 120_000,
    })
    expect(counts(last)).toEqual({ 'ORA-00600': 3, 'ORA-01578': 1 })
  })

  test('what the view counted and the file never shows hides no later error', async () => {
    await using at = await setUp()
    const { files } = at.session.alertLog
    const denied = new DeniedFiles(at.logs.root)
    denied.follow = (name, how) => files.follow(name, how)
    at.session.alertLog = { ...at.session.alertLog, files: denied }
    let { memory } = await sampleOnce(alertlog, at.session)
    at.entries.push(row(1, 'ORA-00600: by the view'))
    ;({ memory } = await sampleOnce(alertlog, at.session, { memory, monotonicMs: 60_000 }))
    at.session.alertLog = { ...at.session.alertLog, files }
    ;({ memory } = await sampleOnce(alertlog, at.session, { memory, monotonicMs: 90_000 }))
    await at.logs.append('alert_hcdb1.log', `Tue Nov 22 10:11:12 2026\nORA-00600: anew\n${NEXT}`)
    const run = await sampleOnce(alertlog, at.session, { memory, monotonicMs: 120_000 })
    expect(counts(run)).toEqual({ 'ORA-00600': 2 })
  })

  test('a log that became readable while the agent was down is read from its end on', async () => {
    await using at = await setUp()
    const memory = { directory: at.logs.path('state'), name: 'x', pausedSinceMs: undefined }
    const denied = new DeniedFiles(at.logs.path('state'))
    const files = new LogFiles({ memory, keepsPlaces: true, clocks: systemClocks })
    denied.follow = (name, how) => files.follow(name, how)
    at.session.alertLog = { ...at.session.alertLog, files: denied }
    await sampleOnce(alertlog, at.session)
    await files[Symbol.asyncDispose]()

    const later = new LogFiles({ memory, keepsPlaces: true, clocks: systemClocks })
    at.session.alertLog = { ...at.session.alertLog, files: later }
    const first = await sampleOnce(alertlog, at.session)
    const second = await sampleOnce(alertlog, at.session, { memory: first.memory })
    expect([counts(first), counts(second)]).toEqual([{}, {}])
    await later[Symbol.asyncDispose]()
  })

  test('takes a row without a text for nothing', async () => {
    await using at = await setUp({ file: 'other.log' })
    const { memory } = await sampleOnce(alertlog, at.session)
    at.entries.push({ RECORD_ID: null, WRITTEN_AT: null, MESSAGE_TEXT: null })
    expect(counts(await sampleOnce(alertlog, at.session, { memory, monotonicMs: 60_000 }))).toEqual(
      {},
    )
  })
})

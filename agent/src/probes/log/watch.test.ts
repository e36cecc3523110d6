import { expect, test } from 'vitest'

import { describeProbe } from '../../testing/describe-probe.ts'
import { LogDirectory } from '../../testing/log-directory.ts'
import { sampleOnce, type SampledRun } from '../../testing/sample-once.ts'
import { makeSourceContext } from '../../testing/source-context.ts'
import { SourceMemory } from '../../source-memory.ts'
import { logSource } from '../../sources/log.ts'
import watch from './watch.ts'

const RULES = [
  { name: 'disk', match: 'I/O error, dev (?<device>\\w+)', severity: 'critical', tags: ['device'] },
  { name: 'refused', match: 'Refused', ignoreCase: true, atLeast: 3 },
]

/** A log with a few lines, and an entry of agent.yaml that watches it. */
async function setUp(options: Record<string, unknown> = {}, text = 'I/O error, dev old\n') {
  const logs = await LogDirectory.open()
  await logs.create('app.log', text)
  await logs.create('state/x')
  const open = async () =>
    logSource.open(
      await makeSourceContext({
        name: 'kernel',
        memory: await SourceMemory.open(logs.path('state'), 'kernel'),
        options: {
          files: [logs.path('app.log')],
          rules: RULES,
          encoding: 'auto',
          pack: 'none',
          excerpt: true,
          maxBytesPerRun: '256MiB',
          ...options,
        },
      }),
    )
  let opened = await open()
  return {
    logs,
    get session() {
      return opened.session
    },
    async restart() {
      await opened[Symbol.asyncDispose]()
      opened = await open()
    },
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]()
      await logs[Symbol.asyncDispose]()
    },
  }
}

function fieldsOf({ samples }: SampledRun, rule: string) {
  return samples.find(
    ({ measurement, tags }) => measurement === 'logwatch' && tags['rule'] === rule,
  )?.fields
}

describeProbe(watch, {
  open: () => setUp(),
})

test('counts what the rules find, makes events of it, and counts the values of groups', async () => {
  await using at = await setUp()
  expect(fieldsOf(await sampleOnce(watch, at.session), 'disk')).toEqual({
    matches_total: 0,
    matches_10m: 0,
    alarm: 0,
  })
  await at.logs.append(
    'app.log',
    'fine\nblk: I/O error, dev sdb, password=tiger\nREFUSED x\nfine\n',
  )
  const run = await sampleOnce(watch, at.session, { timeMs: 1_000 })
  expect(fieldsOf(run, 'disk')).toEqual({ matches_total: 1, matches_10m: 1, alarm: 3 })
  expect(fieldsOf(run, 'refused')).toEqual({ matches_total: 1, matches_10m: 1, alarm: 0 })
  expect(fieldsOf(run, '')).toEqual({
    lag_bytes: 0,
    lines_total: 4,
    cut_lines_total: 0,
    lost_files_total: 0,
    events_left_out_total: 0,
  })
  const file = at.logs.path('app.log')
  expect(run.samples.filter(({ measurement }) => measurement === 'logwatch_value')).toEqual([
    {
      measurement: 'logwatch_value',
      tags: { file, instance: 'kernel', rule: 'disk', group: 'device', value: 'sdb' },
      fields: { matches_total: 1, matches_10m: 1 },
    },
  ])
  expect(run.events.map(({ kind, body }) => ({ kind, body }))).toEqual([
    {
      kind: 'log',
      body: {
        log: 'kernel',
        file,
        rules: ['disk'],
        severity: 'critical',
        groups: { device: 'sdb' },
        text: 'blk: I/O error, dev sdb, password=***',
      },
    },
    {
      kind: 'log',
      body: { log: 'kernel', file, rules: ['refused'], severity: 'warning', text: 'REFUSED x' },
    },
  ])
})

test('is quiet again after ten minutes, and raises an alarm at the number that the rule says', async () => {
  await using at = await setUp()
  await sampleOnce(watch, at.session)
  await at.logs.append('app.log', 'refused\nrefused\nrefused\n')
  expect(fieldsOf(await sampleOnce(watch, at.session), 'refused')).toMatchObject({
    matches_10m: 3,
    alarm: 2,
  })
  expect(fieldsOf(await sampleOnce(watch, at.session, { timeMs: 600_000 }), 'refused')).toEqual({
    matches_total: 3,
    matches_10m: 0,
    alarm: 0,
  })
})

test('knows after a restart what the last ten minutes had, and tells nothing twice', async () => {
  await using at = await setUp()
  await sampleOnce(watch, at.session)
  await at.logs.append('app.log', 'I/O error, dev sdb\n')
  await sampleOnce(watch, at.session)
  await at.restart()
  await at.logs.append('app.log', 'I/O error, dev sdc\n')
  const run = await sampleOnce(watch, at.session, { timeMs: 60_000 })
  expect(fieldsOf(run, 'disk')).toEqual({ matches_total: 2, matches_10m: 2, alarm: 3 })
  expect(run.events.map(({ body }) => body)).toMatchObject([{ groups: { device: 'sdc' } }])
})

test('bounds the values of a group', async () => {
  await using at = await setUp()
  await sampleOnce(watch, at.session)
  const lines = Array.from({ length: 30 }, (_, n) => `I/O error, dev sd${n}\n`)
  await at.logs.append('app.log', lines.join(''))
  const { samples, events } = await sampleOnce(watch, at.session)
  const values = samples.filter(({ measurement }) => measurement === 'logwatch_value')
  expect(values).toHaveLength(21)
  expect(values.find(({ tags }) => tags['value'] === 'other')?.fields['matches_total']).toBe(10)
  expect(events).toHaveLength(20)
})

test('sends no text and no groups where the site wants none', async () => {
  await using at = await setUp({ excerpt: false })
  await sampleOnce(watch, at.session)
  await at.logs.append('app.log', 'I/O error, dev sdb\n')
  const { events } = await sampleOnce(watch, at.session)
  expect(events.map(({ body }) => body)).toEqual([
    { log: 'kernel', file: at.logs.path('app.log'), rules: ['disk'], severity: 'critical' },
  ])
})

test('reads GBK by the same rules, line by line beside UTF-8', async () => {
  await using at = await setUp({ rules: [{ name: 'grave', match: '严重(?:错误)?' }] }, 'old\n')
  await sampleOnce(watch, at.session)
  const gbk = Buffer.from([0xd1, 0xcf, 0xd6, 0xd8, 0x0a])
  await at.logs.append('app.log', Buffer.concat([Buffer.from('级别：严重\n一般\n'), gbk]))
  expect(fieldsOf(await sampleOnce(watch, at.session), 'grave')).toMatchObject({ matches_total: 2 })
})

test('says what a rule without a fixed text costs, and follows it all the same', async () => {
  await using at = await setUp({ rules: [{ name: 'any', match: '\\d{3}' }, ...RULES] })
  await sampleOnce(watch, at.session)
  await at.logs.append('app.log', '12\n123\nI/O error, dev sdb\n')
  const run = await sampleOnce(watch, at.session)
  expect(run.remarks.map(({ en }) => en)).toEqual([
    expect.stringContaining('rule "any" has no fixed text'),
  ])
  expect([fieldsOf(run, 'any'), fieldsOf(run, 'disk')]).toMatchObject([
    { matches_total: 1 },
    { matches_total: 1 },
  ])
})

test('keeps the records of a pack together, and takes rules of its own beside it', async () => {
  const options = {
    pack: 'oracle',
    without: ['other ORA- error'],
    rules: [{ name: 'mine', match: 'Starting up' }],
  }
  await using at = await setUp(options, '2026-11-22T10:00:00.000000+08:00\nold\n')
  await sampleOnce(watch, at.session)
  await at.logs.append(
    'app.log',
    '2026-11-22T10:11:12.000000+08:00\nErrors in file /u01/x.trc:\nORA-00600: internal error\nORA-12345: x\n2026-11-22T10:11:13.000000+08:00\nStarting up\n',
  )
  await sampleOnce(watch, at.session)
  const run = await sampleOnce(watch, at.session)
  expect(fieldsOf(run, 'ORA-00600')).toEqual({ matches_total: 1, matches_10m: 1, alarm: 3 })
  expect(fieldsOf(run, 'mine')).toMatchObject({ matches_total: 1 })
  expect(fieldsOf(run, 'other ORA- error')).toBeUndefined()
})

test('goes on with the others where one log is not there, and with none says so', async () => {
  await using at = await setUp()
  const paths = [at.logs.path('none.log'), at.logs.path('app.log')]
  await using two = await setUp({ files: paths })
  const run = await sampleOnce(watch, two.session)
  expect(fieldsOf(run, 'disk')).toBeDefined()
  expect(run.remarks.map(({ en }) => en)).toEqual([`no ${paths[0]}`])
  await using none = await setUp({ files: [at.logs.path('none.log')] })
  await expect(sampleOnce(watch, none.session)).rejects.toThrow('no ')
})

test('reads no more in one run than it may, and says what is left', async () => {
  await using at = await setUp({ maxBytesPerRun: '1MB' })
  await sampleOnce(watch, at.session)
  await at.logs.append('app.log', 'x'.repeat(99).concat('\n').repeat(20_000))
  const run = await sampleOnce(watch, at.session)
  const lag = fieldsOf(run, '')?.['lag_bytes'] ?? 0
  expect(lag).toBeGreaterThan(500_000)
  expect(lag).toBeLessThan(1_000_001)
})

import { expect, test } from 'vitest'

import { NoDataError } from '../../probe.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { sampleOnce, type SampledRun } from '../../testing/sample-once.ts'
import { TomcatLogBench } from '../../testing/tomcat-logs.ts'
import log from './log.ts'

const OLD = '22-Nov-2026 10:00:00.000 SEVERE [main] old\n'
const MEMORY = `22-Nov-2026 10:11:12.123 SEVERE [http-nio-8080-exec-1] org.apache.X handler failed
java.lang.OutOfMemoryError: Java heap space
\tat com.example.A.run(A.java:1)
Caused by: java.lang.IllegalStateException: password=tiger
\tat com.example.B.run(B.java:2)
`
const NEXT = '22-Nov-2026 10:11:13.000 INFO [main] next\n'

describeProbe(log, {
  open: () => TomcatLogBench.open({ 'catalina.out': OLD, 'localhost.2026-11-22.log': OLD }),
})

function matches({ samples }: SampledRun, name: string): Record<string, number | undefined> {
  const rows = samples.filter(
    ({ tags }) => tags['file']?.endsWith(name) === true && tags['rule'] !== '',
  )
  return Object.fromEntries(
    rows.map(({ tags, fields }) => [tags['rule'] ?? '', fields['matches_total']]),
  )
}

test('counts a trace once for each rule, as one event with its first lines and no secret', async () => {
  await using at = await TomcatLogBench.open({ 'catalina.out': OLD })
  await sampleOnce(log, at.session)
  await at.logs.append('catalina.out', MEMORY + NEXT)
  const run = await sampleOnce(log, at.session)
  expect(matches(run, 'catalina.out')).toEqual({
    SEVERE: 1,
    OutOfMemoryError: 1,
    Exception: 1,
    'Too many open files': 0,
    STUCK: 0,
  })
  expect(run.events).toHaveLength(1)
  expect(run.events[0]).toMatchObject({
    kind: 'log',
    body: {
      instance: 'his',
      file: at.logs.path('catalina.out'),
      rules: ['SEVERE', 'OutOfMemoryError', 'Exception'],
      severity: 'critical',
      text: MEMORY.trimEnd().replace('tiger', '***'),
    },
  })
})

test('says what the last ten minutes had, and how much it matters', async () => {
  await using at = await TomcatLogBench.open({ 'catalina.out': OLD })
  await sampleOnce(log, at.session)
  await at.logs.append('catalina.out', MEMORY + NEXT)
  const fieldsAt = async (timeMs: number) => {
    const { samples } = await sampleOnce(log, at.session, { timeMs })
    return samples.find(({ tags }) => tags['rule'] === 'OutOfMemoryError')?.fields
  }
  expect(await fieldsAt(60_000)).toEqual({ matches_total: 1, matches_10m: 1, alarm: 3 })
  expect(await fieldsAt(599_999)).toMatchObject({ matches_10m: 1, alarm: 3 })
  expect(await fieldsAt(660_000)).toEqual({ matches_total: 1, matches_10m: 0, alarm: 0 })
})

test('without excerpts an event says which rules matched, and no text leaves', async () => {
  await using at = await TomcatLogBench.open({ 'catalina.out': OLD })
  await sampleOnce(log, at.session)
  await at.logs.append('catalina.out', MEMORY + NEXT)
  const { events } = await sampleOnce(log, at.session, { options: { excerpt: false } })
  expect(events.map(({ body }) => body)).toEqual([
    {
      instance: 'his',
      file: at.logs.path('catalina.out'),
      rules: ['SEVERE', 'OutOfMemoryError', 'Exception'],
      severity: 'critical',
    },
  ])
})

test.each([
  ['严重', '22-十一月-2026 10:11:12.123 严重 [main] org.apache.X 出错', 'SEVERE'],
  ['a second line', 'Nov 22, 2026 10:11:12 AM org.apache.X start\nSEVERE: wrong', 'SEVERE'],
  [
    'files',
    '22-Nov-2026 10:11:12.123 WARNING [a] java.io.IOException: Too many open files',
    'Too many open files',
  ],
  [
    '文件',
    '22-Nov-2026 10:11:12.123 WARNING [a] java.io.IOException: 打开的文件过多',
    'Too many open files',
  ],
  [
    'a stuck thread',
    '22-Nov-2026 10:11:12.123 WARNING [a] org.apache.catalina.valves.StuckThreadDetectionValve.notifyStuckThreadDetected Thread [x] (id=[3]) has been active for [60,000] milliseconds\njava.lang.Throwable\n\tat a.B.c(B.java)',
    'STUCK',
  ],
  [
    'an indented trace',
    '22-Nov-2026 10:11:12.123 WARNING [a] x\n\tjava.sql.SQLException: ORA-1\nORA-06512: at line 1\n\t\tat a.B.c(B.java)',
    'Exception',
  ],
  [
    'a trace alone',
    'java.sql.SQLException: ORA-1\nORA-06512: at line 1\n\n\tat a.B.c(B.java)',
    'Exception',
  ],
])('finds %s', async (_note, text, rule) => {
  await using at = await TomcatLogBench.open({ 'catalina.out': OLD })
  await sampleOnce(log, at.session)
  await at.logs.append('catalina.out', `${text}\n${NEXT}`)
  const found = Object.entries(matches(await sampleOnce(log, at.session), 'catalina.out'))
  expect(found.filter(([, count]) => count === 1).map(([name]) => name)).toEqual([rule])
})

test('takes an exception that is only mentioned for no trace', async () => {
  await using at = await TomcatLogBench.open({ 'catalina.out': OLD })
  await sampleOnce(log, at.session)
  await at.logs.append('catalina.out', `${NEXT}java.lang.Error: x\n${NEXT}`)
  expect(matches(await sampleOnce(log, at.session), 'catalina.out')['Exception']).toBe(0)
})

test('tells a record after which nothing comes one run later', async () => {
  await using at = await TomcatLogBench.open({ 'catalina.out': OLD })
  await sampleOnce(log, at.session)
  await at.logs.append('catalina.out', MEMORY)
  expect((await sampleOnce(log, at.session)).events).toHaveLength(0)
  expect((await sampleOnce(log, at.session)).events).toHaveLength(1)
})

test('reads what failed in servlets from the file of its day, and the next day’s', async () => {
  await using at = await TomcatLogBench.open({
    'catalina.2026-11-22.log': OLD,
    'localhost.2026-11-22.log': OLD,
  })
  await sampleOnce(log, at.session)
  await at.logs.append('localhost.2026-11-22.log', MEMORY)
  await at.logs.create('localhost.2026-11-23.log', MEMORY.replace('22-Nov', '23-Nov'))
  for (const _ of [1, 2, 3]) await sampleOnce(log, at.session)
  const run = await sampleOnce(log, at.session)
  expect(matches(run, 'localhost.*.log')['OutOfMemoryError']).toBe(2)
  expect(matches(run, 'catalina.*.log')['SEVERE']).toBe(0)
})

test('does not count twice what stands in catalina.out and in catalina.DATE.log', async () => {
  await using at = await TomcatLogBench.open({
    'catalina.out': OLD,
    'catalina.2026-11-22.log': OLD,
  })
  const { samples } = await sampleOnce(log, at.session)
  expect(new Set(samples.map(({ tags }) => tags['file']))).toEqual(
    new Set([at.logs.path('catalina.out')]),
  )
})

test('makes a bounded number of events of a storm, and counts all of it', async () => {
  await using at = await TomcatLogBench.open({ 'catalina.out': OLD })
  await sampleOnce(log, at.session)
  await at.logs.append('catalina.out', MEMORY.repeat(500) + NEXT)
  const run = await sampleOnce(log, at.session)
  expect(run.events).toHaveLength(20)
  expect(new Set(run.events.map(({ key }) => key)).size).toBe(20)
  expect(matches(run, 'catalina.out')['Exception']).toBe(500)
  const whole = run.samples.find(({ tags }) => tags['rule'] === '')
  expect(whole?.fields).toMatchObject({ events_left_out_total: 480, lag_bytes: 0 })
})

test('has no data without a log, or without a place to look', async () => {
  await using at = await TomcatLogBench.open({})
  await expect(sampleOnce(log, at.session)).rejects.toThrow(NoDataError)
  await using nowhere = await TomcatLogBench.open({ 'logs/other.txt': '' }, { atBase: true })
  await expect(sampleOnce(log, nowhere.session)).rejects.toThrow('logs/catalina.out')
})

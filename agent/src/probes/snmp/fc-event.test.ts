import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { toEvent } from '../../sources/snmp/brocade/event-log.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { RecordedDevice } from '../../testing/recorded-device.ts'
import { readRecorded } from '../../testing/recorded-walk.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { brocadeWalk, eventLines } from '../../testing/snmp-walks/brocade-walk.ts'
import fcEvent from './fc-event.ts'

type Row = readonly [number, string, number, string]

const EVENTS = '1.3.6.1.4.1.1588.2.1.1.1.8.5.1'
const SYSTEM = '1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.1588.2.1.1.1'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fc-event-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

/** Polls a switch whose log has these rows; what is kept is in `directory`. */
async function poll(rows: readonly Row[], memory?: unknown, atMs = 0) {
  const device = new RecordedDevice(`${SYSTEM}\n${eventLines(rows)}`, 'san-a', directory)
  const run = await sampleOnce(fcEvent, device, { memory, monotonicMs: atMs })
  const counts = Object.fromEntries(run.samples.map(({ tags, fields }) => [tags['level'], fields]))
  return { ...run, counts, texts: run.events.map(({ body }) => Object(body).text) }
}

const row = (index: number, minute: number, level = 4): Row => [
  index,
  `2026/03/01-08:${String(minute).padStart(2, '0')}:00`,
  level,
  `TEST-${1000 + index} at ${minute}`,
]

describeProbe(fcEvent, { open: () => Promise.resolve(new RecordedDevice(brocadeWalk())) })

test('gives what the log holds as events, and counts only what comes later', async () => {
  const device = new RecordedDevice(brocadeWalk(), 'san-a', directory)
  const { events, samples } = await sampleOnce(fcEvent, device)
  expect(events).toEqual([
    {
      kind: 'log',
      key: 'raslog:10:00:00:05:33:aa:bb:cc:2026/03/01-08:00:20:1',
      body: {
        file: 'RASLOG',
        level: 'info',
        switchTime: '2026/03/01-08:00:20',
        index: 1,
        text: 'HAM-1004 Processor rebooted - Reset.',
        id: 'HAM-1004',
        repeats: 1,
      },
    },
    expect.objectContaining({
      key: 'raslog:10:00:00:05:33:aa:bb:cc:2026/03/01-09:10:11:2',
      body: expect.objectContaining({ level: 'warning', id: 'FW-1424' }),
    }),
  ])
  expect(samples.map(({ fields }) => fields['count_total'])).toEqual([0, 0, 0, 0, 0, 0])
})

test('goes on after the last entry, over a restart of the agent and over gaps', async () => {
  await poll([row(1, 1)])
  const second = await poll([row(1, 1), row(2, 2, 1), row(7, 3, 2)])
  expect(second.texts).toEqual(['TEST-1002 at 2', 'TEST-1007 at 3'])
  expect(second.counts).toMatchObject({
    critical: { count_total: 1, count_10m: 1 },
    error: { count_total: 1, count_10m: 1 },
    warning: { count_total: 0, count_10m: 0 },
  })
  const third = await poll([row(1, 1), row(2, 2), row(7, 3), row(8, 4, 3)])
  expect(third.texts).toEqual(['TEST-1008 at 4'])
  expect(third.counts).toMatchObject({
    critical: { count_total: 1, count_10m: 0 },
    warning: { count_total: 1, count_10m: 1 },
  })
})

test('forgets entries of 10 minutes when they are older', async () => {
  const first = await poll([row(1, 1)])
  const rows = [row(1, 1), row(2, 2, 1)]
  const second = await poll(rows, first.memory, 60_000)
  expect((await poll(rows, second.memory, 600_000)).counts).toMatchObject({
    critical: { count_10m: 1 },
  })
  expect((await poll(rows, second.memory, 660_001)).counts).toMatchObject({
    critical: { count_total: 1, count_10m: 0 },
  })
})

test('takes what is newer where the log was cleared and counts from 1 again', async () => {
  await poll([row(1, 1), row(2, 2), row(3, 3)])
  expect((await poll([row(1, 9), row(2, 10)])).texts).toEqual(['TEST-1001 at 9', 'TEST-1002 at 10'])
  expect((await poll([row(1, 9), row(2, 10)])).texts).toEqual([])
})

test('takes what is newer where a full log moves its entries', async () => {
  await poll([row(1, 1), row(2, 2), row(3, 3)])
  const moved: Row[] = [
    [1, row(2, 2)[1], 4, row(2, 2)[3]],
    [2, row(3, 3)[1], 4, row(3, 3)[3]],
    [3, row(9, 4)[1], 4, 'NEW-1001 one'],
  ]
  expect((await poll(moved)).texts).toEqual(['NEW-1001 one'])
})

test('finds an entry behind a wide gap by the number of entries', async () => {
  await poll([row(1, 1)])
  expect((await poll([row(1, 1), row(90, 5)])).texts).toEqual(['TEST-1090 at 5'])
})

test('takes a storm in parts and loses none', async () => {
  const storm = Array.from({ length: 450 }, (_, at) => row(at + 2, 2 + Math.floor(at / 10)))
  await poll([row(1, 1)])
  const lengths: number[] = []
  for (let run = 0; run < 4; run++) lengths.push((await poll([row(1, 1), ...storm])).events.length)
  expect(lengths).toEqual([200, 200, 50, 0])
  expect((await poll([row(1, 1), ...storm])).counts).toMatchObject({ info: { count_total: 450 } })
})

test('an empty log is no failure, and what is kept may be rubbish', async () => {
  expect((await poll([])).events).toEqual([])
  await poll([row(1, 1)])
  await writeFile(join(directory, 'snmp-fc-events/san-a.json'), '{"place": {}, "counts": {}}')
  expect((await poll([row(1, 1)])).events).toHaveLength(1)
})

test('a level that is not in the MIB is unknown', async () => {
  expect((await poll([row(1, 1, 9)])).events[0]?.body).toMatchObject({ level: 'unknown' })
})

test('reads the log of a recorded switch', async (context) => {
  const walk = readRecorded(context, 'snmp-fc/brocade_fos702c_48p.snmprec')
  const device = new RecordedDevice(walk, 'san-a', directory)
  const { events } = await sampleOnce(fcEvent, device)
  expect(events).toHaveLength(200)
  expect(new Set(events.map(({ key }) => key)).size).toBe(200)
  expect(events.at(-1)).toMatchObject({
    key: 'raslog:10:00:c4:f5:7c:2b:45:40:2017/10/27-06:29:18:307',
    body: { level: 'info', id: 'SEC-1193', index: 307 },
  })
  device.set(`${EVENTS}.2.309`, Buffer.from('2017/11/18-00:00:01'))
  device.set(`${EVENTS}.5.309`, Buffer.from('PS-1000 gone'))
  device.set(`${EVENTS}.3.309`, 1)
  const later = await sampleOnce(fcEvent, device)
  expect(later.events.map(({ body }) => body)).toMatchObject([{ level: 'critical', index: 309 }])
})

test('whatever an entry is made of, it is printable and bounded or left out', () => {
  const value = fc.oneof(fc.integer(), fc.uint8Array({ maxLength: 3000 }), fc.string())
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), value)), (columns) => {
      const values = new Map(columns)
      const event = toEvent(1, (column) => values.get(column))
      if (event === undefined) return
      expect(event.message).not.toMatch(/\p{Cc}/u)
      expect(event.message.length).toBeLessThanOrEqual(1024)
      if (event.level === 'info') expect(values.get(3)).toBe(4)
    }),
  )
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

import { SourceMemory } from '../../source-memory.ts'
import { MAX_SAMPLES_PER_RUN } from '../../limits.ts'
import records from '../../probes/traps/records.ts'
import { ManualTime } from '../../testing/manual-time.ts'
import { sampleOnce, type SampledRun } from '../../testing/sample-once.ts'
import { TRAP_RULES } from '../traps/trap-rules.ts'
import { ReceiverMemory } from './receiver-memory.ts'
import { RecordIntake } from './record-intake.ts'

const DEVICES = 1_000
const RULES = TRAP_RULES.map(({ name }) => name)

function freshDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'wardround-receiver-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return directory
}

/** A receiver without sockets, for as many devices as agent.yaml takes. */
async function open(directory = freshDirectory(), keepsPlaces = true) {
  const time = new ManualTime()
  const devices = new Map(
    Array.from({ length: DEVICES }, (_, at) => [addressOf(at), `fcsw${at}`] as const),
  )
  const intake = new RecordIntake({ devices, ratePerSecond: 20, repeatWithinMs: 60_000 }, time)
  const keeping = { memory: await SourceMemory.open(directory, 'traps'), keepsPlaces }
  const memory = await ReceiverMemory.open(keeping, intake, RULES)
  const run = () => sampleOnce(records, { intake, memory, ports: [] }, { timeMs: time.nowMs() })
  const take = (device: number, ...rules: string[]) =>
    intake.take(addressOf(device), { body: { text: 'x' }, text: `${device}`, rules })
  return { time, intake, memory, run, take }
}

const addressOf = (at: number) => `10.0.${at >> 8}.${at & 255}`

const rowsOf = ({ samples }: SampledRun) =>
  samples.filter(({ measurement }) => measurement === 'logwatch')

const countOf = ({ samples }: SampledRun) =>
  samples.reduce((sum, { fields }) => sum + Object.keys(fields).length, 0)

test('devices that say nothing cost nothing', async () => {
  const { run } = await open()
  expect((await run()).samples.map(({ measurement }) => measurement)).toEqual(['log_receiver'])
})

test('what a rule found is a series of its device; of unknown senders together, of this host', async () => {
  const { run, take, time } = await open()
  take(7, 'swFault')
  take(DEVICES + 1, 'linkUp')
  expect(rowsOf(await run())).toEqual([
    {
      measurement: 'logwatch',
      tags: { file: 'trap/*', rule: 'linkUp' },
      fields: { matches_total: 1, matches_10m: 1, alarm: 1 },
    },
    {
      measurement: 'logwatch',
      subject: 'fcsw7',
      tags: { file: 'trap', rule: 'swFault' },
      fields: { matches_total: 1, matches_10m: 1, alarm: 3 },
    },
  ])
  await time.pass(11 * 60_000)
  expect(rowsOf(await run()).map(({ fields }) => fields)).toEqual([
    { matches_total: 1, matches_10m: 0, alarm: 0 },
    { matches_total: 1, matches_10m: 0, alarm: 0 },
  ])
})

test('where every rule matched in a thousand devices, each run has its bound and each row its turn within a minute', async () => {
  const { run, take, time } = await open()
  for (let device = 0; device < DEVICES; device++) take(device, ...RULES)
  const seen = new Set<string>()
  for (let runs = 0; runs < 12; runs++) {
    const sampled = await run()
    expect(countOf(sampled)).toBeLessThanOrEqual(MAX_SAMPLES_PER_RUN)
    for (const { subject, tags } of rowsOf(sampled)) seen.add(`${subject} ${tags['rule']}`)
    await time.pass(5_000)
  }
  expect(seen.size).toBe(DEVICES * RULES.length)
  take(999, 'swFault')
  const alarm = rowsOf(await run()).find(({ fields }) => fields['matches_total'] === 2)
  expect(alarm).toMatchObject({ subject: 'fcsw999', tags: { rule: 'swFault' } })
})

test('after a restart an alarm that was on falls back to quiet', async () => {
  const directory = freshDirectory()
  const before = await open(directory)
  before.take(7, 'swFault')
  await before.run()
  const after = await open(directory)
  expect(rowsOf(await after.run())).toMatchObject([
    { subject: 'fcsw7', tags: { rule: 'swFault' }, fields: { alarm: 0 } },
  ])
})

test('what was taken and not sent at the stop is sent after it, once, with its repeats', async () => {
  const directory = freshDirectory()
  const before = await open(directory)
  for (let n = 0; n < 3; n++) before.take(7, 'swFault')
  for (let device = 0; device < 400; device++) before.take(DEVICES + device)
  await before.memory.close()
  const after = await open(directory)
  const { events } = await after.run()
  expect(events).toHaveLength(250)
  expect(events[0]).toMatchObject({ about: { subject: 'fcsw7' }, body: { text: 'x' } })
  expect(events[1]).toMatchObject({ about: { subject: 'fcsw7' }, body: { repeats: 2 } })
  expect((await after.run()).events).toHaveLength(152)
  expect((await (await open(directory)).run()).events).toEqual([])
})

test('a command beside the agent takes nothing away from it', async () => {
  const directory = freshDirectory()
  const before = await open(directory)
  before.take(7, 'swFault')
  await before.memory.close()
  await open(directory, false)
  expect((await (await open(directory)).run()).events).toHaveLength(1)
})

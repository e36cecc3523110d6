import { expect, test } from 'vitest'

import { ProbeError } from '../../probe.ts'
import { ManualTime } from '../../testing/manual-time.ts'
import { BackupSession, type CopiesEvidence, type EvidenceReader } from './backup-session.ts'
import { readSchedule } from './backup-schedule.ts'
import type { KeptJob } from './kept-job.ts'
import { Lane } from './lane.ts'
import { PatientReader } from './patient-reader.ts'

const NOW = Date.parse('2026-11-22T10:00:00Z')
const GOOD: CopiesEvidence = new Map([
  ['1', { runs: [{ id: 'a', outcome: 'ok', endMs: NOW - 3_600_000 }] }],
])

/** A stand-in for what is looked at: answers what the test says, or nothing until then. */
class Looked implements EvidenceReader {
  answer: () => Promise<CopiesEvidence> = async () => GOOD
  asked = 0

  read(): Promise<CopiesEvidence> {
    this.asked++
    return this.answer()
  }

  [Symbol.dispose](): void {}
}

function openJob() {
  const looked = new Looked()
  const time = new ManualTime(NOW)
  let kept: KeptJob | undefined
  let writes = 0
  const disk = { isFull: false, written: undefined as KeptJob | undefined }
  const file = {
    read: async () => kept,
    write: async (value: KeptJob) => {
      kept = value
      writes++
      if (!disk.isFull) disk.written = value
      return !disk.isFull
    },
  }
  const spool = {
    reports: [] as unknown[],
    take: async () => ({ reports: spool.reports, forget: async () => void (spool.reports = []) }),
  }
  const session = new BackupSession({
    names: { job: 'his', database: 'his', tool: 'file', kind: 'full' },
    copy: '1',
    hasCopies: false,
    schedule: readSchedule({ schedule: '1d' }),
    reader: new PatientReader(looked, time),
    kept: file,
    spool,
  })
  const status = async (nowMs = NOW) => {
    const { copies, failure } = await session.look(nowMs)
    return { ...copies[0]?.verdict.fields, failure: failure?.message }
  }
  return { looked, time, status, session, disk, spool, writes: () => writes }
}

test('a directory that hangs: missing within the run, not asked again until it comes back', async () => {
  const { looked, time, status } = openJob()
  expect(await status()).toMatchObject({ status: 0, failure: undefined })
  let release = () => {}
  looked.answer = () => new Promise((resolve) => (release = () => resolve(GOOD)))
  const hanging = status(NOW + 60_000)
  await expect.poll(() => looked.asked).toBe(2)
  await time.pass(26_000)
  expect(await hanging).toMatchObject({
    status: 4,
    last_success_age_seconds: 3_660,
    failure: expect.stringContaining('does not answer'),
  })
  expect(await status(NOW + 120_000)).toMatchObject({ status: 4 })
  expect(looked.asked).toBe(2)
  release()
  looked.answer = async () => GOOD
  await expect.poll(() => status(NOW + 180_000)).toMatchObject({ status: 0 })
})

test('what can’t be asked is missing, and nothing is written while nothing is new', async () => {
  const { looked, status, writes } = openJob()
  await status()
  await status(NOW + 60_000)
  expect(writes()).toBe(1)
  looked.answer = () => Promise.reject(new ProbeError('NOT_PERMITTED', 'may not read'))
  expect(await status(NOW + 120_000)).toMatchObject({ status: 4, failure: 'may not read' })
  expect(writes()).toBe(1)
})

const FAILED = { id: 'run-1', status: 'failed', endMs: NOW - 1_000 } as const

test('a report that can’t be written counts, its sender is told, and it is written when that works again', async () => {
  const { session, status, disk, writes } = openJob()
  disk.isFull = true
  await expect(session.report({ report: FAILED })).rejects.toThrow(
    "the report of his counts, but the state directory can't be written",
  )
  expect(await status()).toMatchObject({ status: 3 })
  disk.isFull = false
  await status(NOW + 60_000)
  expect(disk.written?.reports).toEqual([FAILED])
  const before = writes()
  await status(NOW + 120_000)
  expect(writes()).toBe(before)
})

test('reports that were put down stay there until they are written', async () => {
  const { status, disk, spool } = openJob()
  spool.reports = [FAILED, { id: 'no report' }]
  disk.isFull = true
  expect(await status()).toMatchObject({ status: 3 })
  expect(await status(NOW + 60_000)).toMatchObject({ status: 3 })
  expect(spool.reports).toHaveLength(2)
  disk.isFull = false
  expect(await status(NOW + 120_000)).toMatchObject({ status: 3 })
  expect(spool.reports).toEqual([])
  expect(disk.written?.reports).toEqual([FAILED])
})

test('a lane lets so many through, and goes on after one that fails', async () => {
  const lane = new Lane(2)
  const done: number[] = []
  const ends: (() => void)[] = []
  const works = [0, 1, 2, 3].map((at) =>
    lane.run(async () => {
      await new Promise<void>((resolve) => ends.push(resolve))
      done.push(at)
      if (at === 0) throw new Error('failed')
    }),
  )
  const settled = Promise.allSettled(works)
  await expect.poll(() => ends.length).toBe(2)
  ends[0]?.()
  await expect.poll(() => ends.length).toBe(3)
  for (const end of ends) end()
  await expect.poll(() => ends.length).toBe(4)
  ends[3]?.()
  await settled
  expect(done).toHaveLength(4)
})

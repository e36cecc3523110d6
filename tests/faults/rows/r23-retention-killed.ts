import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answerValue } from '../../support/answer-ledger.ts'
import { ChildProgram } from '../../support/child-program.ts'
import {
  receivedAtMs,
  sampleTimeMs,
  STORE_HOSTS,
  STORE_RETENTION,
  STORE_SERIES,
  type StoredPoints,
  type StoreReport,
} from '../../support/store-plan.ts'
import { pass } from '../../support/until.ts'
import { seededRandom, type FaultRow } from '../fault-row.ts'

const MAIN = new URL('../../support/store-main.ts', import.meta.url).pathname
const DAY_MS = 86_400_000
/** Records after the last kill, so that what it left is merged and swept too: a day. */
const AFTER = 288
/** More than retention keeps: something must have been deleted. */
const LEAST = 4 * AFTER
const LONGEST_LIFE_MS = 1_500
const DEADLINE_MS = 400_000

/**
 * The collector's store takes in samples of every five minutes, merges hours and days, rolls up and deletes what is too old, by a clock that runs days in seconds; it
 * is killed again and again and reads on, as the collector's worker does, from where its files say that they end.
 */
export const row: FaultRow = {
  id: 'R23',
  title: 'kill -9 while the store merges hours and days and deletes what is too old',
  shortTrials: 5,
  fullTrials: 50,
  async run({ trials, seed, log }) {
    const random = seededRandom(seed)
    const directory = await mkdtemp(join(tmpdir(), 'wr-'))
    try {
      let reached = 0
      for (let trial = 1; trial <= trials; trial++) {
        const before = reached
        reached = await runUntilKilled(directory, reached, random() * LONGEST_LIFE_MS)
        log(`killed at record ${reached}, after ${reached - before} new ones`)
      }
      const last = Math.max(LEAST, reached + AFTER)
      const points = await runToEnd(directory, reached, last)
      const simulatedDays = (receivedAtMs(last) - receivedAtMs(0)) / DAY_MS
      return { trials, ...check(points, last), measured: { 'simulated days': simulatedDays } }
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  },
}

/** Returns the last record that it told of, or that was told of before. */
async function runUntilKilled(directory: string, reached: number, lifeMs: number): Promise<number> {
  await using program = start(directory, { reached })
  let last = reached
  const begun = Promise.withResolvers<void>()
  program.child.on('message', (report: StoreReport) => {
    if (report.type === 'progress') last = Math.max(last, report.record)
    begun.resolve()
  })
  program.child.once('exit', () => begun.reject(new Error(`it ended by itself: ${program.said()}`)))
  await begun.promise
  await pass(lifeMs)
  await program.kill()
  return last
}

async function runToEnd(
  directory: string,
  reached: number,
  last: number,
): Promise<readonly StoredPoints[]> {
  await using program = start(directory, { reached, last })
  const stored = Promise.withResolvers<readonly StoredPoints[]>()
  const fail = () => stored.reject(new Error(`it did not end in order: ${program.said()}`))
  const timer = setTimeout(fail, DEADLINE_MS)
  program.child.once('exit', fail)
  program.child.on('message', (report: StoreReport) => {
    if (report.type === 'stored') stored.resolve(report.points)
  })
  return await stored.promise.finally(() => clearTimeout(timer))
}

function start(directory: string, plan: { readonly reached: number; readonly last?: number }) {
  return new ChildProgram(MAIN, [JSON.stringify({ directory, ...plan })], { messages: true })
}

/** All that is inside retention is there once; nothing is older than retention and a day. */
function check(
  stored: readonly StoredPoints[],
  last: number,
): { expected: number; lost: number; duplicated: number; violations: string[] } {
  const nowMs = receivedAtMs(last)
  const found = { expected: 0, lost: 0, duplicated: 0, violations: [] as string[] }
  const records = Array.from({ length: last + 1 }, (_, record) => record)
  if (stored.length !== STORE_HOSTS * STORE_SERIES)
    found.violations.push(`${stored.length} series are stored`)
  for (const { host, series, points } of stored) {
    const values = new Map(points.map(([timeMs, value]) => [timeMs, value]))
    found.duplicated += points.length - values.size
    for (const record of records) {
      const timeMs = sampleTimeMs(record)
      const value = values.get(timeMs)
      values.delete(timeMs)
      const isRight = value === answerValue(record + 1, series)
      if (value !== undefined && !isRight)
        found.violations.push(`${host} ${series}: ${value} at record ${record}`)
      if (timeMs < nowMs - STORE_RETENTION.rawMs) {
        if (value !== undefined && timeMs < nowMs - STORE_RETENTION.rawMs - DAY_MS)
          found.violations.push(`${host} ${series}: record ${record} is too old to be there`)
        continue
      }
      found.expected++
      if (value === undefined) found.lost++
    }
    if (values.size > 0)
      found.violations.push(`${host} ${series}: ${values.size} points that nobody wrote`)
  }
  return { ...found, violations: found.violations.slice(0, 20) }
}

import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { OpenBackupJob } from '@wardround/agent/testing'
import { resultOf, seededRandom, type FaultRow } from '../fault-row.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const TRAILER = '-- Dump completed on 2026-11-22  2:00:07\n'
const COMPLETE = 'Job "S"."E" successfully completed at Sun Nov 22 2026 elapsed 0 00:30:00\n'

/** Where one case lies, and its dice. */
interface Site {
  readonly directory: string
  readonly random: () => number
}

/** Says what was forbidden and happened. */
type Case = (site: Site) => Promise<string | undefined>

const CASES: Readonly<Record<string, Case>> = {
  'the log says complete but there is no dump': logWithoutDump,
  'the dump is whole but its job failed': failedBehindTrailer,
  'no file today': noFileToday,
  'a file of the wrong size': wrongSize,
  'a backup host whose clock is ahead': clockAhead,
}

/** What looks like a backup and is none, or comes too late, is never told as a success in time. */
export const row: FaultRow = {
  id: 'D9',
  title: 'backup evidence: complete but failed, no file, wrong size, wrong clock',
  shortTrials: 3,
  fullTrials: 100,
  async run({ trials, seed, log }) {
    const random = seededRandom(seed)
    const violations: string[] = []
    for (let trial = 0; trial < trials; trial++)
      for (const [name, run] of Object.entries(CASES)) {
        const directory = await mkdtemp(join(tmpdir(), 'd9-'))
        await mkdir(join(directory, 'b'))
        const wrong = await run({ directory, random })
        if (wrong !== undefined) violations.push(`${name}: ${wrong}`)
        await rm(directory, { recursive: true, force: true })
      }
    log(`${Object.keys(CASES).length} cases, each ${trials} times`)
    return resultOf(trials, violations)
  },
}

async function put({ directory }: Site, name: string, text: string, atMs: number): Promise<void> {
  const path = join(directory, 'b', name)
  await writeFile(path, text)
  await utimes(path, new Date(atMs), new Date(atMs))
}

function open({ directory }: Site, given: object = {}): Promise<OpenBackupJob> {
  return OpenBackupJob.open(join(directory, 'state'), {
    job: 'his',
    tool: 'file',
    files: [join(directory, 'b', '*.sql')],
    trailer: 'Dump completed on',
    schedule: '1d',
    grace: '2h',
    ...given,
  })
}

type Fields = Readonly<Record<string, number | undefined>>

function expectFields(fields: Fields, expected: Fields): string | undefined {
  const wrong = Object.keys(expected).filter((name) => fields[name] !== expected[name])
  return wrong.length === 0
    ? undefined
    : wrong.map((name) => `${name} is ${fields[name]}, not ${expected[name]}`).join('; ')
}

async function logWithoutDump(site: Site): Promise<string | undefined> {
  const nowMs = Date.now()
  await put(site, 'e.log', COMPLETE, nowMs - HOUR_MS)
  // none, an empty one, or that of another day
  const die = site.random()
  if (die > 0.6) await put(site, 'e.dmp', '', nowMs - HOUR_MS)
  else if (die > 0.3) await put(site, 'e.dmp', 'x', nowMs - (2 + site.random() * 30) * DAY_MS)
  const files = [join(site.directory, 'b', '*.dmp')]
  await using job = await open(site, {
    tool: 'expdp',
    log: join(site.directory, 'b', '*.log'),
    files,
    trailer: undefined,
  })
  return expectFields(await job.fields(nowMs), { status: 3, verified: 0 })
}

async function failedBehindTrailer(site: Site): Promise<string | undefined> {
  const nowMs = Date.now()
  const endMs = nowMs - Math.ceil(site.random() * 20) * HOUR_MS
  const isSeenFirst = site.random() > 0.5
  if (isSeenFirst) await put(site, '1.sql', TRAILER, endMs)
  await using job = await open(site)
  await job.fields(nowMs)
  if (!isSeenFirst) await put(site, '1.sql', TRAILER, endMs)
  const report = { id: 'r', status: 'failed', startMs: endMs - HOUR_MS, endMs: endMs + 1_000 }
  await job.opened.tell?.('backup-report', { source: 'his', report })
  const later = await job.fields(nowMs + 27 * HOUR_MS)
  return expectFields(later, { status: 3, late_periods: 1 })
}

async function noFileToday(site: Site): Promise<string | undefined> {
  const nowMs = Date.now()
  const missed = 1 + Math.floor(site.random() * 6)
  await put(site, '1.sql', TRAILER, nowMs - missed * DAY_MS - 2 * HOUR_MS - 60_000)
  await using job = await open(site)
  return expectFields(await job.fields(nowMs), { status: 0, late_periods: missed })
}

async function wrongSize(site: Site): Promise<string | undefined> {
  const nowMs = Date.now()
  const whole = 'INSERT INTO a VALUES (1);\n'.repeat(200) + TRAILER
  const cut = Math.floor(site.random() * (whole.length - TRAILER.length))
  await put(site, '1.sql', whole.slice(0, cut), nowMs - HOUR_MS)
  await using job = await open(site)
  return expectFields(await job.fields(nowMs), { status: 3, verified: 0 })
}

/** However far ahead: it gets older by our clock from when it was first seen, and is late in time. */
async function clockAhead(site: Site): Promise<string | undefined> {
  const nowMs = Math.floor(Date.now() / 1000) * 1000
  await put(site, '1.sql', TRAILER, nowMs + HOUR_MS + site.random() * 300 * DAY_MS)
  await using job = await open(site)
  const first = await job.fields(nowMs)
  const later = await job.fields(nowMs + 27 * HOUR_MS)
  return (
    expectFields(first, { status: 1, last_success_age_seconds: 0 }) ??
    expectFields(later, { last_success_age_seconds: 27 * 3_600, late_periods: 1 })
  )
}

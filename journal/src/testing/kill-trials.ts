import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { openJournal } from '../journal.ts'
import { TrialTally, trialOptions } from './damage-trials.ts'
import type { TrialResult } from './damage-trials.ts'
import { systemFiles } from '../file-layer.ts'
import type { FailPoint } from '../file-layer.ts'
import type { JournalOptions } from '../journal-options.ts'
import { readNumbers } from './numbered-records.ts'
import { seededRandom } from './seeded-random.ts'

const CHILD = fileURLToPath(new URL('kill-child.ts', import.meta.url))

export interface KillTrialOptions {
  readonly trials: number
  readonly seed: number
  /** Dies at these places first, one trial each; a place that isn't reached gives a death at a random moment. */
  readonly failPoints?: readonly FailPoint[]
}

/**
 * R1, R2 and R11 as far as they are the journal's: a process that appends and releases is killed at named places and at random moments, again and again on one
 * directory. All that it said was durable is there, once, and the next start succeeds.
 */
export async function runKillTrials(
  directory: string,
  options: KillTrialOptions,
): Promise<TrialResult> {
  const random = seededRandom(options.seed)
  const tally = new TrialTally()
  const failPoints = options.failPoints ?? []
  const acked: number[] = []
  let released = 0
  let next = 1
  for (let trial = 0; trial < failPoints.length + options.trials; trial++) {
    const failPoint = failPoints[trial]
    const afterMs = failPoint === undefined ? Math.floor(random() * 300) : 1000
    const said = await runUntilKilled([directory, String(next)], failPoint, afterMs)
    acked.push(...said.acked)
    released = Math.max(released, said.released)
    const startedMs = performance.now()
    await using journal = await openJournal(killTrialOptions(directory))
    const openMs = performance.now() - startedMs
    const found = await readNumbers(journal.read('oldest'))
    const expected = acked.filter((number) => number > released)
    const note = `seed ${options.seed}, kill ${trial} ${failPoint ?? `after ${afterMs} ms`}`
    tally.count(note, expected, found, openMs)
    const { corruptRecords } = journal.status()
    if (corruptRecords > 0) tally.violate(`${note}: ${corruptRecords} corrupt records`)
    next = Math.max(next, ...found, ...said.acked) + 1000
  }
  return tally.result()
}

function killTrialOptions(directory: string): JournalOptions {
  return { ...trialOptions(directory, 64 * 1024), files: systemFiles }
}

interface Said {
  readonly acked: number[]
  readonly released: number
}

/** Runs the child until it has acknowledged something and `afterMs` more, kills it if it lives, and gives what it said. */
async function runUntilKilled(
  inputs: readonly string[],
  failPoint: FailPoint | undefined,
  afterMs: number,
): Promise<Said> {
  const child = spawn(process.execPath, [CHILD, ...inputs], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, FAILPOINT: failPoint },
  })
  let text = ''
  let timer: NodeJS.Timeout | undefined
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    timer ??= setTimeout(() => child.kill('SIGKILL'), afterMs)
  })
  await ended(child)
  clearTimeout(timer)
  // The last line may be cut short.
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
  return {
    acked: numbersAfter(lines, 'acked '),
    released: numbersAfter(lines, 'released ').at(-1) ?? 0,
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve()
      else reject(new Error(`the child ended by itself with ${code ?? signal}`))
    })
  })
}

function numbersAfter(lines: readonly string[], word: string): number[] {
  return lines
    .filter((line) => line.startsWith(word))
    .map((line) => Number(line.slice(word.length)))
}

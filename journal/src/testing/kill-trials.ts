import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { openJournal } from '../journal.ts'
import { TrialTally, trialOptions } from './damage-trials.ts'
import type { TrialResult } from './damage-trials.ts'
import { systemFiles } from '../file-layer.ts'
import { readNumbers } from './numbered-records.ts'
import { seededRandom } from './seeded-random.ts'

const CHILD = fileURLToPath(new URL('kill-child.ts', import.meta.url))

/** R2's and R1's journal half: a process that appends is killed at a random moment, again and again on one directory; all that it said was durable is there, once. */
export async function runKillTrials(
  directory: string,
  options: { readonly trials: number; readonly seed: number },
): Promise<TrialResult> {
  const random = seededRandom(options.seed)
  const tally = new TrialTally()
  const acked: number[] = []
  let released = 0
  let next = 1
  for (let trial = 0; trial < options.trials; trial++) {
    const said = await runUntilKilled(directory, next, Math.floor(random() * 300))
    acked.push(...said.acked)
    released = Math.max(released, said.released)
    const startedMs = performance.now()
    await using journal = await openJournal({
      ...trialOptions(directory, 64 * 1024),
      files: systemFiles,
    })
    const openMs = performance.now() - startedMs
    const found = await readNumbers(journal.read('oldest'))
    const expected = acked.filter((number) => number > released)
    const note = `seed ${options.seed}, kill ${trial}`
    tally.count(note, expected, found, openMs)
    const { corruptRecords } = journal.status()
    if (corruptRecords > 0) tally.violate(`${note}: ${corruptRecords} corrupt records`)
    next = Math.max(next, ...found, ...said.acked) + 1000
  }
  return tally.result()
}

interface Said {
  readonly acked: number[]
  readonly released: number
}

/** Runs the child until it has acknowledged something and `afterMs` more, kills it and gives what it said. */
async function runUntilKilled(directory: string, first: number, afterMs: number): Promise<Said> {
  const child = spawn(process.execPath, [CHILD, directory, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  let isDying = false
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    if (isDying) return
    isDying = true
    setTimeout(() => child.kill('SIGKILL'), afterMs)
  })
  await ended(child)
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

import { writeSync } from 'node:fs'
import { systemFiles } from '../file-layer.ts'
import type { FileLayer } from '../file-layer.ts'
import { openJournal } from '../journal.ts'
import { formatNumberedRecord } from './numbered-records.ts'
import { unboundedJournal } from './unbounded-journal.ts'

/**
 * The program that runKillTrials kills: `kill-child.ts DIRECTORY FIRST`. Appends numbered records without end, many at once, and says on its standard output what
 * became durable (`acked N`) and, before it does so, what it releases (`released N`). With `FAILPOINT=NAME` in its environment it kills itself there.
 */
const STDOUT = 1
const [directory = '', first = ''] = process.argv.slice(2)

const { FAILPOINT } = process.env
const files: FileLayer = {
  ...systemFiles,
  reached: (point) => {
    if (point === FAILPOINT) process.kill(process.pid, 'SIGKILL')
  },
}

const journal = await openJournal(unboundedJournal(directory, { files, segmentBytes: 64 * 1024 }))

async function appendOne(number: number): Promise<void> {
  const { end } = await journal.append(() => formatNumberedRecord(number, (number * 7919) % 3000))
  writeSync(STDOUT, `acked ${number}\n`)
  if (number % 100 !== 0) return
  writeSync(STDOUT, `released ${number}\n`)
  await journal.release(end)
}

const AT_ONCE = 20
for (let number = Number(first); ; number += AT_ONCE)
  await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => appendOne(number + at)))

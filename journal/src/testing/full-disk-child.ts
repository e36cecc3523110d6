import { rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openJournal } from '../journal.ts'
import type { Journal } from '../journal.ts'
import { JournalError } from '../errors.ts'
import { formatNumberedRecord, readNumbers } from './numbered-records.ts'

/**
 * Runs on a small file system of its own: `full-disk-child.ts DIRECTORY RESERVE_BYTES`. Appends until the journal refuses, fills what is left with another file, goes on trying,
 * frees the space and goes on appending. Prints what it saw as JSON, for full-disk.test.ts.
 */
const [root = '', reserveBytes = '0'] = process.argv.slice(2)
const RECORD_BYTES = 5000
let clockMs = 0

function open(): Promise<Journal> {
  return openJournal({
    directory: join(root, 'journal'),
    segmentBytes: 512 * 1024,
    maxBytes: 2 ** 30,
    maxAgeMs: Infinity,
    whenFull: 'refuse',
    reserve: { fraction: 0, bytes: Number(reserveBytes) },
    monotonicMs: () => clockMs,
  })
}

const acked: number[] = []
let next = 1

/** Appends one record; the code of the refusal if it was refused. */
async function appendOne(journal: Journal): Promise<string | undefined> {
  const number = next++
  // Time passes, so that the journal looks at the file system again.
  clockMs += 1000
  try {
    await journal.append(() => formatNumberedRecord(number, RECORD_BYTES))
    acked.push(number)
    return undefined
  } catch (error) {
    return error instanceof JournalError ? error.code : `untyped: ${String(error)}`
  }
}

async function appendUntilRefused(journal: Journal): Promise<string> {
  for (;;) {
    const code = await appendOne(journal)
    if (code !== undefined) return code
  }
}

function availableBytes(): number {
  const { bavail, bsize } = statfsSync(root)
  return bavail * bsize
}

const journal = await open()
const firstRefusal = await appendUntilRefused(journal)
const availableAtRefusal = availableBytes()
const ackedBeforeFiller = acked.length

const filler = join(root, 'filler')
try {
  writeFileSync(filler, new Uint8Array(64 * 1024 * 1024))
} catch {
  // The file system is full now: what was asked for.
}
const refusals: (string | undefined)[] = []
for (let attempt = 0; attempt < 20; attempt++) refusals.push(await appendOne(journal))
const readableWhenFull = await readNumbers(journal.read('oldest'))
const ackedWhenFull = [...acked]

rmSync(filler)
clockMs += 60_000
await journal.release(journal.status().durable)
const ackedAtResume = acked.length
const resumeRefusals: (string | undefined)[] = []
for (let attempt = 0; attempt < 50; attempt++) resumeRefusals.push(await appendOne(journal))
const readableAtEnd = await readNumbers(journal.read('oldest'))
await journal[Symbol.asyncDispose]()

const again = await open()
const readableAfterRestart = await readNumbers(again.read('oldest'))
const { corruptRecords } = again.status()
await again[Symbol.asyncDispose]()

process.stdout.write(
  JSON.stringify({
    firstRefusal,
    availableAtRefusal,
    ackedBeforeFiller,
    refusals,
    isAllReadableWhenFull: readableWhenFull.join() === ackedWhenFull.join(),
    resumeRefusals,
    resumed: acked.slice(ackedAtResume),
    readableAtEnd,
    readableAfterRestart,
    corruptRecords,
  }),
)

import { parentPort, workerData } from 'node:worker_threads'
import { openJournalReader } from '../journal-reader.ts'
import type { Position } from '../position.ts'
import { parseNumberedRecord } from './numbered-records.ts'

/** A consumer in a thread of its own: reads up to each position that it is told and answers with the numbers of the records. */
const { directory }: { directory: string } = workerData
const reader = openJournalReader(directory)
let cursor: Position | 'oldest' = 'oldest'

parentPort?.on('message', (durable: Position) => {
  for (;;) {
    const records = reader.readSync(cursor, durable, 10_000)
    if (records.length === 0) return
    cursor = records.at(-1)?.end ?? cursor
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    parentPort?.postMessage(records.map(({ payload }) => parseNumberedRecord(payload)))
  }
})

import { appendFileSync, renameSync, writeFileSync } from 'node:fs'

import { plainFamily } from '../sources/log/log-family.ts'
import { LogFiles } from '../sources/log/log-files.ts'
import { eachLine } from '../sources/log/record-grouper.ts'

// Follows a log until it is killed: LOG LEDGER STATE. Each line goes into the ledger with the key of its event. A minute lasts 50 ms, so that places are saved often.
const [, , path = '', ledger = '', state = ''] = process.argv
const BETWEEN_MS = 5
const SPEED = 1_200

const clocks = { monotonicMs: () => performance.now() * SPEED }
const memory = { directory: state, name: 'tail', pausedSinceMs: undefined }
const files = new LogFiles({ memory, keepsPlaces: true, clocks })
const follower = await files.follow('tail', {
  family: plainFamily(path),
  encoding: 'auto',
  continues: eachLine,
})
const { signal } = new AbortController()
for (;;) {
  await files.read(
    follower,
    (record) => {
      const [text = ''] = record.lines
      appendFileSync(ledger, `${JSON.stringify([record.key(), text])}\n`)
      follower.count('lines')
    },
    { maxBytes: 4_000_000, signal },
  )
  const { lines, lostFiles } = follower.totals
  const counted = follower.counts.get('lines') ?? 0
  writeFileSync(`${ledger}.new`, JSON.stringify({ lines, lostFiles, counted }))
  renameSync(`${ledger}.new`, `${ledger}.totals`) // whole, whenever this is killed
  await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS))
}

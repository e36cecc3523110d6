import type { JournalRecord } from '@wardround/journal'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** So many records are kept for whoever looks for the fault. */
const MAX_FILES = 100

/** Keeps the bytes of a record that is passed over, as `SEGMENT-OFFSET.record`. */
export function setAsideRecord(directory: string, { start, payload }: JournalRecord): void {
  try {
    mkdirSync(directory, { recursive: true })
    if (readdirSync(directory).length >= MAX_FILES) return
    writeFileSync(join(directory, `${start.segment}-${start.offset}.record`), payload)
  } catch {
    // What can't be kept is lost for the search for the fault alone: main has counted and logged the record.
  }
}

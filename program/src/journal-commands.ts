import {
  type JournalRecord,
  type JournalReport,
  openJournalReader,
  repairJournal,
  verifyJournal,
} from '@wardround/journal'
import { SegmentDecoder, SeriesTable, type StoredRecord } from '@wardround/protocol'
import { access } from 'node:fs/promises'
import { errorCodeOf } from './error-code.ts'
import { EXIT } from './exit-codes.ts'
import { type Language, pickText } from './language.ts'
import { lockStateDirectory } from './state-lock.ts'

const END = { segment: Number.MAX_SAFE_INTEGER, offset: Number.MAX_SAFE_INTEGER }

/**
 * Reads journals and prints what is damaged, also while their program runs. Changes nothing. @returns the exit code: 1 when something is damaged
 * @throws the system's error where there is no such state directory; a journal in it that was never written is sound
 */
export async function verifyJournals(
  stateDirectory: string,
  directories: readonly string[],
  language: Language,
): Promise<number> {
  await access(stateDirectory)
  let exitCode: number = EXIT.done
  for (const directory of directories) {
    const report = await verifyJournal(directory)
    printReport(report, language)
    if (!report.isOk) exitCode = EXIT.failed
  }
  return exitCode
}

/**
 * Puts what is damaged aside. @returns the exit code
 * @throws StateLockedError while the program runs; the system's error where there is no such state directory
 */
export async function repairJournals(
  stateDirectory: string,
  directories: readonly string[],
  who: string,
  language: Language,
): Promise<number> {
  await access(stateDirectory)
  await using _lock = await lockStateDirectory(stateDirectory, who)
  let exitCode: number = EXIT.done
  for (const directory of directories) {
    const { before, after } = await repairJournal(directory)
    printReport(before, language)
    process.stdout.write(`${pickText({ zh: '修复后：', en: 'After the repair:' }, language)}\n`)
    printReport(after, language)
    if (!after.isOk) exitCode = EXIT.failed
  }
  return exitCode
}

/**
 * Writes every record to stdout, one JSON object a line; series written out, values in the order of the series. A reader that has seen enough
 * (`| head`) ends it. @throws the system's error where there is no such state directory
 */
export async function exportJournals(
  stateDirectory: string,
  directories: readonly string[],
): Promise<void> {
  await access(stateDirectory)
  // Each failed write is told to its caller; without a listener the stream would throw it once more.
  process.stdout.on('error', () => undefined)
  try {
    for (const directory of directories) await exportJournal(directory)
  } catch (error) {
    if (!isReaderGone(error)) throw error
  }
}

function isReaderGone(error: unknown): boolean {
  return errorCodeOf(error) === 'EPIPE'
}

async function exportJournal(directory: string): Promise<void> {
  using reader = openJournalReader(directory)
  for (const segment of reader.segmentsSync()) {
    const table = new SeriesTable()
    const decoder = new SegmentDecoder(table)
    const records = reader.segmentRecords(segment, END)
    for (const { payload } of records) attempt(() => decoder.learn(payload))
    for (const record of records) await writeLine(formatRecord(record, decoder, table))
  }
}

function printReport(report: JournalReport, language: Language): void {
  for (const { file, state, records, bytes, damaged } of report.segments) {
    const lost = damaged.reduce((sum, range) => sum + range.records, 0)
    const line = {
      zh: `${file}  ${state}  ${records} 条记录  ${bytes} 字节${lost > 0 ? `  丢失 ${lost} 条` : ''}`,
      en: `${file}  ${state}  ${records} records  ${bytes} bytes${lost > 0 ? `  ${lost} lost` : ''}`,
    }
    process.stdout.write(`${pickText(line, language)}\n`)
  }
  const { directory, records, lostRecords, damagedBytes, quarantinedFiles } = report
  const total = {
    zh: `${directory}：${report.isOk ? '完好' : '有损坏'}，${records} 条记录，丢失 ${lostRecords} 条，损坏 ${damagedBytes} 字节，已隔离文件 ${quarantinedFiles} 个`,
    en: `${directory}: ${report.isOk ? 'sound' : 'damaged'}, ${records} records, ${lostRecords} lost, ${damagedBytes} damaged bytes, ${quarantinedFiles} files in quarantine`,
  }
  process.stdout.write(`${pickText(total, language)}\n`)
}

function formatRecord(record: JournalRecord, decoder: SegmentDecoder, table: SeriesTable): string {
  const { start } = record
  const stored = attempt(() => decoder.decode(record.payload))
  if (stored === undefined) return JSON.stringify({ position: start, unreadable: true })
  return JSON.stringify({ position: start, ...toJson(stored, table) })
}

function toJson(record: StoredRecord, table: SeriesTable): object {
  if (record.type === 'ranges') return record
  const { batch, ...rest } = record
  const blocks = batch.blocks.map(({ subject, timeMs, series, values }) => ({
    subject,
    timeMs,
    samples: [...series].map((number, place) => {
      const { measurement, tags, field } = table.shapeOf(number)
      return { measurement, tags: Object.fromEntries(tags), field, value: values[place] }
    }),
  }))
  return { ...rest, blocks, events: batch.events, documents: batch.documents }
}

/** undefined where a record can't be read: it is exported as such. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** Waits for a slow reader of stdout. */
function writeLine(line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(`${line}\n`, (error) => (error ? reject(error) : resolve()))
  })
}

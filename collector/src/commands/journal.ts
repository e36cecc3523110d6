import {
  type JournalReport,
  type JournalRecord,
  openJournalReader,
  repairJournal,
  verifyJournal,
} from '@wardround/journal'
import { EXIT, type Language, lockStateDirectory, pickText } from '@wardround/program'
import { SegmentDecoder, SeriesTable, type StoredRecord } from '@wardround/protocol'
import { toStatePaths } from '../state-paths.ts'
import { type CommonOptions, configOf } from './common-options.ts'

const END = { segment: Number.MAX_SAFE_INTEGER, offset: Number.MAX_SAFE_INTEGER }

/** `journal verify`: exit code 1 when something is damaged. */
export async function verifyJournalFiles(
  options: CommonOptions,
  language: Language,
): Promise<void> {
  const report = await verifyJournal((await pathsOf(options)).journal)
  printReport(report, language)
  if (!report.isOk) process.exitCode = EXIT.failed
}

/** `journal repair`: only while no collector runs. */
export async function repairJournalFiles(
  options: CommonOptions,
  language: Language,
): Promise<void> {
  const paths = await pathsOf(options)
  const lock = await lockStateDirectory(paths.directory, 'wardround-collector journal repair')
  try {
    const { before, after } = await repairJournal(paths.journal)
    printReport(before, language)
    const repaired = { zh: '修复后：', en: 'After the repair:' }
    process.stdout.write(`${pickText(repaired, language)}\n`)
    printReport(after, language)
    if (!after.isOk) process.exitCode = EXIT.failed
  } finally {
    await lock[Symbol.asyncDispose]()
  }
}

/** `journal export`: one JSON object a line; series written out, values in the order of the series. */
export async function exportJournal(options: CommonOptions): Promise<void> {
  const { journal } = await pathsOf(options)
  const reader = openJournalReader(journal)
  try {
    for (const segment of reader.segmentsSync()) {
      const table = new SeriesTable()
      const decoder = new SegmentDecoder(table)
      const records = reader.segmentRecords(segment, END)
      for (const { payload } of records) attempt(() => decoder.learn(payload))
      for (const record of records) await writeLine(formatRecord(record, decoder, table))
    }
  } finally {
    reader[Symbol.dispose]()
  }
}

async function pathsOf(options: CommonOptions) {
  const config = await configOf(options)
  return toStatePaths(config.value.state, process.env)
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

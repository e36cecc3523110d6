import type { Journal } from '../journal.ts'
import type { JournalRecord, RecordSpan } from '../journal-record.ts'

/** Records whose payload starts with a number, so that what is read back can be compared with what was written. The rest is made from the number. */
export function formatNumberedRecord(number: number, bytes: number): Uint8Array {
  const payload = new Uint8Array(Math.max(8, bytes))
  new DataView(payload.buffer).setFloat64(0, number)
  for (let at = 8; at < payload.length; at++) payload[at] = number * 31 + at * 7
  return payload
}

/** The number of a record; NaN when a byte of it is not as it was written. */
export function parseNumberedRecord(payload: Uint8Array): number {
  const number = new DataView(payload.buffer, payload.byteOffset).getFloat64(0)
  for (let at = 8; at < payload.length; at++)
    if (payload[at] !== ((number * 31 + at * 7) & 255)) return Number.NaN
  return number
}

/** Appends records `first` to `last` at once and waits until they are durable. */
export function appendNumbered(
  journal: Journal,
  first: number,
  last: number,
  bytes: (number: number) => number = () => 100,
): Promise<RecordSpan[]> {
  const numbers = Array.from({ length: last - first + 1 }, (_, at) => first + at)
  return Promise.all(
    numbers.map((number) => journal.append(() => formatNumberedRecord(number, bytes(number)))),
  )
}

/** The numbers of records, in the order read. */
export async function readNumbers(
  records: AsyncIterable<JournalRecord> | Iterable<JournalRecord>,
): Promise<number[]> {
  const numbers: number[] = []
  for await (const { payload } of records) numbers.push(parseNumberedRecord(payload))
  return numbers
}

/** The numbers of all records that a journal has. */
export function numbersIn(journal: Journal): Promise<number[]> {
  return readNumbers(journal.read('oldest'))
}

/** The whole numbers from `first` to `last`. */
export function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at)
}

import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { SegmentDecoder, SegmentEncoder, SeriesTable } from '@wardround/protocol'
import { HOST_SHAPES, hostIntervals, hostName, type HostInterval } from '../host-data.ts'
import { printTable } from '../table.ts'
import { FROM_MS, HOSTS, INTERVALS, openStore, SAMPLES } from './data.ts'

/** Records between two looks for what is due, as the worker has them in a slice. */
const SLICE_RECORDS = 240

/** Fills a store, by a clock that is the data's. */
export async function measureIngest(directory: string): Promise<void> {
  const records = encodeRecords(
    hostIntervals({ hosts: HOSTS, intervals: INTERVALS, fromMs: FROM_MS }),
  )
  const series = new SeriesTable()
  const decoder = new SegmentDecoder(series)
  const { store, clock } = openStore(directory, series)
  let decodeMs = 0
  const begun = cpuMs()
  for (let from = 0; from < records.length; from += SLICE_RECORDS) {
    const slice = records.slice(from, from + SLICE_RECORDS)
    const before = cpuMs()
    const decoded = slice.map(({ payload }) => decoder.decode(payload))
    decodeMs += cpuMs() - before
    for (const [index, record] of decoded.entries()) {
      if (record.type !== 'batch') continue
      const position = { segment: 1, offset: from + index }
      for (const block of record.batch.blocks) store.write(block, position, record.receivedAtMs)
    }
    clock.nowMs = slice.at(-1)!.timeMs
    store.advance({ segment: 1, offset: from + slice.length })
    while (store.maintain(() => false));
  }
  const fedMs = cpuMs() - begun
  store.mergeAll()
  const totalMs = cpuMs() - begun
  store.close()
  const sizes = await sizesOf(directory)
  const each = (bytes: number): number => bytes / SAMPLES
  printTable('Into the embedded store: decode, head, seal, SQLite, merge, roll up', [
    {
      samples: SAMPLES,
      'M samples/CPU-s': SAMPLES / totalMs / 1000,
      'of it decoding, ns': (decodeMs * 1e6) / SAMPLES,
      'last merges, ns': ((totalMs - fedMs) * 1e6) / SAMPLES,
      'raw B/sample': each(sizes['raw']!),
      '5-min rollups B/sample': each(sizes['5m']!),
      'recent.db MB (emptied)': sizes['recent']! / 1e6,
    },
  ])
}

/** The journal's records of one segment. */
function encodeRecords(
  intervals: Iterable<HostInterval>,
): { payload: Uint8Array; timeMs: number }[] {
  const table = new SeriesTable()
  const encoder = new SegmentEncoder(table)
  const records = []
  for (const { host, timeMs, values } of intervals) {
    const subject = hostName(host)
    const series = Uint32Array.from(HOST_SHAPES, (shape) => table.intern({ subject, ...shape }))
    const payload = encoder.encode({
      type: 'batch',
      agent: subject,
      id: { epoch: '0123456789abcdef', sequence: records.length + 1 },
      receivedAtMs: timeMs,
      late: false,
      clockErrorMs: 0,
      clockCorrected: false,
      batch: { blocks: [{ subject, timeMs, series, values }], events: [], documents: [] },
    })
    records.push({ payload: payload.slice(), timeMs })
  }
  return records
}

async function sizesOf(directory: string): Promise<Record<string, number>> {
  const sizes: Record<string, number> = { raw: 0, '5m': 0, '1h': 0, recent: 0 }
  for (const name of await readdir(directory)) {
    const kind = ['5m', '1h', 'recent'].find((prefix) => name.startsWith(prefix)) ?? 'raw'
    sizes[kind]! += (await stat(join(directory, name))).size
  }
  return sizes
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

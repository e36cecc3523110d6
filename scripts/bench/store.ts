// The embedded store by itself: journal records to merged files (samples per CPU-second, bytes a sample), memory a series, and queries over HTTP
// against a collector as it is released; VictoriaMetrics takes the same samples as line protocol and answers the same questions in the same run.
import { execFile } from 'node:child_process'
import { mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { EmbeddedStore, LONG_RETENTION } from '@wardround/collector/testing'
import { makeShape, SegmentDecoder, SegmentEncoder, SeriesTable } from '@wardround/protocol'
import { BundledCollector, openBenchDirectory } from './bundled-collector.ts'
import { HOST_SHAPES, hostIntervals, hostName, type HostInterval } from './host-data.ts'
import { LineWriter } from './line-protocol.ts'
import { Random } from './random.ts'
import { median, printTable } from './table.ts'
import { VictoriaMetrics } from './victoria-metrics.ts'

const HOSTS = 20
const HOURS = 6
const EVERY_MS = 10_000
const INTERVALS = (HOURS * 3_600_000) / EVERY_MS
const SAMPLES = HOSTS * INTERVALS * HOST_SHAPES.length
const FROM_MS = Math.floor(Date.now() / 3_600_000) * 3_600_000 - (HOURS + 1) * 3_600_000
const TO_MS = FROM_MS + HOURS * 3_600_000
/** Records between two looks for what is due, as the worker has them in a slice. */
const SLICE_RECORDS = 240
const SAMPLES_PER_POST = 16_000
const MEMORY_HOSTS = [250, 1000]
const MEMORY_MAIN = join(import.meta.dirname, 'store-memory-main.ts')
const CPU_HOSTS = 1_600
const CPU_SHAPES = ['cpu-total', 'cpu0', 'cpu1', 'cpu2', 'cpu3'].map((cpu) =>
  makeShape('cpus', { cpu }, 'usage', 'gauge'),
)
const QUERY_RUNS = 25
const WARM_UP_RUNS = 5

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
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

async function sizeOf(directory: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size
  }
  return bytes
}

/** A store by a clock that is the data's: who fills it sets `clock.nowMs`. */
function openStore(directory: string, series: SeriesTable) {
  const clock = { nowMs: FROM_MS }
  const retention = LONG_RETENTION
  const store = new EmbeddedStore({ directory, series, retention, nowMs: () => clock.nowMs })
  return { store, clock }
}

/** Fills a store, by a clock that is the data's. */
async function measureIngest(directory: string): Promise<void> {
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

/** What the head takes, with the store's own table of series, in processes of their own. */
async function measureMemory(directory: string): Promise<void> {
  const rows = []
  for (const hosts of MEMORY_HOSTS) {
    const path = join(directory, String(hosts))
    await mkdir(path, { recursive: true })
    // The worker's young generation, see open-embedded-store.ts.
    const flags = ['--expose-gc', '--max-semi-space-size=4', MEMORY_MAIN, path, String(hosts)]
    const { stdout } = await promisify(execFile)(process.execPath, flags)
    const { series, liveBytes, rssBytes } = JSON.parse(stdout)
    rows.push({
      series,
      'live bytes/series': liveBytes / series,
      'RSS bytes/series': rssBytes / series,
    })
  }
  printTable('Memory of the store, every series at 10 s', rows)
}

/** CPU use of many hosts: few series each, one field of all. */
function* cpuIntervals(): Generator<HostInterval> {
  const random = new Random(7)
  const levels = Array.from({ length: CPU_HOSTS * CPU_SHAPES.length }, () => 100 * random.next())
  const now = Float64Array.from(levels)
  for (let interval = 0; interval < INTERVALS; interval++) {
    for (let host = 0; host < CPU_HOSTS; host++) {
      const values = new Float64Array(CPU_SHAPES.length)
      for (const cpu of CPU_SHAPES.keys()) {
        const at = host * CPU_SHAPES.length + cpu
        now[at] = Math.min(
          100,
          Math.max(0, now[at]! + (levels[at]! - now[at]!) * 0.1 + random.bell() * 2),
        )
        values[cpu] = Math.round(now[at] * 100) / 100
      }
      const timeMs = FROM_MS + interval * EVERY_MS + Math.floor((host * EVERY_MS) / CPU_HOSTS)
      yield { host, timeMs, values }
    }
  }
}

/** Fills a store with them; not measured. */
function fillCpus(directory: string): void {
  const series = new SeriesTable()
  const { store, clock } = openStore(directory, series)
  let offset = 0
  for (const { host, timeMs, values } of cpuIntervals()) {
    const subject = `node-${host}`
    const numbers = Uint32Array.from(CPU_SHAPES, (shape) => series.intern({ subject, ...shape }))
    store.write(
      { subject, timeMs, series: numbers, values },
      { segment: 1, offset: offset++ },
      timeMs,
    )
    clock.nowMs = timeMs
    if (offset % 500 === 0) while (store.maintain(() => false));
  }
  store.mergeAll()
  store.close()
}

interface Question {
  readonly name: string
  readonly ours: string
  readonly theirs: string
}

function ask(
  measurement: string,
  field: string,
  aggregate: string,
  rest: Record<string, string>,
  where: readonly string[] = [],
): string {
  const range = { from: String(FROM_MS), to: String(TO_MS) }
  const parameters = new URLSearchParams({ measurement, field, aggregate, ...range, ...rest })
  for (const condition of where) parameters.append('where', condition)
  return `/api/v1/query?${parameters.toString()}`
}

/** A window of theirs ends where it is labelled, ours begins there. */
function askPeer(query: string, stepSeconds: number): string {
  const start = String(FROM_MS / 1000 + stepSeconds)
  const end = String(TO_MS / 1000)
  const parameters = new URLSearchParams({
    query,
    start,
    end,
    step: `${stepSeconds}s`,
    nocache: '1',
  })
  return `/api/v1/query_range?${parameters.toString()}`
}

const SIXTEEN_HOSTS = 'host-00(0[0-9]|1[0-5])'

function questions(): Question[] {
  const minute = { groupBy: 'host', step: '1m' }
  const perHost = HOST_SHAPES.filter(
    ({ measurement, field }) => measurement === 'diskio' && field === 'io_util',
  ).length
  const cpus = CPU_HOSTS * CPU_SHAPES.length
  return [
    {
      name: 'one series to 1 min',
      ours: ask('cpu', 'usage_user', 'mean', minute, ['host=host-0003', 'cpu=cpu-total']),
      theirs: askPeer('avg_over_time(cpu_usage_user{host="host-0003",cpu="cpu-total"}[1m])', 60),
    },
    {
      name: `${perHost * 16} series averaged by host, 1 min`,
      ours: ask('diskio', 'io_util', 'mean', minute, [`host=~${SIXTEEN_HOSTS}`]),
      theirs: askPeer(
        `avg by (host) (avg_over_time(diskio_io_util{host=~"${SIXTEEN_HOSTS}"}[1m]))`,
        60,
      ),
    },
    {
      name: 'rate of a counter by host, 1 min',
      ours: ask('net', 'bytes_recv', 'rate', minute),
      theirs: askPeer('sum by (host) (rate(net_bytes_recv[1m]))', 60),
    },
    {
      name: `maximum over ${cpus} series, 1 min`,
      ours: ask('cpus', 'usage', 'max', { step: '1m' }),
      theirs: askPeer('max(max_over_time(cpus_usage[1m]))', 60),
    },
    {
      name: `maximum over ${cpus} series, 5 min`,
      ours: ask('cpus', 'usage', 'max', { step: '5m' }),
      theirs: askPeer('max(max_over_time(cpus_usage[5m]))', 300),
    },
  ]
}

/** Milliseconds of each asking, of which the first ones are for the compilers to warm up. */
async function askOften(url: string): Promise<{ ms: number[]; bytes: number }> {
  const ms: number[] = []
  let bytes = 0
  for (let run = 0; run < WARM_UP_RUNS + QUERY_RUNS; run++) {
    const begun = performance.now()
    const response = await fetch(url)
    const text = await response.text()
    ms.push(performance.now() - begun)
    if (!response.ok) throw new Error(`${url} was answered with ${response.status}: ${text}`)
    bytes = text.length
  }
  return { ms, bytes }
}

async function measureQueries(
  collector: BundledCollector,
  peer: VictoriaMetrics | undefined,
): Promise<void> {
  const rows = []
  for (const { name, ours, theirs } of questions()) {
    const own = await askOften(`${collector.url}${ours}`)
    const other = peer === undefined ? undefined : await askOften(peer.url(theirs))
    const ownMs = median(own.ms.slice(WARM_UP_RUNS))
    const otherMs = median(other?.ms.slice(WARM_UP_RUNS) ?? [])
    rows.push({
      question: name,
      'ms (median)': ownMs,
      'ms (first)': own.ms[0]!,
      'answer KB': own.bytes / 1000,
      ...(other === undefined
        ? {}
        : {
            'VictoriaMetrics ms': otherMs,
            'first ms': other.ms[0]!,
            ratio: ownMs / otherMs,
          }),
    })
  }
  printTable(`Questions over ${HOURS} h at 10 s, over HTTP, ${QUERY_RUNS} times`, rows)
}

/** Feeds the peer and says what it needed. */
async function measurePeer(directory: string): Promise<VictoriaMetrics | undefined> {
  await mkdir(directory, { recursive: true })
  const peer = await VictoriaMetrics.start(directory)
  if (peer === undefined) return undefined
  const begun = peer.process.cpuMs()
  const data = { hosts: HOSTS, intervals: INTERVALS, fromMs: FROM_MS }
  await feedPeer(peer, new LineWriter(HOST_SHAPES), hostName, hostIntervals(data))
  await peer.flushAndMerge()
  const used = peer.process.cpuMs() - begun
  const bytes = await sizeOf(join(directory, 'data'))
  const indexBytes = await sizeOf(join(directory, 'indexdb'))
  printTable('VictoriaMetrics, fed line protocol, flushed and merged', [
    {
      samples: SAMPLES,
      'M samples/CPU-s': SAMPLES / used / 1000,
      'B/sample': bytes / SAMPLES,
      'index B/sample': indexBytes / SAMPLES,
    },
  ])
  const nodeName = (host: number): string => `node-${host}`
  await feedPeer(peer, new LineWriter(CPU_SHAPES), nodeName, cpuIntervals())
  await peer.flushAndMerge()
  return peer
}

async function feedPeer(
  peer: VictoriaMetrics,
  lines: LineWriter,
  nameOf: (host: number) => string,
  intervals: Iterable<HostInterval>,
): Promise<void> {
  let text = ''
  let waiting = 0
  for (const { host, timeMs, values } of intervals) {
    text += lines.format(nameOf(host), timeMs, values)
    waiting += values.length
    if (waiting < SAMPLES_PER_POST) continue
    await peer.write(text)
    text = ''
    waiting = 0
  }
  if (waiting > 0) await peer.write(text)
}

await using directory = await openBenchDirectory()
const stateStore = join(directory.path, 'collector', 'store')
await mkdir(stateStore, { recursive: true })
await measureIngest(stateStore)
fillCpus(stateStore)
await mkdir(join(directory.path, 'memory'))
await measureMemory(join(directory.path, 'memory'))
await using peer = await measurePeer(join(directory.path, 'victoria-metrics'))
await using collector = await BundledCollector.start(directory.path)
await measureQueries(collector, peer)

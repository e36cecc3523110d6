// What a sample costs on the wire and on disk: bytes, and ns to encode and decode, for our codecs and for what others send, on the same data
// in the same run. A batch is 400 samples of one host at one time, each host has its own connection, all share a segment. An interval's batches are
// encoded and then decoded; the first intervals, which carry the definitions, are counted apart. Median of rounds over the same batches.
import { gzipSync } from 'node:zlib'
import type { Batch } from '@wardround/protocol'
import {
  FrameDecoder,
  FrameEncoder,
  SegmentDecoder,
  SegmentEncoder,
  SeriesTable,
} from '@wardround/protocol'
import { HOST_SHAPES, hostIntervals, hostName } from './host-data.ts'
import { LineWriter, parseLines } from './line-protocol.ts'
import { median, printTable } from './table.ts'

const HOSTS = 20
const INTERVALS = 120
/** Intervals that are coded but not counted: definitions come in the first, on disk again some records later. */
const FIRST_INTERVALS = 10
const ROUNDS = 15
const EPOCH = '0123456789abcdef'

/** One way to code: a fresh pair of functions per round, as a connection or segment would start. */
interface Codec {
  readonly name: string
  start(): {
    encode(batch: number): readonly (Uint8Array | string)[]
    decode(coded: Uint8Array | string, batch: number): unknown
  }
}

interface Cost {
  /** Of the first batches. */
  readonly firstBytes: number
  /** Of all batches after the first intervals. */
  readonly bytes: number
  readonly encodeMs: number
  readonly decodeMs: number
}

const intervals = [...hostIntervals({ hosts: HOSTS, intervals: INTERVALS })]
const firstBatches = HOSTS * FIRST_INTERVALS
const samples = (intervals.length - firstBatches) * HOST_SHAPES.length
const table = new SeriesTable()
const batches = intervals.map(({ host, timeMs, values }): Batch => {
  const subject = hostName(host)
  const series = Uint32Array.from(HOST_SHAPES, (shape) => table.intern({ subject, ...shape }))
  return { blocks: [{ subject, timeMs, series, values }], events: [], documents: [] }
})
const lines = new LineWriter(HOST_SHAPES)

const codecs: readonly Codec[] = [
  {
    name: 'wardround.v1 frames',
    start() {
      const connections = Array.from({ length: HOSTS }, () => ({
        encoder: new FrameEncoder(table),
        decoder: new FrameDecoder(),
      }))
      const connectionOf = (i: number) => connections[intervals[i]!.host]!
      return {
        encode: (i) =>
          connectionOf(i).encoder.encode({ epoch: EPOCH, sequence: i + 1 }, 0, batches[i]!),
        decode: (frame, i) => typeof frame === 'object' && connectionOf(i).decoder.decode(frame),
      }
    },
  },
  {
    name: 'records on disk',
    start() {
      const encoder = new SegmentEncoder(table)
      const decoder = new SegmentDecoder(new SeriesTable())
      return {
        encode: (i) => [
          encoder
            .encode({
              type: 'batch',
              agent: hostName(intervals[i]!.host),
              id: { epoch: EPOCH, sequence: i + 1 },
              receivedAtMs: intervals[i]!.timeMs + 3,
              late: false,
              clockErrorMs: 2,
              clockCorrected: false,
              batch: batches[i]!,
            })
            .slice(),
        ],
        decode: (payload) => typeof payload === 'object' && decoder.decode(payload),
      }
    },
  },
  {
    name: 'Float64Array, no coding',
    start: () => ({
      encode: (i) => [new Uint8Array(intervals[i]!.values.slice().buffer)],
      decode: (bytes) => typeof bytes === 'object' && new Float64Array(bytes.slice().buffer),
    }),
  },
  {
    name: 'JSON',
    start: () => ({
      encode: (i) => [JSON.stringify(jsonBatch(i))],
      decode: (text) => JSON.parse(String(text)),
    }),
  },
  {
    name: 'line protocol',
    start: () => ({
      encode: (i) => [formatLines(i)],
      decode: (text) => parseLines(String(text)),
    }),
  },
  {
    name: 'line protocol + gzip 6 (bytes only)',
    start: () => ({
      encode: (i) => [gzipSync(formatLines(i))],
      decode: () => undefined,
    }),
  },
]

function formatLines(i: number): string {
  const { host, timeMs, values } = intervals[i]!
  return lines.format(hostName(host), timeMs, values)
}

/** The same samples as one would write them in JSON by hand: tags inline, fields by name. */
function jsonBatch(i: number): unknown {
  const { host, timeMs, values } = intervals[i]!
  const metrics: {
    measurement: string
    tags: Record<string, string>
    fields: Record<string, number>
  }[] = []
  let tags: unknown
  for (const [at, shape] of HOST_SHAPES.entries()) {
    const last = metrics.at(-1)
    if (last?.measurement === shape.measurement && tags === JSON_TAGS[at]) {
      last.fields[shape.field] = values[at]!
    } else {
      tags = JSON_TAGS[at]
      metrics.push({
        measurement: shape.measurement,
        tags: JSON_TAGS[at]!,
        fields: { [shape.field]: values[at]! },
      })
    }
  }
  return { host: hostName(host), timeMs, metrics }
}

/** Codes interval by interval: all hosts' batches, then back. CPU time, so that other programs on the machine disturb little. */
function runRound(codec: Codec): Cost {
  const run = codec.start()
  const cost = { firstBytes: 0, bytes: 0, encodeMs: 0, decodeMs: 0 }
  for (let interval = 0; interval < INTERVALS; interval++) {
    const at = Array.from({ length: HOSTS }, (_, host) => interval * HOSTS + host)
    const startMs = cpuMs()
    const coded = at.map((i) => run.encode(i))
    const encodedMs = cpuMs()
    for (const [host, parts] of coded.entries()) {
      for (const part of parts) run.decode(part, at[host]!)
    }
    const decodedMs = cpuMs()
    const bytes = coded.flat().reduce((sum, part) => sum + part.length, 0)
    if (interval === 0) cost.firstBytes = bytes
    if (interval < FIRST_INTERVALS) continue
    cost.bytes += bytes
    cost.encodeMs += encodedMs - startMs
    cost.decodeMs += decodedMs - encodedMs
  }
  return cost
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

const JSON_TAGS: readonly Record<string, string>[] = HOST_SHAPES.reduce(
  (all: Record<string, string>[], shape, at) => {
    const before = HOST_SHAPES[at - 1]
    const same =
      before?.measurement === shape.measurement &&
      JSON.stringify(before.tags) === JSON.stringify(shape.tags)
    return [...all, same ? all[at - 1]! : Object.fromEntries(shape.tags)]
  },
  [],
)

const rows = codecs.map((codec) => {
  const rounds = codec.name.includes('gzip') ? 3 : ROUNDS
  for (let i = 0; i < 3; i++) runRound(codec)
  const costs = Array.from({ length: rounds }, () => runRound(codec))
  const encodeNs = (median(costs.map((cost) => cost.encodeMs)) / samples) * 1e6
  const decodeNs = (median(costs.map((cost) => cost.decodeMs)) / samples) * 1e6
  return {
    codec: codec.name,
    'bytes/sample': costs[0]!.bytes / samples,
    'in the first batch': costs[0]!.firstBytes / (HOSTS * HOST_SHAPES.length),
    'encode ns': encodeNs,
    'decode ns': decodeNs,
    'both ns': encodeNs + decodeNs,
  }
})

let unchanged = 0
for (let i = HOSTS; i < intervals.length; i++) {
  const before = intervals[i - HOSTS]!.values
  for (const [at, value] of intervals[i]!.values.entries()) if (value === before[at]) unchanged++
}
const unchangedPercent = Math.round(
  (unchanged / ((intervals.length - HOSTS) * HOST_SHAPES.length)) * 100,
)
printTable(
  `codec: ${HOSTS} hosts, ${HOST_SHAPES.length} series each, ${INTERVALS} intervals, ${unchangedPercent} % of the samples ` +
    `as in the interval before; median of ${ROUNDS} rounds`,
  rows,
)

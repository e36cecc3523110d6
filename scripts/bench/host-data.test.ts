import { createHash } from 'node:crypto'
import { FrameDecoder, FrameEncoder, SegmentEncoder, SeriesTable } from '@wardround/protocol'
import { expect, test } from 'vitest'
import { HOST_SHAPES, hostIntervals, hostName } from './host-data.ts'
import { LineWriter, parseLines } from './line-protocol.ts'

const HOSTS = 5
const INTERVALS = 60

test('a host has 400 series, all different', () => {
  expect(HOST_SHAPES).toHaveLength(400)
  expect(new Set(HOST_SHAPES.map((shape) => JSON.stringify(shape))).size).toBe(400)
})

test('the data are the same on every machine and in every run', () => {
  const hash = createHash('sha256')
  for (const { host, timeMs, values } of hostIntervals({ hosts: 3, intervals: 20 })) {
    hash.update(`${host} ${timeMs} ${values.join(' ')}\n`)
  }
  expect(hash.digest('hex').slice(0, 16)).toBe('e35bdcfdc1c083a4')
})

test('values are finite, percentages within 0 and 100, counters only rise', () => {
  const last: Float64Array[] = []
  for (const { host, values } of hostIntervals({ hosts: HOSTS, intervals: INTERVALS })) {
    for (const [i, { field, kind }] of HOST_SHAPES.entries()) {
      const value = values[i]!
      const inRange =
        Number.isFinite(value) &&
        value >= (kind === 'counter' ? (last[host]?.[i] ?? 0) : 0) &&
        (value <= 100.05 || !/percent|^usage_|io_util/.test(field))
      if (!inRange) throw new Error(`${field} of host ${host} is ${value}`)
    }
    last[host] = values
  }
  expect(last).toHaveLength(HOSTS)
})

test('a sample takes at most 2.5 bytes on the wire and 5 on disk, definitions included', () => {
  const table = new SeriesTable()
  const segment = new SegmentEncoder(table)
  const connections = Array.from({ length: HOSTS }, () => new FrameEncoder(table))
  const decoders = connections.map(() => new FrameDecoder())
  const bytes = { wire: 0, disk: 0 }
  for (const { host, timeMs, values } of hostIntervals({ hosts: HOSTS, intervals: INTERVALS })) {
    const subject = hostName(host)
    const series = Uint32Array.from(HOST_SHAPES, (shape) => table.intern({ subject, ...shape }))
    const batch = { blocks: [{ subject, timeMs, series, values }], events: [], documents: [] }
    const id = { epoch: '0123456789abcdef', sequence: Math.floor(timeMs / 1_000) }
    for (const frame of connections[host]!.encode(id, 0, batch)) {
      bytes.wire += frame.length
      const decoded = decoders[host]!.decode(frame)
      if (decoded.type === 'batch') expect(decoded.batch.blocks[0]!.values).toStrictEqual(values)
    }
    bytes.disk += segment.encode({
      type: 'batch',
      agent: subject,
      id,
      receivedAtMs: timeMs,
      late: false,
      clockErrorMs: 0,
      clockCorrected: false,
      batch,
    }).length
  }
  const samples = HOSTS * INTERVALS * HOST_SHAPES.length
  expect(bytes.wire / samples).toBeLessThanOrEqual(2.5)
  expect(bytes.disk / samples).toBeLessThanOrEqual(5)
})

test('line protocol carries every sample once, tags in order', () => {
  const [interval] = hostIntervals({ hosts: 1, intervals: 1 })
  const text = new LineWriter(HOST_SHAPES).format('h', interval!.timeMs, interval!.values)
  const lines = parseLines(text)
  expect(lines.flatMap(({ fields }) => Object.values(fields))).toStrictEqual([...interval!.values])
  expect(text).toContain('cpu,cpu=cpu0,host=h usage_active=')
  expect(text).toContain('diskio,host=h,name=sda,serial=')
  expect(
    lines.every(({ tags, timeMs }) => tags['host'] === 'h' && timeMs === interval!.timeMs),
  ).toBe(true)
})

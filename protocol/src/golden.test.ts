import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { FrameDecoder } from './frame/frame-decoder.ts'
import { SegmentDecoder } from './segment/segment-decoder.ts'
import { SeriesTable } from './series-table.ts'
import {
  encodeConnection,
  encodeSegment,
  fromHex,
  parseGoldenConnection,
  parseGoldenSegment,
  toHex,
} from './testing/golden.ts'
import type { GoldenSegment } from './testing/golden.ts'

const directory = new URL('../fixtures/v1/', import.meta.url)
const files = readdirSync(directory).filter((file) => file.endsWith('.json'))
const connections = files.filter((file) => file.startsWith('connection-'))
const segments = files.filter((file) => file.startsWith('segment'))

function read(file: string): string {
  return readFileSync(new URL(file, directory), 'utf8')
}

test('every golden file is read by a test', () => {
  expect(connections.length).toBeGreaterThanOrEqual(3)
  expect([...connections, ...segments].toSorted()).toStrictEqual(files.toSorted())
})

test.each(connections)('%s decodes to what it means', (file) => {
  const decoder = new FrameDecoder()
  for (const { hex, content } of parseGoldenConnection(read(file)).frames) {
    expect(decoder.decode(fromHex(hex!))).toStrictEqual(content)
  }
})

test.each(connections)('%s is still encoded to the same bytes', (file) => {
  const golden = parseGoldenConnection(read(file))
  expect(encodeConnection(golden).map(toHex)).toStrictEqual(golden.frames.map(({ hex }) => hex))
})

function loadedTable(golden: GoldenSegment): SeriesTable {
  const table = new SeriesTable()
  for (const definition of golden.series) table.intern(definition)
  return table
}

test.each(segments)('%s decodes to what it means', (file) => {
  const golden = parseGoldenSegment(read(file))
  const decoder = new SegmentDecoder(loadedTable(golden))
  for (const { hex } of golden.records) decoder.learn(fromHex(hex!))
  for (const { hex, content } of golden.records) {
    expect(decoder.decode(fromHex(hex!))).toStrictEqual(content)
  }
  expect([decoder.samplesLost, decoder.itemsLost]).toStrictEqual([0, 0])
})

test.each(segments)('%s is still encoded to the same bytes', (file) => {
  const golden = parseGoldenSegment(read(file))
  expect(encodeSegment(golden).map(toHex)).toStrictEqual(golden.records.map(({ hex }) => hex))
})

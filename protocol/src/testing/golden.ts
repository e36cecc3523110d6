import type { SeriesDefinition } from '../shape.ts'
import { FrameEncoder } from '../frame/frame-encoder.ts'
import type { BatchFrame, DefineFrame } from '../frame/frame.ts'
import { SegmentEncoder } from '../segment/segment-encoder.ts'
import type { StoredRecord } from '../segment/stored-record.ts'
import { SeriesTable } from '../series-table.ts'

/*
 * Golden files under protocol/fixtures/v1/: what a connection or a segment means and the bytes that say it. They may be added to, never edited:
 * agents in the field send these bytes, and journals hold them. The JSON carries doubles exactly (−0 as -0, subnormals in full), series numbers
 * are those of the connection or of the writer's table, typed arrays are lists.
 */

/** All frames of one connection, in order. */
export interface GoldenConnection {
  readonly about: string
  readonly frames: readonly { readonly hex?: string; readonly content: DefineFrame | BatchFrame }[]
}

/** All records of one segment, in order, by a table that holds `series` from number 0 on. */
export interface GoldenSegment {
  readonly about: string
  readonly dictionaryId: number
  readonly series: readonly SeriesDefinition[]
  readonly records: readonly { readonly hex?: string; readonly content: StoredRecord }[]
}

/** The frames' bytes as today's encoder writes them. */
export function encodeConnection(golden: GoldenConnection): Uint8Array[] {
  const table = new SeriesTable()
  const encoder = new FrameEncoder(table)
  return golden.frames.flatMap(({ content }) => {
    if (content.type === 'batch') return encoder.encode(content.id, content.ageMs, content.batch)
    // The encoder defines what a batch uses first; the table only has to give the same numbers as the connection.
    for (const { definition } of content.definitions) table.intern(definition)
    return []
  })
}

/** The records' bytes as today's encoder writes them. */
export function encodeSegment(golden: GoldenSegment): Uint8Array[] {
  const table = new SeriesTable()
  for (const definition of golden.series) table.intern(definition)
  const encoder = new SegmentEncoder(table, golden.dictionaryId)
  return golden.records.map(({ content }) => encoder.encode(content).slice())
}

/** Reads a golden file `connection-….json`. */
export function parseGoldenConnection(text: string): GoldenConnection {
  return JSON.parse(text, toTypedArrays)
}

/** Reads a golden file `segment….json`. */
export function parseGoldenSegment(text: string): GoldenSegment {
  return JSON.parse(text, toTypedArrays)
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16))
}

function toTypedArrays(key: string, value: unknown): unknown {
  if (key === 'values' && isNumbers(value)) return Float64Array.from(value)
  if (key === 'series' && isNumbers(value)) return Uint32Array.from(value)
  return value
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number')
}

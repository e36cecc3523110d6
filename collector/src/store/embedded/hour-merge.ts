import { ByteWriter } from './byte-writer.ts'
import type { Registry } from './file-names.ts'
import { mergeChunks } from './merge-chunks.ts'
import type { MergedGroup, MergeLayout } from './merge-chunks.ts'
import { encodePart } from './part.ts'
import type { Chunk, ColumnSource } from './part.ts'
import type { PlacedPart } from './part-file.ts'
import type { ShapeOrder } from './shape-order.ts'
import { FINE_MS, HOUR_MS } from './time-spans.ts'
import { rollUp, STATS, windowsOf } from './window-stats.ts'

/** An hour of one subject, merged: what goes to the raw file and what to the file of 5-minute windows. */
export interface MergedHour {
  readonly raw: readonly PlacedPart[]
  readonly fine: readonly PlacedPart[]
}

const writer = new ByteWriter()
let stats = new Float64Array(0)

/** Merges all chunks of one subject and hour and rolls them up. Of two samples with one time the one in the earlier chunk stays. */
export function mergeHour(
  subject: number,
  hourMs: number,
  chunks: readonly Chunk[],
  registry: Registry,
  order: ShapeOrder,
): MergedHour {
  const raw: PlacedPart[] = []
  const fine: PlacedPart[] = []
  const place = { subject, startMs: hourMs, spanMs: HOUR_MS }
  const layout: MergeLayout = { divide: (shapes) => order.divide(shapes), width: 1 }
  for (const group of mergeChunks(chunks, registry.sets, layout)) {
    const set = registry.sets.intern(group.shapes)
    const decimals = new Int8Array(group.shapes.length)
    const columns: ColumnSource = {
      count: group.shapes.length,
      values: group.values,
      startOf: (series) => group.startOf(series),
    }
    const options = { effort: 'small', decimals } as const
    const data = encodePart(writer, group.times, group.rows, columns, options).slice()
    raw.push({ ...place, set, data })
    fine.push({ ...place, set, data: encodeWindows(group, decimals, registry) })
  }
  return { raw, fine }
}

function encodeWindows(group: MergedGroup, decimals: Int8Array, registry: Registry): Uint8Array {
  const { times, rows, values } = group
  const grid = windowsOf(times, rows, FINE_MS)
  const windows = grid.starts.length
  if (stats.length < windows * STATS) stats = new Float64Array(windows * STATS)
  const columns: ColumnSource = {
    count: group.shapes.length * STATS,
    values: stats,
    startOf(column) {
      const series = Math.floor(column / STATS)
      const stat = column % STATS
      // Columns are asked for in order: the first one of a series rolls it up.
      if (stat === 0) {
        const isCounter = registry.series.shape(group.shapes[series]!).kind === 'counter'
        const traits = { isCounter, decimals: decimals[series]! }
        rollUp(times, values, group.startOf(series), grid, traits, stats)
      }
      return stat * windows
    },
  }
  return encodePart(writer, grid.starts, windows, columns, {
    effort: 'brief',
    stride: STATS,
  }).slice()
}

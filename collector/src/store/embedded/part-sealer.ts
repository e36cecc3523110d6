import { ByteWriter } from './byte-writer.ts'
import { GROUP_ROWS } from './head-group.ts'
import type { HeadGroup } from './head-group.ts'
import { encodePart } from './part.ts'
import type { PlacedPart } from './part-file.ts'
import { HOUR_MS } from './time-spans.ts'

const writer = new ByteWriter()
const values = new Float64Array(GROUP_ROWS)

/** Codes the rows of a group: a part for each hour. */
export function sealGroup(group: HeadGroup): PlacedPart[] {
  return group.hours().map((hour) => {
    const { hourMs, set, times, rows } = hour
    const data = encodePart(writer, times, rows, group.series.length, (column) => {
      hour.read(column, values)
      return values
    })
    return { subject: group.subject, set, startMs: hourMs, spanMs: HOUR_MS, data }
  })
}

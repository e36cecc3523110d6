import { ByteWriter } from './byte-writer.ts'
import { GROUP_ROWS } from './head-group.ts'
import type { HeadGroup } from './head-group.ts'
import { encodePart } from './part.ts'
import type { PlacedPart } from './part-file.ts'
import { HOUR_MS } from './time-spans.ts'

const writer = new ByteWriter()
const values = new Float64Array(GROUP_ROWS)

/** Codes the rows of a group: a part for each hour, in memory that the next part takes over. */
export function* sealGroup(group: HeadGroup): Generator<PlacedPart> {
  for (const hour of group.hours()) {
    const columns = {
      count: group.series.length,
      values,
      startOf(column: number): number {
        hour.read(column, values, 0)
        return 0
      },
    }
    const data = encodePart(writer, hour.times, hour.rows, columns, { effort: 'brief' })
    yield { subject: group.subject, set: hour.set, startMs: hour.hourMs, spanMs: HOUR_MS, data }
  }
}

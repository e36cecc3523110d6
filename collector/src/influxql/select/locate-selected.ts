import type { DataSource, Grouping, Points, Span, WindowFunction } from './data-source.ts'
import { columnOf, groupBlocks } from './group-blocks.ts'
import { TimeGrid } from './time-grid.ts'
import { applyToAll } from './window-functions.ts'

/** In so many windows the range is parted at most, of which one has the value that was chosen. */
const PARTS = 500
/** Windows made of whole ones of these need no samples: the store keeps rollups of an hour and of five minutes. */
const ROLLUPS_MS = [3_600_000, 300_000] as const

/**
 * When the value was measured that a function has chosen out of a whole range. The store says of which part it is, and the samples of that part when.
 * Of a time of which no samples are kept, the part's beginning.
 */
export async function locateSelected(
  of: WindowFunction,
  found: readonly Points[],
  { source, grouping, span }: { source: DataSource; grouping: Grouping; span: Span },
): Promise<readonly Points[]> {
  if (found.length === 0) return found
  const fromMs = span.fromMs > 0 ? span.fromMs : await source.beginning(span.toMs)
  // A percentile is of samples alone: all of them are one part.
  const parts = of.name === 'percentile' ? 1 : PARTS
  const stepMs = partLengthMs(span.toMs - fromMs, parts)
  const grid = TimeGrid.of(stepMs, parts === 1 ? fromMs : 0, undefined, span)
  const perPart =
    parts === 1 ? [] : ((await source.windows(of, { ...span, fromMs }, grouping, grid)) ?? [])
  const partOf = new Map(perPart.map((points) => [keyOf(points), chosenPart(of.name, points)]))
  const samples = new Map<number, Map<string, Points>>()
  const located: Points[] = []
  for (const group of found) {
    const startMs = parts === 1 ? fromMs : partOf.get(keyOf(group))
    if (startMs === undefined) continue
    const own = samples.get(startMs) ?? (await readPart(startMs))
    samples.set(startMs, own)
    const times = Float64Array.of(Math.max(startMs, fromMs))
    located.push(own.get(keyOf(group)) ?? { ...group, times })
  }
  return located

  async function readPart(startMs: number): Promise<Map<string, Points>> {
    const part = {
      fromMs: Math.max(startMs, fromMs),
      toMs: Math.min(span.toMs, startMs + stepMs),
    }
    const blocks = await source.blocks([of.field], part)
    const tags = Object.keys(found[0]!.tags)
    const groups = groupBlocks(blocks, { tags }).map((group) => columnOf(group, 0))
    const chosen = groups.flatMap((group) => applyToAll(of, group, startMs) ?? [])
    return new Map(chosen.map((points) => [keyOf(points), points]))
  }
}

/** As long as it must be for so many parts, and then whole rollups. */
function partLengthMs(lengthMs: number, parts: number): number {
  const leastMs = Math.max(1, Math.ceil(lengthMs / parts))
  if (parts === 1) return leastMs
  const rollupMs = ROLLUPS_MS.find((one) => leastMs >= one) ?? 1
  return Math.ceil(leastMs / rollupMs) * rollupMs
}

function keyOf({ tags }: Points): string {
  return JSON.stringify(tags)
}

/** The beginning of the part that has the value. */
function chosenPart(name: string, { times, values }: Points): number | undefined {
  if (name === 'last') return times.at(-1)
  if (name === 'first') return times[0]
  const best = values.reduce((a, b) => (name === 'max' ? Math.max(a, b) : Math.min(a, b)))
  return times[values.indexOf(best)]
}

import type { Block, Grouping } from './data-source.ts'

/** The rows of a group's series, in the order of time. */
export interface GroupedRows {
  /** Each tag of the grouping, '' where the group has none. */
  readonly tags: Readonly<Record<string, string>>
  readonly times: Float64Array
  readonly columns: readonly Float64Array[]
  /** Of which block a row is: its tags. */
  readonly blocks: readonly Block[]
  readonly blockOf: Uint32Array
}

/** Puts together the series whose tags of the grouping are the same. */
export function groupBlocks(
  blocks: readonly Block[],
  { tags }: Pick<Grouping, 'tags'>,
): GroupedRows[] {
  const groups = new Map<string, { tags: Record<string, string>; members: Block[] }>()
  for (const block of blocks) {
    const own = Object.fromEntries(tags.map((tag) => [tag, block.tags[tag] ?? '']))
    const key = JSON.stringify(Object.values(own))
    const known = groups.get(key)
    if (known === undefined) groups.set(key, { tags: own, members: [block] })
    else known.members.push(block)
  }
  return Array.from(groups.values(), (group) => mergeRows(group.tags, group.members))
}

/** The rows of one column that have a value. */
export function columnOf({ tags, times, columns }: GroupedRows, column: number) {
  const values = columns[column]!
  const isThere = (_: number, row: number): boolean => !Number.isNaN(values[row]!)
  return { tags, times: times.filter(isThere), values: values.filter(isThere) }
}

function mergeRows(tags: Readonly<Record<string, string>>, members: readonly Block[]): GroupedRows {
  const [first] = members
  if (members.length === 1) {
    const { times, columns } = first!
    return { tags, times, columns, blocks: members, blockOf: new Uint32Array(times.length) }
  }
  const total = members.reduce((sum, { times }) => sum + times.length, 0)
  const times = new Float64Array(total)
  const blockOf = new Uint32Array(total)
  const rowOf = new Uint32Array(total)
  let at = 0
  for (const [number, block] of members.entries()) {
    times.set(block.times, at)
    blockOf.fill(number, at, at + block.times.length)
    for (let row = 0; row < block.times.length; row++) rowOf[at++] = row
  }
  // Stable: rows of one time stay in the order of their series.
  const order = Uint32Array.from(times, (_, row) => row).toSorted(
    (a, b) => times[a]! - times[b]! || a - b,
  )
  const columns = first!.columns.map((_, column) =>
    Float64Array.from(order, (row) => members[blockOf[row]!]!.columns[column]![rowOf[row]!]!),
  )
  return {
    tags,
    times: Float64Array.from(order, (row) => times[row]!),
    columns,
    blocks: members,
    blockOf: Uint32Array.from(order, (row) => blockOf[row]!),
  }
}

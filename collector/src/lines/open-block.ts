import { MAX_SAMPLES_PER_BATCH, type SampleBlock } from '@wardround/protocol'
import type { WrittenHost } from './known-heads.ts'

/** Lists of series that are remembered for a host. */
const MAX_LISTS = 16
const MOST_EXPECTED = 4_096

/** Samples of one host at one time, while lines are still read. */
export class OpenBlock {
  readonly timeMs: number
  count = 0
  series: Uint32Array<ArrayBuffer>
  values: Float64Array<ArrayBuffer>

  constructor(timeMs: number, capacity: number) {
    this.timeMs = timeMs
    this.series = new Uint32Array(capacity)
    this.values = new Float64Array(capacity)
  }

  add(series: Uint32Array, values: Float64Array, count: number): void {
    const end = this.count + count
    if (end > this.series.length) this.#grow(end)
    for (let i = 0; i < count; i++) {
      this.series[this.count + i] = series[i]!
      this.values[this.count + i] = values[i]!
    }
    this.count = end
  }

  #grow(least: number): void {
    const capacity = Math.max(least, 2 * this.series.length)
    const series = new Uint32Array(capacity)
    const values = new Float64Array(capacity)
    series.set(this.series)
    values.set(this.values)
    this.series = series
    this.values = values
  }
}

/** Its samples in the order of their series: Telegraf gives fields in any order, and what comes in one order is one list. A block that is too long for a batch is several. */
export function toBlocks(host: WrittenHost, block: OpenBlock): SampleBlock[] {
  const { timeMs, count } = block
  host.expected = Math.min(count, MOST_EXPECTED)
  const { series, values } = inOrder(block)
  const blocks: SampleBlock[] = []
  for (let from = 0; from < count; from += MAX_SAMPLES_PER_BATCH) {
    const to = Math.min(count, from + MAX_SAMPLES_PER_BATCH)
    blocks.push({
      subject: host.name,
      timeMs,
      series: sharedList(host, series.subarray(from, to)),
      values: values.slice(from, to),
    })
  }
  return blocks
}

/** By series; of the same series the first stays first. */
function inOrder({ series, values, count }: OpenBlock): Pick<OpenBlock, 'series' | 'values'> {
  let isInOrder = true
  for (let i = 1; i < count && isInOrder; i++) isInOrder = series[i - 1]! <= series[i]!
  if (isInOrder) return { series, values }
  // series and place in one number: both are far below 2^26
  const keys = new Float64Array(count)
  for (let i = 0; i < count; i++) keys[i] = series[i]! * PLACES + i
  keys.sort()
  const sorted = { series: new Uint32Array(count), values: new Float64Array(count) }
  for (let i = 0; i < count; i++) {
    const number = Math.floor(keys[i]! / PLACES)
    sorted.series[i] = number
    sorted.values[i] = values[keys[i]! - number * PLACES]!
  }
  return sorted
}

const PLACES = 2 ** 26

/** The list that the host had before, if it had the same. */
function sharedList({ lists }: WrittenHost, list: Uint32Array): Uint32Array {
  const known = lists.findIndex((other) => isSame(other, list))
  const shared = known < 0 ? list.slice() : lists[known]!
  if (known !== 0) {
    if (known > 0) lists.splice(known, 1)
    lists.unshift(shared)
    if (lists.length > MAX_LISTS) lists.pop()
  }
  return shared
}

function isSame(a: Uint32Array, b: Uint32Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

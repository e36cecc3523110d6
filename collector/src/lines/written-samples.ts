import {
  type EventItem,
  MAX_BLOCKS_PER_BATCH,
  MAX_ITEMS_PER_BATCH,
  MAX_SAMPLES_PER_BATCH,
  type SampleBlock,
} from '@wardround/protocol'
import type { KnownHead, WrittenHost } from './known-heads.ts'
import type { LineTaker } from './line-decoder.ts'
import { OpenBlock, toBlocks } from './open-block.ts'
import { LineError } from './line-error.ts'
import { type FieldValue, toWindowsEvent } from './windows-event.ts'

interface HostBlocks {
  readonly host: WrittenHost
  readonly byTime: Map<number, OpenBlock>
  newest: OpenBlock
}

interface HostEvents {
  readonly live: EventItem[]
  readonly late: EventItem[]
}

/** Blocks or events of one host that fit into one batch. */
export interface WrittenBatch {
  readonly host: string
  readonly late: boolean
  readonly blocks: readonly SampleBlock[]
  readonly events: readonly EventItem[]
  readonly samples: number
}

/** Which times are taken, epoch ms, both inclusive; what is older than `lateMs` fires no live alert. */
export interface TakenTimes {
  readonly receivedAtMs: number
  readonly oldestMs: number
  readonly newestMs: number
  readonly lateMs: number
}

/** Most lines come with others of their time; a block of its own for each of many times must not cost much. */
const LEAST_CAPACITY = 16

/** Gathers what the lines of one write say, host by host and time by time. */
export class WrittenSamples implements LineTaker {
  readonly #times: TakenTimes
  readonly #mayWrite: (host: string) => void
  readonly #onRefused: LineTaker['refuse']
  readonly #hosts = new Map<WrittenHost, HostBlocks>()
  #current: HostBlocks | undefined
  readonly #events = new Map<string, HostEvents>()
  samples = 0

  /** `mayWrite` throws a LineError for a host that may not be written. */
  constructor(times: TakenTimes, mayWrite: (host: string) => void, onRefused: LineTaker['refuse']) {
    this.#times = times
    this.#mayWrite = mayWrite
    this.#onRefused = onRefused
  }

  take(
    { host }: KnownHead,
    givenMs: number | undefined,
    series: Uint32Array,
    values: Float64Array,
    count: number,
  ): void {
    const timeMs = givenMs ?? this.#times.receivedAtMs
    if (timeMs < this.#times.oldestMs || timeMs > this.#times.newestMs) this.#refuseTime(timeMs)
    const blocks = this.#current?.host === host ? this.#current : this.#blocksOf(host, timeMs)
    this.#current = blocks
    const block = blocks.newest.timeMs === timeMs ? blocks.newest : blockAt(blocks, timeMs)
    block.add(series, values, count)
    this.samples += count
  }

  takeEvent(
    { host, tags }: KnownHead,
    givenMs: number | undefined,
    fields: ReadonlyMap<string, FieldValue>,
  ): void {
    const timeMs = givenMs ?? this.#times.receivedAtMs
    if (timeMs < this.#times.oldestMs || timeMs > this.#times.newestMs) this.#refuseTime(timeMs)
    const known = this.#events.get(host.name)
    if (known === undefined) this.#mayWrite(host.name)
    const events = known ?? { live: [], late: [] }
    this.#events.set(host.name, events)
    const event = toWindowsEvent(host.name, timeMs, tags, fields)
    if (timeMs < this.#times.lateMs) events.late.push(event)
    else events.live.push(event)
  }

  refuse(error: LineError, line: number, text: Uint8Array): void {
    this.#onRefused(error, line, text)
  }

  /** All that was taken, in the order of time for each host. */
  *batches(): Generator<WrittenBatch> {
    for (const { host, byTime } of this.#hosts.values()) {
      const blocks = [...byTime.values()].toSorted((a, b) => a.timeMs - b.timeMs)
      yield* inBatches(host, blocks, this.#times.lateMs)
    }
    for (const [host, { live, late }] of this.#events) {
      yield* ofEvents(host, late, true)
      yield* ofEvents(host, live, false)
    }
  }

  #blocksOf(host: WrittenHost, timeMs: number): HostBlocks {
    const known = this.#hosts.get(host)
    if (known !== undefined) return known
    this.#mayWrite(host.name)
    const newest = new OpenBlock(timeMs, Math.max(LEAST_CAPACITY, host.expected))
    const fresh = { host, byTime: new Map([[timeMs, newest]]), newest }
    this.#hosts.set(host, fresh)
    return fresh
  }

  #refuseTime(timeMs: number): never {
    const { oldestMs, receivedAtMs } = this.#times
    if (timeMs < oldestMs)
      throw new LineError('time', {
        zh: `points beyond retention policy（时间早于原始数据的保留期：${spell(timeMs)}）`,
        en: `points beyond retention policy (older than raw data is kept: ${spell(timeMs)})`,
      })
    throw new LineError('time', {
      zh: `时间在未来：${spell(timeMs)}，监控中心此刻为 ${spell(receivedAtMs)}；请核对主机时钟与 precision`,
      en: `the time is in the future: ${spell(timeMs)}, here it is ${spell(receivedAtMs)}; check the host's clock, and precision`,
    })
  }
}

function blockAt(blocks: HostBlocks, timeMs: number): OpenBlock {
  const known = blocks.byTime.get(timeMs)
  const block = known ?? new OpenBlock(timeMs, LEAST_CAPACITY)
  if (known === undefined) blocks.byTime.set(timeMs, block)
  blocks.newest = block
  return block
}

/** Late blocks and live ones never share a batch. */
function* inBatches(
  host: WrittenHost,
  open: readonly OpenBlock[],
  lateMs: number,
): Generator<WrittenBatch> {
  let blocks: SampleBlock[] = []
  let samples = 0
  let late = false
  for (const block of open.flatMap((whole) => toBlocks(host, whole))) {
    const isLate = block.timeMs < lateMs
    const isFull =
      samples + block.series.length > MAX_SAMPLES_PER_BATCH || blocks.length >= MAX_BLOCKS_PER_BATCH
    if (blocks.length > 0 && (isFull || isLate !== late)) {
      yield { host: host.name, late, blocks, events: [], samples }
      blocks = []
      samples = 0
    }
    late = isLate
    blocks.push(block)
    samples += block.series.length
  }
  if (blocks.length > 0) yield { host: host.name, late, blocks, events: [], samples }
}

function* ofEvents(
  host: string,
  events: readonly EventItem[],
  late: boolean,
): Generator<WrittenBatch> {
  for (let from = 0; from < events.length; from += MAX_ITEMS_PER_BATCH) {
    const its = events.slice(from, from + MAX_ITEMS_PER_BATCH)
    yield { host, late, blocks: [], events: its, samples: 0 }
  }
}

function spell(timeMs: number): string {
  return timeMs < 0 ? '< 1970-01-01' : new Date(Math.min(timeMs, 8.64e15)).toISOString()
}

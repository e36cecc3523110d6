import type { Batch, SampleBlock } from '@wardround/protocol'
import { keyOf } from './batch-records.ts'
import { SAMPLE_BYTES } from './batch.ts'
import type { OutboxItem } from './live-batches.ts'

/** What a connection may have sent and not yet got an answer for. */
export interface WindowLimits {
  readonly batches: number
  readonly bytes: number
}

interface Sent {
  readonly item: OutboxItem
  readonly bytes: number
  readonly atMs: number
}

/** A definition's bytes on the wire, more than most have. */
const DEFINITION_BYTES = 128
/** The longest form of a sample. */
const WIRE_SAMPLE_BYTES = 16
const FRAME_BYTES = 512

/** The batches that were sent on a connection and not yet settled, against the window of `welcome`. */
export class InFlight {
  readonly #limits: WindowLimits
  readonly #sent = new Map<string, Sent>()
  #bytes = 0

  constructor(limits: WindowLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#sent.size
  }

  get items(): OutboxItem[] {
    return [...this.#sent.values()].map(({ item }) => item)
  }

  /**
   * Whether another batch may be sent, should it need `bytes`; one always may. `share`: the part of the window that may be used, so that the
   * backlog leaves room for live batches.
   */
  hasRoom(bytes: number, share = 1): boolean {
    if (this.#sent.size === 0) return true
    const { batches, bytes: most } = this.#limits
    return this.#sent.size < Math.ceil(batches * share) && this.#bytes + bytes <= most * share
  }

  add(item: OutboxItem, bytes: number, atMs: number): void {
    this.#sent.set(keyOf(item.id), { item, bytes, atMs })
    this.#bytes += bytes
  }

  /** Takes a batch out; undefined for one that is not in flight. */
  take(epoch: string, sequence: number): Sent | undefined {
    const key = keyOf({ epoch, sequence })
    const sent = this.#sent.get(key)
    if (sent === undefined) return undefined
    this.#sent.delete(key)
    this.#bytes -= sent.bytes
    return sent
  }

  /** Takes out all that lie in a range of one epoch. */
  takeRange(epoch: string, from: number, to: number): Sent[] {
    const taken: Sent[] = []
    for (const { item } of this.#sent.values()) {
      const { id } = item
      if (id.epoch !== epoch || id.sequence < from || id.sequence > to) continue
      const sent = this.take(epoch, id.sequence)
      if (sent !== undefined) taken.push(sent)
    }
    return taken
  }
}

/** More bytes than the frames of a batch will need, `undefinedSeries` of the process having no number on the connection yet. */
export function boundFrameBytes(item: OutboxItem, undefinedSeries: number): number {
  const texts = item.bytes - item.samples * SAMPLE_BYTES
  const definitions = Math.min(item.samples, undefinedSeries) * DEFINITION_BYTES
  return FRAME_BYTES + item.samples * WIRE_SAMPLE_BYTES + 2 * texts + definitions
}

/** A batch without the samples of refused series. */
export function withoutSeries(batch: Batch, refused: ReadonlySet<number>): Batch {
  if (refused.size === 0) return batch
  return { ...batch, blocks: batch.blocks.map((block) => blockWithout(block, refused)) }
}

function blockWithout(block: SampleBlock, refused: ReadonlySet<number>): SampleBlock {
  const kept = [...block.series.keys()].filter((i) => !refused.has(block.series[i] ?? 0))
  if (kept.length === block.series.length) return block
  const series = Uint32Array.from(kept, (i) => block.series[i] ?? 0)
  const values = Float64Array.from(kept, (i) => block.values[i] ?? 0)
  return { ...block, series, values }
}

/** How many samples of a batch belong to refused series. */
export function countRefused(batch: Batch, refused: ReadonlySet<number>): number {
  if (refused.size === 0) return 0
  let count = 0
  for (const { series } of batch.blocks)
    for (const number of series) if (refused.has(number)) count++
  return count
}

import type { Batch, BatchId, SampleBlock } from '../batch.ts'
import { isEpoch } from '../epoch.ts'
import { ProtocolError } from '../errors.ts'
import { firstNotFinite } from './finite.ts'
import { MAX_BLOCKS_PER_BATCH, MAX_SAMPLES_PER_BATCH, MAX_TIME_MS } from '../limits.ts'

/**
 * Checks what an encoder is about to write, before it changes its state. Returns the number of samples.
 * @throws ProtocolError BATCH_INVALID, NOT_A_NUMBER, BATCH_TOO_LARGE
 */
export function checkBatch(id: BatchId, batch: Batch): number {
  if (!isEpoch(id.epoch)) invalid(`"${id.epoch}" is no epoch`)
  if (!Number.isSafeInteger(id.sequence) || id.sequence < 1)
    invalid(`${id.sequence} is no sequence`)
  let samples = 0
  for (const block of batch.blocks) {
    checkBlock(block)
    samples += block.series.length
  }
  if (samples > MAX_SAMPLES_PER_BATCH || batch.blocks.length > MAX_BLOCKS_PER_BATCH) {
    throw new ProtocolError(
      'BATCH_TOO_LARGE',
      `A batch has ${samples} samples in ${batch.blocks.length} blocks; ` +
        `at most ${MAX_SAMPLES_PER_BATCH} in ${MAX_BLOCKS_PER_BATCH} are allowed.`,
    )
  }
  return samples
}

function checkBlock(block: SampleBlock): void {
  if (block.series.length !== block.values.length) {
    invalid(`a block has ${block.series.length} series and ${block.values.length} values`)
  }
  if (!Number.isInteger(block.timeMs) || block.timeMs < 0 || block.timeMs > MAX_TIME_MS) {
    invalid(`a block has the impossible time ${block.timeMs}`)
  }
  const at = firstNotFinite(block.values)
  if (at !== -1) {
    throw new ProtocolError(
      'NOT_A_NUMBER',
      `Series ${block.series[at]} has the value ${block.values[at]}.`,
    )
  }
}

function invalid(what: string): never {
  throw new ProtocolError('BATCH_INVALID', `This can't be sent: ${what}.`)
}
